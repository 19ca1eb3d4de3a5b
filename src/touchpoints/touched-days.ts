import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day, eachDay } from '../calendar/day.ts';
import { monthDaysOn } from '../calendar/occurrence.ts';
import { type PlanOccasion, reach } from './candidates.ts';
import { datesOfKind } from './touched.ts';

/** A day that gives some customers a reason to be written to, counted from it. */
export interface TouchedDay {
  on: Day;
  /** Reasons that it gives, counted as far as asked for. */
  count: number;
  /** `count` ends where counting was to end. */
  more: boolean;
  /** Whom it gives the first of these reasons: the few asked for. */
  ids: string[];
}

/**
 * The days by which an occasion has something to say within `from` and `to`, each with its number and a few customers, so that thousands can be
 * reckoned from a hundred spread over all days. One look into the index a day: what it costs is bounded, however many customers there are.
 */
export async function touchedDays(
  db: Db,
  businessId: string,
  occasion: PlanOccasion,
  span: { from: Day; to: Day },
  { most, some }: { most: number; some: (on: Day, days: number) => number },
): Promise<TouchedDay[]> {
  const days = occasion.mode === 'off' ? [] : daysOf(occasion, span);
  if (days.length === 0) return [];
  const each = Math.ceil(most / days.length);
  const takes = days.map(({ on }) => some(on, days.length));
  const { id, places } = placesOf(businessId, occasion);
  const { rows } = await sql<TouchedDay>`
    select s."on", (select count(*)::int from (${few(sql``, places, sql`${each}::int`)}) c) as count,
      array(${few(id, places, sql`s.take`)}) as ids
    from unnest(${days.map(({ on }) => on)}::date[], ${days.map(({ month }) => month)}::smallint[],
      ${days.map(({ day }) => day)}::smallint[], ${takes}::int[]) as s("on", month, day, take)
    order by s."on"`.execute(db);
  return rows.map((row) => ({ ...row, more: row.count === each }));
}

interface Looked {
  on: Day;
  month: number;
  day: number;
}

/** Whoever was born on 29 February stands under both days on which it may be kept; planning knows which. */
function daysOf(occasion: PlanOccasion, { from, to }: { from: Day; to: Day }): Looked[] {
  const { least, most } = reach(occasion);
  const all = eachDay(addDays(from, -most), addDays(to, -least)).flatMap((on) =>
    monthDaysOn(on).map(({ month, day }) => ({ on, month, day })),
  );
  const { trigger, activeSince } = occasion;
  if (trigger === 'date' || trigger === 'years') return all;
  const since = all.filter(({ on }) => on >= activeSince);
  if (trigger === 'day') return since.filter(({ month, day }) => month === occasion.month && day === occasion.day);
  return since.filter(({ on, day }) => day === Number(on.slice(8)));
}

/** Where the customers of a day `s` stand, each place an index in whose order they are read. */
function placesOf(
  businessId: string,
  { trigger, dateKind }: PlanOccasion,
): { id: RawBuilder<unknown>; places: RawBuilder<unknown>[] } {
  const own = sql`t.business_id = ${businessId}`;
  switch (trigger) {
    case 'date':
      return {
        id: sql`t.customer_id`,
        places: datesOfKind(dateKind ?? '').map(
          (kind) => sql`date t where ${own} and t.month = s.month and t.day = s.day and ${kind}`,
        ),
      };
    case 'years':
      return {
        id: sql`t.id`,
        places: [
          sql`customer t where ${own} and extract(month from t.since_on) = s.month::numeric and extract(day from t.since_on) = s.day::numeric`,
        ],
      };
    case 'joined':
      return { id: sql`t.id`, places: [sql`customer t where ${own} and t.joined_on = s."on"`] };
    case 'purchase':
      return { id: sql`t.customer_id`, places: [sql`purchase t where ${own} and t."on" = s."on"`] };
    case 'day':
      return { id: sql`t.id`, places: [sql`customer t where ${own} and t.erased_at is null and t.merged_into is null`] };
  }
}

function few(column: RawBuilder<unknown>, places: RawBuilder<unknown>[], limit: RawBuilder<unknown>): RawBuilder<unknown> {
  const all = places.map((place) => sql`(select ${column} from ${place})`);
  return sql`${sql.join(all, sql` union all `)} limit ${limit}`;
}
