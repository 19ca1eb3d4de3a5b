import { sql, type Transaction } from 'kysely';
import type { Actor, Db } from '../businesses/commit.ts';
import type { Database, Day } from '../database/schema.ts';
import { asShown, decide, type Decided, newestVersion, somebody, unstarted } from './decision.ts';

// What a person decides about a planned card. It survives replanning, and nothing that has started can be decided any more:
// each verb returns the ids that it still reached.

/**
 * Lets waiting cards go that are still as one of `shown` (`ComingCard.shown`): nobody approves what they have not seen. The approval pins
 * that version: publishing another asks again.
 */
export function approveTouchpoints(
  db: Db,
  businessId: string,
  { ids, shown }: { ids: string[]; shown: readonly string[] },
  actor: Actor,
): Promise<string[]> {
  return decide(db, businessId, { what: 'touchpoint approved', ids }, actor, (trx) =>
    updateCards(trx, businessId, ids)
      .set({ state: 'planned', approved_at: actor.now, approved_by: actor.by, card_version: newestVersion })
      .where('t.state', '=', 'waiting')
      .where(asShown(shown))
      .execute(),
  );
}

/** Lets everything go that waits on these days, both inclusive, and is still as shown. */
export async function approveDays(
  db: Db,
  businessId: string,
  { from, to, shown }: { from: Day; to: Day; shown: readonly string[] },
  actor: Actor,
): Promise<{ approved: string[]; changed: ChangedCard[] }> {
  const waiting = await db
    .selectFrom('touchpoint')
    .select('id')
    .where('business_id', '=', businessId)
    .where('state', '=', 'waiting')
    .where('send_on', '>=', from)
    .where('send_on', '<=', to)
    .execute();
  const ids = waiting.map(({ id }) => id);
  if (ids.length === 0) return { approved: [], changed: [] };
  const approved = await approveTouchpoints(db, businessId, { ids, shown }, actor);
  return { approved, changed: approved.length === ids.length ? [] : await stillWaiting(db, businessId, ids) };
}

/** A card that changed after it was shown, and how many still wait with it. */
export interface ChangedCard {
  card: string;
  count: number;
}

/** Takes back the approvals that this member gave at that instant, of one card or of all, where they have not gone. */
export async function withdrawApprovals(
  db: Db,
  businessId: string,
  given: { at: Date; id?: string },
  actor: Actor,
): Promise<string[]> {
  const found = await db
    .selectFrom('touchpoint')
    .select('id')
    .where('business_id', '=', businessId)
    .where('state', 'in', ['planned', 'held'])
    .where('approved_at', '=', given.at)
    .where('approved_by', '=', actor.by)
    .$if(given.id !== undefined, (query) => query.where('id', '=', given.id ?? ''))
    .execute();
  const ids = found.map(({ id }) => id);
  return ids.length === 0 ? [] : withdraw(db, businessId, ids, given.at, actor);
}

/** Keeps a card back until it is released; held past its late limit it expires. */
export function holdTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return decide(db, businessId, { what: 'touchpoint held', ids }, actor, (trx) =>
    updateCards(trx, businessId, ids)
      .set({ state: 'held', held_at: actor.now, held_by: actor.by })
      .where('t.state', 'in', ['planned', 'waiting'])
      .execute(),
  );
}

/** Lets held cards go on: to waiting where the occasion asks first and no approval counts, else to planned. */
export function releaseTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return decide(db, businessId, { what: 'touchpoint released', ids }, actor, async (trx) => {
    const { rows } = await sql<Decided>`
      update touchpoint t set held_at = null, held_by = null, state = ${openState}
      from occasion o where o.business_id = t.business_id and o.id = t.occasion_id
        and t.business_id = ${businessId} and t.id = any(${ids}::uuid[]) and t.state = 'held' and ${somebody}
      returning t.id, t.customer_id`.execute(trx);
    return rows;
  });
}

/** Not this one: it is never planned again, unless that is taken back in time. */
export function skipTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return decide(db, businessId, { what: 'touchpoint skipped', ids }, actor, (trx) =>
    updateCards(trx, businessId, ids)
      .set({ state: 'skipped', reason: 'skipped' })
      .where('t.state', 'in', ['planned', 'waiting', 'held', 'blocked'])
      .execute(),
  );
}

/** Takes a member's "not this one" back while there is time: planning says at once what becomes of it now. */
export function unskipTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return decide(db, businessId, { what: 'touchpoint taken back', ids, planNow: true }, actor, (trx) =>
    updateCards(trx, businessId, ids)
      .set({ state: 'blocked', reason: null })
      .where(unstarted)
      .where('t.state', '=', 'skipped')
      .where('t.reason', '=', 'skipped')
      .where('t.late_at', '>', actor.now)
      .execute(),
  );
}

async function stillWaiting(db: Db, businessId: string, ids: string[]): Promise<ChangedCard[]> {
  const { rows } = await sql<ChangedCard>`select k.name as card, count(*)::int as count
    from touchpoint t join card k on k.business_id = t.business_id and k.id = t.card_id
    where t.business_id = ${businessId} and t.id = any(${ids}::uuid[]) and t.state = 'waiting'
    group by k.name order by k.name`.execute(db);
  return rows;
}

/** Where an open card stands that nobody holds: an approval counts while it pins a version. */
const openState = sql<'waiting' | 'planned'>`case when o.mode = 'ask' and (t.approved_at is null or t.card_version is null)
  then 'waiting' else 'planned' end`;

function withdraw(db: Db, businessId: string, ids: string[], at: Date, actor: Actor): Promise<string[]> {
  return decide(db, businessId, { what: 'approval withdrawn', ids }, actor, (trx) =>
    updateCards(trx, businessId, ids)
      .set((eb) => ({
        approved_at: null,
        approved_by: null,
        card_version: null,
        state: eb
          .case()
          .when('t.state', '=', 'held')
          .then('held' as const)
          .else('waiting' as const)
          .end(),
      }))
      .where('t.state', 'in', ['planned', 'held'])
      .where('t.approved_at', '=', at)
      .execute(),
  );
}

/** These cards, of customers who are still there. */
function updateCards(trx: Transaction<Database>, businessId: string, ids: string[]) {
  return trx
    .updateTable('touchpoint as t')
    .where('t.business_id', '=', businessId)
    .where('t.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(somebody)
    .returning(['t.id', 't.customer_id']);
}
