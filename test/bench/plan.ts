import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/database/schema.ts';
import { HORIZON_DAYS } from '../../src/touchpoints/plan.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchCustomers, addBenchShop } from './bench-shop.ts';

export interface PlanFigures {
  customers: number;
  touchpoints: number;
  seconds: number;
  peakMegabytes: number;
}

const TODAY = new Date('2027-03-01T12:00:00Z');
const DAY_MS = 86_400_000;

/**
 * What one more day in the horizon costs, among so many customers of whom `due` have their birthday on it. Every customer has an
 * e-mail address, a birthday and a day of joining, spread over the year; planning runs in a process of its own, which is measured.
 */
export async function benchPlan(
  bench: { db: Kysely<Database>; url: string },
  customers: number,
  due: number,
  runs = 3,
): Promise<PlanFigures> {
  const businessId = await makeShop(bench.db, customers, due, runs);
  const days: PlanFigures[] = [];
  for (let run = 0; run < runs; run++)
    days.push(await planInChild(bench.url, businessId, new Date(TODAY.getTime() + run * DAY_MS)));
  return {
    customers,
    // The quickest: the others were held up by something else on the machine.
    seconds: Math.min(...days.map((day) => day.seconds)),
    touchpoints: days[0]?.touchpoints ?? 0,
    peakMegabytes: Math.max(...days.map((day) => day.peakMegabytes)),
  };
}

/** The figures of docs/performance.md: one day among 100,000 and among 1,000,000 customers, with as many due. */
export async function reportPlan(): Promise<void> {
  const small = await alone(100_000);
  const large = await alone(1_000_000);
  for (const { customers, touchpoints, seconds, peakMegabytes } of [small, large]) {
    const line = `${customers} customers: a day of ${touchpoints} touchpoints planned in ${seconds.toFixed(2)} s, peak ${peakMegabytes.toFixed(0)} MB`;
    process.stdout.write(`${line}\n`);
  }
  process.stdout.write(`ratio ${(large.seconds / small.seconds).toFixed(2)} (at most 1.50)\n`);
}

async function alone(customers: number): Promise<PlanFigures> {
  await using bench = await benchDatabase();
  return await benchPlan(bench, customers, 2_700);
}

async function makeShop(db: Kysely<Database>, customers: number, due: number, days: number): Promise<string> {
  const { id } = await addBenchShop(db, 'Europe/Berlin', TODAY);
  await sql`update occasion set replan_at = null`.execute(db);
  await addCustomers(db, id, customers, due, days);
  // The horizon ends the day before the first measured day.
  const planned = new Date(TODAY.getTime() + (HORIZON_DAYS + 1 - 1) * DAY_MS).toISOString().slice(0, 10);
  await db.insertInto('horizon').values({ business_id: id, planned_through: planned }).execute();
  await sql`vacuum analyze`.execute(db);
  return id;
}

/** The first `due` × `days` customers on the measured days, all others evenly over days that are not planned. */
async function addCustomers(
  db: Kysely<Database>,
  businessId: string,
  customers: number,
  due: number,
  days: number,
): Promise<void> {
  const first = new Date(TODAY.getTime() + (HORIZON_DAYS + 1) * DAY_MS).toISOString().slice(0, 10);
  // Born 48 years before, which keeps 29 February where it is.
  const people = sql`
    select 'Customer ' || n as given, null as family, 'c' || n || '@example.com' as email, null as language,
      date '2015-01-01' + n % 28 as joined,
      (${first}::date - interval '48 years')::date
        + case when n < ${due * days} then n / ${due}::int else ${days}::int + n % (330 - ${days}::int) end as birthday
    from generate_series(0, ${customers - 1}::int) as n`;
  await addBenchCustomers(db, businessId, people);
}

async function planInChild(url: string, businessId: string, now: Date): Promise<PlanFigures> {
  const child = fork(fileURLToPath(new URL('./plan-process.ts', import.meta.url)), [url, businessId, now.toISOString()], {
    stdio: 'inherit',
  });
  const [figures] = (await once(child, 'message')) as [PlanFigures];
  return figures;
}
