import { sql } from 'kysely';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Day } from '../database/schema.ts';
import { asShown, decide, type Decided, newestVersion, somebody, tooLate } from './decision.ts';
import { sentenceFor } from './reasons.ts';

/**
 * Lets a card go now instead of at its own hour, approved and released with the same press; the clockwork sees it within a second. It must
 * still be allowed today, and still be as it was shown (`ComingCard.shown`): a stop, another card on this day, a pause or a newer version is
 * said, and nothing is changed.
 */
export async function sendNow(
  db: Db,
  businessId: string,
  { id, shown }: { id: string; shown: string },
  actor: Actor,
): Promise<Outcome> {
  const look = await lookAt(db, businessId, id);
  if (look?.paused) return refused('Sending is paused. Resume it first.');
  if (look?.state === 'blocked') return refused(look.reason === null ? 'This card cannot go now.' : sentenceFor(look.reason));
  if (look === undefined || !OPEN.includes(look.state)) return tooLate(db, businessId, id);
  const today = localDayOf(actor.now, look.zone);
  try {
    return await inOneCommit(db, async (trx) => {
      const reached = await hurry(trx, businessId, { id, shown, today }, actor);
      if (reached.length === 0) return await whyNot(trx, businessId, { id, shown, today });
      const after = await lookAt(trx, businessId, id);
      if (after?.state === 'planned') return { ok: true };
      throw new NotToday(after?.reason ?? 'capped');
    });
  } catch (error) {
    if (error instanceof NotToday) return refused(sentenceFor(error.message));
    throw error;
  }
}

const OPEN = ['planned', 'waiting', 'held'];

/** Planning would not have it so: all of it is undone. */
class NotToday extends Error {}

interface Look {
  state: string;
  reason: string | null;
  zone: string;
  paused: boolean;
}

async function lookAt(db: Db, businessId: string, id: string): Promise<Look | undefined> {
  const { rows } = await sql<Look>`
    select t.state, t.reason, coalesce(p.zone, b.zone) as zone, b.paused_at is not null as paused
    from touchpoint t join business b on b.id = t.business_id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${businessId} and t.id = ${id}`.execute(db);
  return rows[0];
}

const HOUR_MS = 3_600_000;

interface Press {
  id: string;
  shown: string;
  today: Day;
}

function hurry(db: Db, businessId: string, { id, shown, today }: Press, actor: Actor): Promise<string[]> {
  const limit = new Date(actor.now.getTime() + HOUR_MS);
  return decide(db, businessId, { what: 'touchpoint sent now', ids: [id], planNow: true }, actor, async (trx) => {
    const { rows } = await sql<Decided>`
      update touchpoint t set state = 'planned', held_at = null, held_by = null, queued_until = null,
        hurried_at = ${actor.now}, hurried_by = ${actor.by}, send_on = ${today}, due_at = ${actor.now}, late_at = greatest(t.late_at, ${limit}::timestamptz),
        approved_at = ${actor.now}, approved_by = ${actor.by},
        card_version = ${newestVersion}
      where t.business_id = ${businessId} and t.id = ${id} and t.state = any(${OPEN}) and ${somebody} and not ${taken(today)} and ${asShown([shown])}
      returning t.id, t.customer_id`.execute(trx);
    return rows;
  });
}

/** One message a customer and day, among those that will go or may have gone. */
const taken = (today: Day) => sql<boolean>`exists (select from touchpoint o where o.business_id = t.business_id
  and o.customer_id = t.customer_id and o.id <> t.id and o.send_on = ${today}
  and o.state in ('planned', 'waiting', 'held', 'leased', 'handing over', 'accepted', 'deferred', 'uncertain', 'posted'))`;

async function whyNot(db: Db, businessId: string, { id, shown, today }: Press) {
  const { rows } = await sql<{ taken: boolean }>`select ${taken(today)} as taken from touchpoint t
    where t.business_id = ${businessId} and t.id = ${id} and t.state = any(${OPEN})`.execute(db);
  if (rows[0]?.taken) return refused('This customer gets another card today already, and one a day is enough.');
  return tooLate(db, businessId, id, shown);
}
