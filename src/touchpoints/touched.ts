import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day, eachDay } from '../calendar/day.ts';
import { monthDaysOn } from '../calendar/occurrence.ts';
import { type PlanOccasion, reach } from './candidates.ts';

/**
 * Customers to whom an occasion may have something to say on a send day within `from` and `to`: found through the index of the
 * day, never by walking all customers. It may name a few too many; planning decides.
 */
export async function touchedCustomers(
  db: Db,
  businessId: string,
  occasion: PlanOccasion,
  from: Day,
  to: Day,
): Promise<string[]> {
  if (occasion.mode === 'off') return [];
  const { rows } = await touchedBetween(businessId, occasion, from, to).execute(db);
  return rows.map((row) => row.id);
}

/** Which of the dates `t` an occasion of this kind is about, as ranges that the index of the day knows; '*' is all but birthdays. */
export function datesOfKind(kind: string): RawBuilder<unknown>[] {
  return kind === '*' ? [sql`t.kind < 'birthday'`, sql`t.kind > 'birthday'`] : [sql`t.kind = ${kind}`];
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

/** Customers who have an open row of any occasion: an occasion that changes frees or takes days of the others, also where it has no row. */
export async function openCustomers(db: Db, businessId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('touchpoint')
    .select('customer_id')
    .distinct()
    .where('business_id', '=', businessId)
    .where('state', 'in', ['planned', 'waiting', 'held', 'blocked'])
    .execute();
  return rows.map((row) => row.customer_id);
}

function touchedBetween(businessId: string, occasion: PlanOccasion, from: Day, to: Day): RawBuilder<{ id: string }> {
  const { least, most } = reach(occasion);
  const [first, last] = [addDays(from, -most), addDays(to, -least)];
  switch (occasion.trigger) {
    case 'date':
      return ofDates(businessId, occasion.dateKind ?? '', monthDays(first, last));
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

function ofDates(businessId: string, kind: string, { months, days }: MonthDays) {
  const some = datesOfKind(kind).map(
    (range) => sql`select t.customer_id as id
      from unnest(${months}::smallint[], ${days}::smallint[]) as on_(month, day)
      join date t on t.business_id = ${businessId} and ${range} and t.month = on_.month and t.day = on_.day`,
  );
  return sql<{ id: string }>`select distinct id from (${sql.join(some, sql` union all `)}) dates`;
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
