import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day, eachDay } from '../calendar/day.ts';
import { monthDaysOn } from '../calendar/occurrence.ts';
import { type PlanOccasion, reach } from './candidates.ts';

/**
 * Customers to whom an occasion may have something to say on a send day within `from` and `to`: found through the index of the
 * day, never by walking all customers. It may name a few too many; planning decides. At most `limit` of them, any.
 */
export async function touchedCustomers(
  db: Db,
  businessId: string,
  occasion: PlanOccasion,
  from: Day,
  to: Day,
  limit?: number,
): Promise<string[]> {
  if (occasion.mode === 'off') return [];
  const { rows } = await touchedBetween(businessId, occasion, from, to, limit).execute(db);
  return rows.map((row) => row.id);
}

/** How many they are, counted up to `most`. */
export async function countTouched(
  db: Db,
  businessId: string,
  occasion: PlanOccasion,
  { from, to, most }: { from: Day; to: Day; most: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${touchedBetween(businessId, occasion, from, to, most)}) counted`.execute(db);
  return rows[0]?.count ?? 0;
}

const LONGEST_HOLIDAYS = 15;

/** Customers who were asked by a survey of this occasion so lately that a reminder may still go. */
export async function askedCustomers(db: Db, businessId: string, occasion: PlanOccasion, today: Day): Promise<string[]> {
  if (occasion.mode === 'off' || occasion.reminderDays === null) return [];
  const since = addDays(today, -occasion.reminderDays - occasion.lateDays - LONGEST_HOLIDAYS);
  const { rows } = await sql<{ id: string }>`select distinct t.customer_id as id
    from message m join touchpoint t on t.business_id = m.business_id and t.id = m.touchpoint_id
    where m.business_id = ${businessId} and m.survey_id is not null and m.date >= ${addDays(since, -1)}
      and t.occasion_id = ${occasion.id} and t.state = 'accepted' and t.reminder_of is null`.execute(db);
  return rows.map((row) => row.id);
}

/** Customers who have an open row of this occasion. */
export async function openCustomers(db: Db, businessId: string, occasionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('touchpoint')
    .select('customer_id')
    .distinct()
    .where('business_id', '=', businessId)
    .where('occasion_id', '=', occasionId)
    .where('state', 'in', ['planned', 'waiting', 'held', 'blocked'])
    .execute();
  return rows.map((row) => row.customer_id);
}

function touchedBetween(businessId: string, occasion: PlanOccasion, from: Day, to: Day, limit?: number) {
  const { least, most } = reach(occasion);
  const all = statementOf(businessId, occasion, addDays(from, -most), addDays(to, -least), limit);
  return limit === undefined ? all : sql<{ id: string }>`select id from (${all}) touched limit ${limit}`;
}

function statementOf(businessId: string, occasion: PlanOccasion, first: Day, last: Day, limit?: number) {
  switch (occasion.trigger) {
    case 'date':
      return ofDates(businessId, occasion.dateKind ?? '', monthDays(first, last), limit);
    case 'years':
      return ofYears(businessId, monthDays(first, last));
    case 'joined':
      return sql<{ id: string }>`select id from customer where business_id = ${businessId}
        and joined_on between ${first} and ${last} and joined_on >= ${occasion.activeSince}`;
    case 'purchase':
      return sql<{ id: string }>`select distinct customer_id as id from purchase where business_id = ${businessId}
        and "on" between ${first} and ${last} and "on" >= ${occasion.activeSince}`;
    case 'day':
      return ofFixedDay(businessId, occasion, monthDays(first, last));
  }
}

interface MonthDays {
  months: number[];
  days: number[];
}

function monthDays(first: Day, last: Day): MonthDays {
  const keys = new Set(eachDay(first, last).flatMap((day) => monthDaysOn(day).map(({ month, day }) => month * 100 + day)));
  return { months: Array.from(keys, (key) => Math.trunc(key / 100)), days: Array.from(keys, (key) => key % 100) };
}

function ofDates(businessId: string, kind: string, { months, days }: MonthDays, limit?: number) {
  const kinds = kind === '*' ? sql`d.kind <> 'birthday'` : sql`d.kind = ${kind}`;
  // Enough for as many people as are wanted, though some have two such days: else all would be sorted to find a few.
  const enough = limit === undefined ? sql`` : sql`limit ${limit * 2}`;
  return sql<{ id: string }>`select distinct id from (
    select d.customer_id as id
    from unnest(${months}::smallint[], ${days}::smallint[]) as on_(month, day)
    join date d on d.business_id = ${businessId} and ${kinds} and d.month = on_.month and d.day = on_.day ${enough}) dates`;
}

function ofYears(businessId: string, { months, days }: MonthDays) {
  return sql<{ id: string }>`select c.id
    from unnest(${months}::numeric[], ${days}::numeric[]) as on_(month, day)
    join customer c on c.business_id = ${businessId} and extract(month from c.since_on) = on_.month and extract(day from c.since_on) = on_.day`;
}

function ofFixedDay(businessId: string, { month, day }: PlanOccasion, { months, days }: MonthDays) {
  const falls = months.some((each, at) => each === month && days[at] === day);
  return sql<{ id: string }>`select id from customer where business_id = ${businessId} and ${falls}
    and erased_at is null and merged_into is null`;
}
