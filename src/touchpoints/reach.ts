import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Occasion } from '../occasions/occasion.ts';
import { allocate, type Wanted } from './allocate.ts';
import { dueAt, type PlanOccasion } from './candidates.ts';
import { loadHouseholds } from './facts.ts';
import { loadOccasions, planOccasionOf, withOwnKinds } from './plan-occasions.ts';
import type { Reason } from './reasons.ts';
import { touchedCustomers } from './touched.ts';
import { type TouchedDay, touchedDays } from './touched-days.ts';

/** Whom an occasion would reach in the next 30 days, if it were as proposed. */
export interface Reach {
  from: Day;
  to: Day;
  /** How many cards would go. */
  cards: number;
  /** False: so many customers are touched that `cards` and `without` are reckoned from a few of each day. */
  exact: boolean;
  /** The number is at least this: counting ended there. */
  more: boolean;
  /** The first to get one, by day; among the first where not `exact`. `hour` is on their own clock. */
  first: { customerId: string; name: string; day: Day; dueAt: Date; zone: string }[];
  /** Who would get nothing, by reason, the most frequent first. */
  without: { reason: Reason; count: number }[];
}

const REACH_DAYS = 30;
const MOST_NAMED = 20;
/** So many are planned one by one; of more, SOME spread over the days, and of the first days enough to name some. */
const MOST_PLANNED = 200;
const SOME = 100;
const SOME_OF_FIRST = 12;
const FIRST_DAYS = 3;
const MOST_COUNTED = 20_000;
/** Somewhere it is still this day. */
const LAST_ZONE = 'Etc/GMT+12';

/**
 * A dry run: the customers whom the occasion touches are planned as they would be, with all other occasions, caps and stops, and nothing
 * is written or locked. Of many, only a few of each day are, and stand for the rest of their day.
 */
export async function reachOf(db: Db, business: Business, proposal: Occasion, now: Date): Promise<Reach> {
  const { occasion, occasions } = await withProposal(db, business.id, proposal);
  const from = localDayOf(now, LAST_ZONE);
  const to = addDays(localDayOf(now, business.zone), REACH_DAYS);
  const days = await touchedDays(
    db,
    business.id,
    occasion,
    { from, to },
    { most: MOST_COUNTED, some: spread(business, occasion, now) },
  );
  const more = days.some((day) => day.more);
  const exact = !more && days.reduce((sum, { count }) => sum + count, 0) <= MOST_PLANNED;
  const ids = exact ? await touchedCustomers(db, business.id, occasion, from, to) : days.flatMap((day) => day.ids);
  const wanted = await planned(db, business, occasions, [...new Set(ids)], { now, to });
  const own = wanted.filter((row) => row.occasionId === occasion.id && row.sendOn <= to && row.state !== 'expired');
  const counts = exact ? own.map((row) => ({ row, count: 1 })) : standingFor(days, own);
  const going = counts.filter(({ row }) => row.reason === null).toSorted((a, b) => a.row.dueAt.getTime() - b.row.dueAt.getTime());
  return {
    from: localDayOf(now, business.zone),
    to,
    cards: Math.round(going.reduce((sum, { count }) => sum + count, 0)),
    exact,
    more,
    first: await named(
      db,
      business,
      going.slice(0, MOST_NAMED).map(({ row }) => row),
    ),
    without: byReason(counts),
  };
}

/** How many of a day are looked at: more of the first days whose cards have still to go. */
function spread({ zone }: Business, occasion: PlanOccasion, now: Date): (on: Day, days: number) => number {
  const today = localDayOf(now, zone);
  const over = (dueAt(occasion, today, zone) ?? now) <= now;
  const first = addDays(today, (over ? 1 : 0) - occasion.offsetDays);
  const after = addDays(first, FIRST_DAYS);
  return (on, days) => Math.max(on >= first && on < after ? SOME_OF_FIRST : 1, Math.floor(SOME / days));
}

interface Counted {
  row: Wanted;
  /** So many cards this one stands for. */
  count: number;
}

/** Each card that was planned stands for its share of its day. One for another reason than its day's is left out. */
function standingFor(days: TouchedDay[], own: Wanted[]): Counted[] {
  const shares = new Map(days.flatMap(({ on, ids, count }) => ids.map((id) => [`${id} ${on}`, count / ids.length] as const)));
  return own.flatMap((row) => {
    const count = shares.get(`${row.customerId} ${row.occursOn}`);
    return count === undefined ? [] : [{ row, count }];
  });
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

async function planned(
  db: Db,
  business: Business,
  occasions: PlanOccasion[],
  ids: string[],
  { now, to }: { now: Date; to: Day },
): Promise<Wanted[]> {
  if (ids.length === 0) return [];
  const today = localDayOf(now, business.zone);
  const households = await loadHouseholds(db, business, { ids, occasions, today });
  const asked = new Set(ids);
  const wanted = households.flatMap((household) => allocate(household, occasions, { now, to, missedSince: null }));
  return wanted.filter(({ customerId }) => asked.has(customerId));
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

function byReason(counts: Counted[]): Reach['without'] {
  const groups = Map.groupBy(counts, ({ row }) => row.reason);
  const counted = Array.from(groups, ([reason, own]) => ({
    reason,
    count: Math.round(own.reduce((sum, { count }) => sum + count, 0)),
  }));
  return counted
    .filter((one): one is { reason: Reason; count: number } => one.reason !== null)
    .toSorted((a, b) => b.count - a.count);
}
