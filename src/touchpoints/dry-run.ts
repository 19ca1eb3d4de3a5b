import { type Kysely, sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { addDays } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Database, Day } from '../database/schema.ts';
import { type ComingCard, countDays, type DayCount, listDays } from './coming.ts';
import { groupNothing, type NothingGroup } from './nothing.ts';
import { planAhead } from './plan.ts';

/** What switching on would set going: the next days as the ledger has them. */
export interface DryRun {
  /** At least so many where `more` is true. */
  cards: number;
  more: boolean;
  /** Days with cards, in their order, each with the first few. */
  days: (DayCount & { first: ComingCard[] })[];
  /** Who gets nothing, by reason, the most frequent first. */
  without: NothingGroup[];
  /** Cards that practice sent today already and that would go for real while they are in time; at most MOST_AGAIN. */
  again: number;
  /** Many customers are still to be planned: the numbers will grow. */
  unplanned: boolean;
}

const DAYS = 30;
const NAMED = 4;
const MOST_AGAIN = 1000;
/** So many are planned at once for the answer, and forgotten again; more are left to the clockwork, which has them within seconds. */
const MOST_PLANNED = 1000;

/** The next 30 days of a shop that practises, as they would be if it were switched on now. Leaves nothing behind. */
export async function dryRun(db: Kysely<Database>, business: Pick<Business, 'id' | 'zone'>, now: Date): Promise<DryRun> {
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
  const [all, first, without, again] = await Promise.all([
    countDays(db, businessId, { from, to, earlier: true }),
    listDays(db, businessId, { from, to, asking: [] }, NAMED),
    groupNothing(db, businessId, { from, to }, NAMED),
    countAgain(db, businessId, from, now),
  ]);
  const counts = all.filter(({ cards }) => cards > 0);
  return {
    cards: counts.reduce((sum, { cards }) => sum + cards, 0),
    more: counts.some(({ more }) => more),
    // What is left of earlier days comes with the first one.
    days: counts.map((count) => ({ ...count, first: first.filter(({ day }) => (day < from ? from : day) === count.day) })),
    without,
    again,
  };
}

/** A message has its day's date, and what practice sends is a message too. */
async function countAgain(db: Db, businessId: string, from: Day, now: Date): Promise<number> {
  const { rows } = await sql<{ again: number }>`
    select count(*)::int as again from (
      select from message m join touchpoint t on t.business_id = m.business_id and t.id = m.touchpoint_id
      where m.business_id = ${businessId} and m.date > ${now}::timestamptz - interval '2 days' and t.practice and t.state = 'accepted'
        and t.send_on >= ${from} and t.late_at > ${now} limit ${MOST_AGAIN}
    ) a`.execute(db);
  return rows[0]?.again ?? 0;
}
