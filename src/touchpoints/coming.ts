import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day, TouchpointState } from '../database/schema.ts';
import { shownNow } from './decision.ts';

/** A card that is still to go, as a member reads it. */
export interface ComingCard {
  id: string;
  customerId: string;
  /** Full name, else the address. */
  customer: string;
  email: string | null;
  /** The occasion's name. */
  occasion: string;
  cardId: string;
  card: string;
  /** Which card and version that is: what a member's yes counts for. */
  shown: string;
  day: Day;
  occursOn: Day;
  dueAt: Date;
  lateAt: Date;
  /** The customer's clock, else the business's. */
  zone: string;
  state: TouchpointState;
  reason: string | null;
  /** Another card than the occasion's own was chosen. */
  swapped: boolean;
  /** A member chose the hour. */
  hurried: boolean;
  /** A member wrote a line for it. */
  line: boolean;
  /** An actor, such as `member:<id>`. */
  approvedBy: string | null;
  heldBy: string | null;
}

export interface DayCount {
  day: Day;
  /** Cards that go, wait or are held; at most MOST_COUNTED, and then `more` is true. */
  cards: number;
  waiting: number;
  more: boolean;
  /** Which cards and versions wait (`ComingCard.shown`). */
  shown: string[];
}

const MOST_COUNTED = 500;

/** How many cards each of these days has; with `earlier`, what is left of the days before counts for the first. */
export async function countDays(
  db: Db,
  businessId: string,
  { from, to, earlier }: { from: Day; to: Day; earlier: boolean },
): Promise<DayCount[]> {
  const { rows } = await sql<DayCount>`/* prepared: count days */
    select d.day, least(n.cards, ${MOST_COUNTED})::int as cards, n.waiting::int as waiting, n.cards > ${MOST_COUNTED} as more,
      array(select ${shownNow} from (select ${businessId}::uuid as business_id, unnest(n.asking) as card_id) t) as shown
    from ${eachDay(from, to)} cross join lateral (
      select count(*) as cards, count(*) filter (where state = 'waiting') as waiting,
        array_agg(distinct card_id) filter (where state = 'waiting') as asking from (
        select state, card_id from touchpoint where business_id = ${businessId} and ${OPEN}
          and send_on between d.day - case when d.day = ${from} then ${earlier ? 200 : 0} else 0 end and d.day limit ${MOST_COUNTED + 1}
      ) bounded
    ) n order by d.day`.execute(db);
  return rows;
}

/**
 * The first cards of each of these days, by day and hour; on the days of `asking` what waits for a member stands first. What is left of
 * earlier days comes with the first day.
 */
export async function listDays(
  db: Db,
  businessId: string,
  { from, to, asking }: { from: Day; to: Day; asking: Day[] },
  each: number,
): Promise<ComingCard[]> {
  // The first day takes earlier ones along; any other is read off the index in its order.
  const firstOf = (which: RawBuilder<unknown>) => sql`(select id, due_at, state from touchpoint where business_id = ${businessId}
      and ${which} and d.day = ${from} and send_on between ${from}::date - 200 and ${from} order by due_at, id limit ${each})
    union all (select id, due_at, state from touchpoint where business_id = ${businessId}
      and ${which} and d.day <> ${from} and send_on = d.day order by due_at, id limit ${each})`;
  const { rows } = await sql<ComingCard>`/* prepared: list days */
    select ${columns} from (
      select d.day, first.id from ${eachDay(from, to)} cross join lateral (
        select id from ((${firstOf(sql`d.day = any(${asking}::date[]) and state = 'waiting'`)}) union (${firstOf(OPEN)})) any_
        order by case when d.day = any(${asking}::date[]) and state = 'waiting' then 0 else 1 end, due_at, id limit ${each}
      ) first
    ) chosen join touchpoint t on t.business_id = ${businessId} and t.id = chosen.id ${names}
    order by chosen.day, t.state <> 'waiting', t.due_at, t.id`.execute(db);
  return rows;
}

/** A place in a list by hour. */
export interface Place {
  at: Date;
  id: string;
}

/** One day's cards by hour, from after a place on; with `earlier`, what is left of the days before comes too. */
export async function listDay(
  db: Db,
  businessId: string,
  { day, earlier, after }: { day: Day; earlier: boolean; after?: Place | undefined },
  limit: number,
): Promise<ComingCard[]> {
  const days = earlier ? sql`t.send_on <= ${day}` : sql`t.send_on = ${day}`;
  const rest = after === undefined ? sql`true` : sql`(t.due_at, t.id) > (${after.at}::timestamptz, ${after.id}::uuid)`;
  const { rows } = await sql<ComingCard>`select ${columns} from touchpoint t ${names}
    where t.business_id = ${businessId} and ${days} and ${rest} and t.state in ('planned', 'waiting', 'held')
    order by t.due_at, t.id limit ${limit}`.execute(db);
  return rows;
}

/** Everything that waits for a member's yes, what expires first at the top. */
export async function listWaiting(db: Db, businessId: string, after: Place | undefined, limit: number): Promise<ComingCard[]> {
  const rest = after === undefined ? sql`true` : sql`(t.late_at, t.id) > (${after.at}::timestamptz, ${after.id}::uuid)`;
  const { rows } = await sql<ComingCard>`select ${columns} from touchpoint t ${names}
    where t.business_id = ${businessId} and t.state = 'waiting' and ${rest} order by t.late_at, t.id limit ${limit}`.execute(db);
  return rows;
}

/** One of them, in whatever state it is; undefined when there is none, or its customer was erased. */
export async function findComing(db: Db, businessId: string, id: string): Promise<ComingCard | undefined> {
  const { rows } = await sql<ComingCard>`select ${columns} from touchpoint t ${names}
    where t.business_id = ${businessId} and t.id = ${id} and p.customer_id is not null`.execute(db);
  return rows[0];
}

// The sentence that the index is made for, so that the planner knows it for one: blocked ones are left out of what it finds.
const OPEN = sql`state in ('planned', 'waiting', 'held')`;

function eachDay(from: Day, to: Day): RawBuilder<unknown> {
  return sql`(select g::date as day from generate_series(${from}::date, ${to}::date, interval '1 day') g) d`;
}

const columns = sql`t.id, t.customer_id as "customerId",
  coalesce(${called}, 'Somebody who was erased') as customer, p.email,
  o.name as occasion, t.card_id as "cardId", k.name as card, ${shownNow} as shown, t.send_on as day, t.occurs_on as "occursOn", t.due_at as "dueAt",
  t.late_at as "lateAt", coalesce(p.zone, b.zone) as zone, t.state, t.reason, t.swapped_at is not null as swapped,
  t.hurried_at is not null as hurried, l.touchpoint_id is not null as line, t.held_by as "heldBy",
  case when t.card_version is not null then t.approved_by end as "approvedBy"`;

const names = sql`join business b on b.id = t.business_id
  join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
  join card k on k.business_id = t.business_id and k.id = t.card_id
  left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
  left join personal_line l on l.business_id = t.business_id and l.touchpoint_id = t.id`;
