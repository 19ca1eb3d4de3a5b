import { sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { addDays } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Day } from '../database/schema.ts';
import { planAhead } from './plan.ts';

/** What switching on would set going: the next days as the ledger has them. */
export interface DryRun {
  cards: number;
  people: number;
  /** Days with cards, in their order. */
  days: { day: Day; cards: number; first: { customer: string; occasion: string; dueAt: Date; zone: string }[] }[];
  /** Who gets nothing, by reason (see reasons.ts), the most frequent first. */
  without: { reason: string; customers: number; first: string[] }[];
  /** Cards that practice sent today already and that would go for real while they are in time. */
  again: number;
  /** Many customers are still to be planned: the numbers will grow. */
  unplanned: boolean;
}

const DAYS = 30;
const NAMED = 4;
/** So many are planned at once for the answer, and forgotten again; more are left to the clockwork, which has them within seconds. */
const MOST_PLANNED = 2000;

/** The next 30 days of a shop that practises, as they would be if it were switched on now. Leaves nothing behind. */
export async function dryRun(db: Db, business: Pick<Business, 'id' | 'zone'>, now: Date): Promise<DryRun> {
  const from = localDayOf(now, business.zone);
  const to = addDays(from, DAYS);
  const waiting = await countWaiting(db, business.id, to);
  if (waiting === 0 || waiting > MOST_PLANNED)
    return { ...(await readRun(db, business.id, from, to, now)), unplanned: waiting > 0 };
  const trx = await db.startTransaction().execute();
  try {
    await planAhead(trx, business.id, now, to);
    return { ...(await readRun(trx, business.id, from, to, now)), unplanned: false };
  } finally {
    await trx.rollback().execute();
  }
}

/** How many customers planning still has before it, at most one more than MOST_PLANNED; an occasion or days not looked at count as one. */
async function countWaiting(db: Db, businessId: string, to: Day): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select (select count(*)::int from (select from customer where business_id = ${businessId} and replan_at is not null limit ${MOST_PLANNED + 1}) c)
      + (exists (select from occasion where business_id = ${businessId} and replan_at is not null))::int
      + (not exists (select from horizon where business_id = ${businessId} and planned_through >= ${to}))::int as waiting`.execute(
    db,
  );
  return rows[0]?.waiting ?? 0;
}

async function readRun(db: Db, businessId: string, from: Day, to: Day, now: Date): Promise<Omit<DryRun, 'unplanned'>> {
  const range = sql`t.business_id = ${businessId} and t.send_on between ${from} and ${to}`;
  const { rows: days } = await sql<DryRun['days'][number] & { customers: number; again: number }>`
    with going as (
      select t.*, row_number() over (partition by t.send_on order by t.due_at, t.id) as n from touchpoint t
      where ${range} and (t.state in ('planned', 'waiting', 'held', 'leased', 'deferred') or (${practised} and t.late_at > ${now}))
    )
    select g.send_on as day, count(*)::int as cards, count(*) filter (where g.practice and g.state = 'accepted')::int as again,
      jsonb_agg(jsonb_build_object('customer', ${nameOf}, 'occasion', o.name, 'dueAt', g.due_at, 'zone', coalesce(p.zone, b.zone)) order by g.n)
        filter (where g.n <= ${NAMED}) as first
    from going g
    join business b on b.id = g.business_id
    left join person p on g.n <= ${NAMED} and p.business_id = g.business_id and p.customer_id = g.customer_id
    left join occasion o on g.n <= ${NAMED} and o.business_id = g.business_id and o.id = g.occasion_id
    group by g.send_on order by g.send_on`.execute(db);
  const { rows: people } = await sql<{ people: number }>`
    select count(distinct t.customer_id)::int as people from touchpoint t
    where ${range} and (t.state in ('planned', 'waiting', 'held', 'leased', 'deferred') or (${practised} and t.late_at > ${now}))`.execute(
    db,
  );
  return {
    cards: days.reduce((sum, { cards }) => sum + cards, 0),
    people: people[0]?.people ?? 0,
    days: days.map(({ day, cards, first }) => ({
      day,
      cards,
      first: first.map((one) => ({ ...one, dueAt: new Date(one.dueAt) })),
    })),
    without: await readWithout(db, businessId, from, to),
    again: days.reduce((sum, { again }) => sum + again, 0),
  };
}

async function readWithout(db: Db, businessId: string, from: Day, to: Day): Promise<DryRun['without']> {
  const { rows } = await sql<DryRun['without'][number]>`
    with kept as (
      select t.business_id, t.customer_id, t.reason, row_number() over (partition by t.reason order by t.send_on, t.id) as n
      from touchpoint t
      where t.business_id = ${businessId} and t.send_on between ${from} and ${to} and t.state = 'blocked' and t.reason is not null
    )
    select g.reason, count(distinct g.customer_id)::int as customers,
      coalesce(jsonb_agg(distinct ${nameOf}) filter (where g.n <= ${NAMED}), '[]') as first
    from kept g left join person p on g.n <= ${NAMED} and p.business_id = g.business_id and p.customer_id = g.customer_id
    group by g.reason order by customers desc, g.reason`.execute(db);
  return rows;
}

const practised = sql`t.practice and t.state = 'accepted'`;
const nameOf = sql`coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, 'Somebody')`;
