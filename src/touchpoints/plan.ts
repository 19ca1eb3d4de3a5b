import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { type Db, inOneCommit } from '../businesses/commit.ts';
import { addDays, type Day } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { claimReplan, markForReplan } from '../customers/replan.ts';
import type { Database } from '../database/schema.ts';
import { claimOccasionReplan } from '../occasions/replan.ts';
import { allocate, type PlanSpan } from './allocate.ts';
import type { PlanOccasion } from './candidates.ts';
import { loadHouseholds } from './facts.ts';
import { partUnmerged } from './part.ts';
import { type Shop, withMates } from './people.ts';
import { loadOccasions } from './plan-occasions.ts';
import { repointMerged } from './repoint.ts';
import { askedCustomers, openCustomers, touchedCustomers } from './touched.ts';
import { writeLedger } from './write.ts';

type Trx = Transaction<Database>;

/** How far ahead the ledger is filled. */
export const HORIZON_DAYS = 35;

const CUSTOMERS_A_STEP = 500;
/** Somewhere on earth it is this day already, and somewhere still that one. */
const FIRST_ZONE = 'Pacific/Kiritimati';
const LAST_ZONE = 'Etc/GMT+12';

/**
 * One step of planning for one business, in one transaction; true when there was something to do. Occasions that changed and days
 * that came into the horizon name the customers they touch; customers named so, or changed, are planned anew, whole households at
 * a time. Running it twice, late, or in two processes changes nothing (design, section 2).
 */
export async function planStep(db: Db, businessId: string, now: Date): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    const shop = await lockPlanning(trx, businessId);
    if (shop === undefined) return false;
    const occasions = await loadOccasions(trx, businessId);
    return (
      (await wakeOccasions(trx, shop, occasions, now)) ||
      (await advanceHorizon(trx, shop, occasions, now)) ||
      (await replanCustomers(trx, shop, occasions, { now, ...(await horizonOf(trx, businessId)) }))
    );
  });
}

/** Plans everything that is open, of every business. */
export async function planAll(db: Db, now: Date): Promise<void> {
  for (const id of await businessesToPlan(db, now)) while (await planStep(db, id, now));
}

async function businessesToPlan(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from business b
    where not exists (select from horizon h where h.business_id = b.id and h.planned_through >= ${lastDay(now)} and h.missed_since is null)
      or exists (select from occasion o where o.business_id = b.id and o.replan_at is not null)
      or exists (select from customer c where c.business_id = b.id and c.replan_at is not null)
    order by id`.execute(db);
  return rows.map(({ id }) => id);
}

/** The end of the horizon, for every zone alike: else a western customer would miss the day that an eastern one brought in. */
function lastDay(now: Date): Day {
  return addDays(localDayOf(now, FIRST_ZONE), HORIZON_DAYS);
}

/**
 * Plans one business from `now`, which may lie in the past, at least up to the day `to`, inside the caller's transaction: what `plan`
 * shows and then rolls back. The horizon is left where it was.
 */
export async function planAhead(trx: Trx, businessId: string, now: Date, to: Day): Promise<void> {
  while (await planStep(trx, businessId, now));
  const shop = await lockPlanning(trx, businessId);
  if (shop === undefined) return;
  const { to: planned } = await horizonOf(trx, businessId);
  const last = to > planned ? to : planned;
  const occasions = await loadOccasions(trx, businessId);
  const today = localDayOf(now, LAST_ZONE);
  for (const occasion of occasions) await touch(trx, shop, occasion, addDays(today, -occasion.lateDays - 1), last, now);
  while (await replanCustomers(trx, shop, occasions, { now, to: last, missedSince: null }));
}

/**
 * Plans these customers, and whoever shares an address with them, at once. Called before anything of them is changed: it holds planning
 * and locks them, in the order in which everyone does; the caller changes what it wants and then calls what comes back.
 */
export async function planCustomers(trx: Trx, businessId: string, ids: string[], now: Date): Promise<() => Promise<void>> {
  const shop = await lockPlanning(trx, businessId);
  const household = await withMates(trx, businessId, ids);
  await markForReplan(trx, businessId, household, now);
  return async () => {
    const horizon = await trx
      .selectFrom('horizon')
      .select('planned_through')
      .where('business_id', '=', businessId)
      .executeTakeFirst();
    if (shop === undefined || horizon === undefined) return;
    const occasions = await loadOccasions(trx, businessId);
    await planPeople(trx, shop, occasions, household, { now, to: horizon.planned_through, missedSince: null });
  };
}

/** Plans these customers at once, for who must see what came of a change of theirs; the clockwork would within a second. */
export async function planNow(db: Db, businessId: string, ids: string[], now: Date): Promise<void> {
  await inOneCommit(db, async (trx) => (await planCustomers(trx, businessId, ids, now))());
}

/** Changes customers and plans them in one commit, for changes that leave the ledger with the wrong one of them until it is planned. */
export async function planWith<R>(
  db: Db,
  businessId: string,
  ids: string[],
  now: Date,
  change: (trx: Trx) => Promise<R>,
): Promise<R> {
  return inOneCommit(db, async (trx) => {
    // Holds planning before any row, as planning does.
    await planCustomers(trx, businessId, ids, now);
    const changed = await change(trx);
    await planNow(trx, businessId, ids, now);
    return changed;
  });
}

/** One planner at a time for a business: two would each see half of a household. */
async function lockPlanning(trx: Trx, businessId: string): Promise<Shop | undefined> {
  await sql`select pg_advisory_xact_lock(hashtext('plan'), hashtext(${businessId}))`.execute(trx);
  return trx
    .selectFrom('business')
    .select(['id', 'zone', 'country', 'leap_rule'])
    .where('id', '=', businessId)
    .executeTakeFirst();
}

async function wakeOccasions(trx: Trx, shop: Shop, occasions: PlanOccasion[], now: Date): Promise<boolean> {
  const changed = await claimOccasionReplan(trx, shop.id);
  if (changed.length === 0) return false;
  const last = lastDay(now);
  for (const occasion of occasions.filter(({ id }) => changed.includes(id))) {
    await touch(trx, shop, occasion, addDays(localDayOf(now, LAST_ZONE), -occasion.lateDays - 1), last, now);
  }
  await markForReplan(trx, shop.id, await openCustomers(trx, shop.id), now);
  return true;
}

async function advanceHorizon(trx: Trx, shop: Shop, occasions: PlanOccasion[], now: Date): Promise<boolean> {
  const last = lastDay(now);
  const horizon = await trx.selectFrom('horizon').select('planned_through').where('business_id', '=', shop.id).executeTakeFirst();
  if (horizon !== undefined && horizon.planned_through >= last) return false;
  const today = localDayOf(now, LAST_ZONE);
  for (const occasion of occasions) {
    const from = horizon === undefined ? addDays(today, -occasion.lateDays - 1) : addDays(horizon.planned_through, 1);
    await touch(trx, shop, occasion, from, last, now);
  }
  const missed = horizon !== undefined && horizon.planned_through < today ? horizon.planned_through : null;
  await trx
    .insertInto('horizon')
    .values({ business_id: shop.id, planned_through: last, missed_since: missed })
    .onConflict((at) => at.column('business_id').doUpdateSet({ planned_through: last, missed_since: missed }))
    .execute();
  return true;
}

async function touch(trx: Trx, shop: Shop, occasion: PlanOccasion, from: Day, to: Day, now: Date): Promise<void> {
  const ids = await touchedCustomers(trx, shop.id, occasion, from, to);
  // A survey's arrival has them planned at once (send.ts); this finds those whose mark a death took away.
  const asked = await askedCustomers(trx, shop.id, occasion, localDayOf(now, LAST_ZONE));
  await markForReplan(trx, shop.id, [...new Set([...ids, ...asked])], now);
}

async function horizonOf(trx: Trx, businessId: string): Promise<{ to: Day; missedSince: Day | null }> {
  const columns = ['planned_through as to', 'missed_since as missedSince'] as const;
  return trx.selectFrom('horizon').select(columns).where('business_id', '=', businessId).executeTakeFirstOrThrow();
}

async function replanCustomers(trx: Trx, shop: Shop, occasions: PlanOccasion[], span: PlanSpan): Promise<boolean> {
  const ids = await claimReplan(trx, shop.id, CUSTOMERS_A_STEP);
  if (ids.length === 0) return forgetMissed(trx, shop.id, span);
  await planPeople(trx, shop, occasions, ids, span);
  return true;
}

/** Whole households, locked by the caller. */
async function planPeople(trx: Trx, shop: Shop, occasions: PlanOccasion[], ids: string[], span: PlanSpan): Promise<void> {
  await repointMerged(trx, shop.id, ids);
  await partUnmerged(trx, shop.id, ids);
  const households = await loadHouseholds(trx, shop, { ids, occasions, today: localDayOf(span.now, shop.zone) });
  const wanted = households.flatMap((household) => allocate(household, occasions, span));
  const customers = households.flat().filter(({ id }) => ids.includes(id));
  await writeLedger(trx, shop.id, { customers, occasions, wanted }, span.now);
}

/** Once everybody is planned, the days of silence are told. */
async function forgetMissed(trx: Trx, businessId: string, { missedSince: since }: PlanSpan): Promise<false> {
  if (since !== null)
    await trx.updateTable('horizon').set({ missed_since: null }).where('business_id', '=', businessId).execute();
  return false;
}
