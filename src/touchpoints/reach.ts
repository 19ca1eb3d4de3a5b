import { sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Occasion } from '../occasions/occasion.ts';
import { allocate, type Wanted } from './allocate.ts';
import type { PlanOccasion } from './candidates.ts';
import { loadHouseholds } from './facts.ts';
import { loadOccasions, planOccasionOf, withOwnKinds } from './plan-occasions.ts';
import type { Reason } from './reasons.ts';
import { countTouched, touchedCustomers } from './touched.ts';

/** Whom an occasion would reach in the next 30 days, if it were as proposed. */
export interface Reach {
  from: Day;
  to: Day;
  /** How many cards would go. */
  cards: number;
  /** False: so many customers are touched that `cards` and `without` are reckoned from the first few hundred. */
  exact: boolean;
  /** The number is at least this: counting ended there. */
  more: boolean;
  /** The first to get one, by day. `hour` is on their own clock. */
  first: { customerId: string; name: string; day: Day; dueAt: Date; zone: string }[];
  /** Who would get nothing, by reason, the most frequent first. */
  without: { reason: Reason; count: number }[];
}

const REACH_DAYS = 30;
const MOST_NAMED = 20;
const MOST_PLANNED = 200;
const MOST_COUNTED = 5_000;
/** Somewhere it is still this day. */
const LAST_ZONE = 'Etc/GMT+12';

/**
 * A dry run: the customers whom the occasion touches are planned as they would be, with all other occasions, caps and stops, and nothing
 * is written or locked. Of many thousands, only the first days' are.
 */
export async function reachOf(db: Db, business: Business, proposal: Occasion, now: Date): Promise<Reach> {
  const { occasion, occasions } = await withProposal(db, business.id, proposal);
  const from = localDayOf(now, LAST_ZONE);
  const to = addDays(localDayOf(now, business.zone), REACH_DAYS);
  const some = await touchedCustomers(db, business.id, occasion, from, to, MOST_PLANNED + 1);
  const exact = some.length <= MOST_PLANNED;
  const ids = exact ? some : await firstTouched(db, business.id, occasion, from, to);
  const most = MOST_COUNTED + 1;
  const touched = exact ? ids.length : await countTouched(db, business.id, occasion, { from, to, most });
  const wanted = await planned(db, business, occasions, ids, { now, to });
  const own = wanted.filter((row) => row.occasionId === occasion.id && row.sendOn <= to && row.state !== 'expired');
  const share = exact ? 1 : touched / ids.length;
  const going = own.filter(({ reason }) => reason === null).toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  return {
    from: localDayOf(now, business.zone),
    to,
    cards: Math.round(going.length * share),
    exact,
    more: touched > MOST_COUNTED,
    first: await named(db, business, going.slice(0, MOST_NAMED)),
    without: byReason(own, share),
  };
}

async function withProposal(db: Db, businessId: string, proposal: Occasion) {
  const occasion = planOccasionOf({
    ...proposal,
    mode: proposal.mode === 'off' ? 'automatic' : proposal.mode,
    card_version: null,
  });
  const others = (await loadOccasions(db, businessId)).filter(({ id }) => id !== occasion.id);
  return { occasion, occasions: withOwnKinds([...others, occasion]) };
}

/** The customers of the first days, until there are enough to name some and to reckon the rest. */
async function firstTouched(db: Db, businessId: string, occasion: PlanOccasion, from: Day, to: Day): Promise<string[]> {
  const ids = new Set<string>();
  for (let day = from; day <= to && ids.size < MOST_PLANNED / 2; day = addDays(day, 1)) {
    for (const id of await touchedCustomers(db, businessId, occasion, day, day, MOST_PLANNED)) ids.add(id);
  }
  return [...ids].slice(0, MOST_PLANNED);
}

async function planned(
  db: Db,
  business: Business,
  occasions: PlanOccasion[],
  ids: string[],
  { now, to }: { now: Date; to: Day },
): Promise<Wanted[]> {
  if (ids.length === 0) return [];
  const today = localDayOf(now, business.zone);
  const households = await loadHouseholds(db, business, { ids: await withMates(db, business.id, ids), occasions, today });
  const asked = new Set(ids);
  const wanted = households.flatMap((household) => allocate(household, occasions, { now, to, missedSince: null }));
  return wanted.filter(({ customerId }) => asked.has(customerId));
}

/** All who share an address are planned together. */
async function withMates(db: Db, businessId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select unnest(${ids}::uuid[]) as id
    union select mate.customer_id from person p
      join person mate on mate.business_id = p.business_id and mate.email_key = p.email_key
      join customer c on c.business_id = mate.business_id and c.id = mate.customer_id and c.merged_into is null
    where p.business_id = ${businessId} and p.customer_id = any(${ids}::uuid[])`.execute(db);
  return rows.map((row) => row.id);
}

async function named(db: Db, business: Business, rows: Wanted[]): Promise<Reach['first']> {
  if (rows.length === 0) return [];
  const people = await db
    .selectFrom('person')
    .select(['customer_id as id', 'given_name', 'family_name', 'email', 'zone'])
    .where('business_id', '=', business.id)
    .where('customer_id', 'in', [...new Set(rows.map(({ customerId }) => customerId))])
    .execute();
  const byId = new Map(people.map((person) => [person.id, person]));
  return rows.map(({ customerId, sendOn, dueAt }) => {
    const { given_name: given, family_name: family, email, zone } = byId.get(customerId) ?? {};
    const name = [given, family].filter(Boolean).join(' ') || email || 'Somebody';
    return { customerId, name, day: sendOn, dueAt, zone: zone ?? business.zone };
  });
}

function byReason(rows: Wanted[], share: number): Reach['without'] {
  const groups = Map.groupBy(rows, ({ reason }) => reason);
  const counted = Array.from(groups, ([reason, own]) => ({ reason, count: Math.round(own.length * share) }));
  return counted
    .filter((one): one is { reason: Reason; count: number } => one.reason !== null)
    .toSorted((a, b) => b.count - a.count);
}
