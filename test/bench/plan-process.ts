import { sql } from 'kysely';
import { connectDatabase } from '../../src/database/connect.ts';
import { planStep } from '../../src/touchpoints/plan.ts';
import type { PlanFigures } from './plan.ts';

// One day of planning in a process of its own, so that its memory is planning's alone.

async function planOneDay(url: string, businessId: string, now: Date): Promise<PlanFigures> {
  const db = connectDatabase(url, { max: 2 });
  await sql`select 1`.execute(db);
  const since = performance.now();
  while (await planStep(db, businessId, now));
  const seconds = (performance.now() - since) / 1000;
  const { n } = await db
    .selectFrom('touchpoint')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  await db.destroy();
  return { customers: 0, touchpoints: n, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

const [url = '', businessId = '', now = ''] = process.argv.slice(2);
process.send?.(await planOneDay(url, businessId, new Date(now)));
process.disconnect();
