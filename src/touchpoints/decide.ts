import { sql, type Transaction } from 'kysely';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { markForReplan } from '../customers/replan.ts';
import type { Database } from '../database/schema.ts';

// What a person decides about a planned card. It survives replanning, and nothing that has started can be decided any more:
// each verb returns the ids that it still reached.

/** Nothing is decided any more for somebody who was erased a moment ago. */
const somebody = sql<boolean>`exists (select from person p where p.business_id = t.business_id and p.customer_id = t.customer_id)`;

/** Lets waiting cards go. The approval pins the card's newest version: publishing another asks again. */
export function approveTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return inOneCommit(db, async (trx) => {
    await holdCustomers(trx, businessId, ids, actor);
    const rows = await trx
      .updateTable('touchpoint as t')
      .set((eb) => ({
        state: 'planned',
        approved_at: actor.now,
        approved_by: actor.by,
        card_version: eb
          .selectFrom('card_version as v')
          .select((v) => v.fn.max('v.n').as('n'))
          .whereRef('v.business_id', '=', 't.business_id')
          .whereRef('v.card_id', '=', 't.card_id'),
      }))
      .where('t.business_id', '=', businessId)
      .where('t.id', 'in', ids)
      .where(somebody)
      .where('t.state', '=', 'waiting')
      .returning(['t.id', 't.customer_id'])
      .execute();
    return remember(trx, businessId, rows, 'touchpoint approved', actor);
  });
}

/** Keeps a card back until it is released; held past its late limit it expires. */
export function holdTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return inOneCommit(db, async (trx) => {
    await holdCustomers(trx, businessId, ids, actor);
    const rows = await trx
      .updateTable('touchpoint as t')
      .set({ state: 'held', held_at: actor.now, held_by: actor.by })
      .where('t.business_id', '=', businessId)
      .where('t.id', 'in', ids)
      .where(somebody)
      .where('t.state', 'in', ['planned', 'waiting'])
      .returning(['t.id', 't.customer_id'])
      .execute();
    return remember(trx, businessId, rows, 'touchpoint held', actor);
  });
}

/** Lets held cards go on: to waiting where the occasion asks first and nobody has approved, else to planned. */
export function releaseTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return inOneCommit(db, async (trx) => {
    await holdCustomers(trx, businessId, ids, actor);
    const rows = await trx
      .updateTable('touchpoint as t')
      .from('occasion as o')
      .set((eb) => ({
        held_at: null,
        held_by: null,
        state: eb
          .case()
          .when(eb.and([eb('o.mode', '=', 'ask'), eb('t.approved_at', 'is', null)]))
          .then('waiting' as const)
          .else('planned' as const)
          .end(),
      }))
      .whereRef('o.business_id', '=', 't.business_id')
      .whereRef('o.id', '=', 't.occasion_id')
      .where('t.business_id', '=', businessId)
      .where('t.id', 'in', ids)
      .where(somebody)
      .where('t.state', '=', 'held')
      .returning(['t.id', 't.customer_id'])
      .execute();
    return remember(trx, businessId, rows, 'touchpoint released', actor);
  });
}

/** Not this one: it is never planned again. */
export function skipTouchpoints(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  return inOneCommit(db, async (trx) => {
    await holdCustomers(trx, businessId, ids, actor);
    const rows = await trx
      .updateTable('touchpoint as t')
      .set({ state: 'skipped', reason: 'skipped' })
      .where('t.business_id', '=', businessId)
      .where('t.id', 'in', ids)
      .where(somebody)
      .where('t.state', 'in', ['planned', 'waiting', 'held', 'blocked'])
      .returning(['t.id', 't.customer_id'])
      .execute();
    return remember(trx, businessId, rows, 'touchpoint skipped', actor);
  });
}

/** Locked before their rows, as everywhere; planned anew, because a card that stays away frees its day for another. */
async function holdCustomers(trx: Transaction<Database>, businessId: string, ids: string[], actor: Actor): Promise<void> {
  const rows = await trx
    .selectFrom('touchpoint')
    .select('customer_id')
    .distinct()
    .where('business_id', '=', businessId)
    .where('id', 'in', ids)
    .execute();
  const customers = rows.map((row) => row.customer_id);
  await markForReplan(trx, businessId, customers, actor.now);
}

type Row = { id: string; customer_id: string };

async function remember(
  trx: Transaction<Database>,
  businessId: string,
  rows: Row[],
  what: string,
  actor: Actor,
): Promise<string[]> {
  const changes = rows.map((row) => ({ businessId, customerId: row.customer_id, what, after: { touchpoint: row.id } }));
  await keepChanges(trx, changes, actor);
  return rows.map((row) => row.id);
}
