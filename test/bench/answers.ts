import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { tallyAnswers } from '../../src/answers/tally.ts';
import { type App, openApp } from '../../src/app.ts';
import type { Db } from '../../src/businesses/commit.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startWeb } from '../../src/web/server.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchCustomers, addBenchShop } from './bench-shop.ts';
import { addBenchOwner, openBenchSession, percentile, timeOf } from './web.ts';

const NOW = new Date('2027-03-01T12:00:00Z');
const CUSTOMERS = 100_000;
const TIMES = 100;

/** The answers page of a shop that asked 1,000,000 times in one year and was answered 500,000 times. */
export async function reportAnswers(): Promise<void> {
  await using bench = await benchDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-answers-'));
  const log = createLog({ level: 'error', to: { write: (line) => process.stderr.write(line) } });
  const config = readConfig({ DATABASE_URL: bench.url, DATA_DIR: folder, PUBLIC_URL: 'http://127.0.0.1:3000' });
  try {
    await using app = await openApp(config, { log, now: () => NOW });
    const business = await addBenchShop(app.db, 'Europe/London', NOW);
    await addBenchOwner(app.db, business.id, NOW);
    await fill(app.db, business.id, 1_000_000);
    const start = performance.now();
    while (await tallyAnswers(app.db));
    process.stdout.write(`a year tallied in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    await askPages(app, business.id);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As if sent at nine on each day of the year, ten to each customer; every other one is answered, and one answer in 16 has words. */
async function fill(db: Db, businessId: string, asked: number): Promise<void> {
  const people = sql`
    select 'Maria' as given, 'Lopez ' || n as family, 'c' || n || '@example.com' as email, null as language,
      date '2020-01-01' + n * 53 % 1800 as joined, date '1980-01-01' + n * 37 % 366 as birthday
    from generate_series(0, ${CUSTOMERS - 1}::int) n`;
  await addBenchCustomers(db, businessId, people);
  await db.transaction().execute(async (trx) => {
    // Without foreign keys and triggers, whose work is marked below, it takes a third of the time.
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`
      insert into touchpoint (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, card_id, card_version, created_at)
      select o.business_id, md5(n::text)::uuid, c.id, o.id, n, d.day, d.day, d.day + time '09:00', d.day + time '20:00', 'accepted', o.card_id, 1, d.day
      from generate_series(0, ${asked - 1}::int) n
        cross join lateral (select date '2026-03-02' + (n % ${CUSTOMERS}::int % 364 + n / ${CUSTOMERS}::int * 36) % 364 as day) d
        join (select id, row_number() over (order by id) - 1 as k from customer) c on c.k = n % ${CUSTOMERS}::int
        join occasion o on o.slug = 'survey'
      order by d.day`.execute(trx);
    await sql`
      insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, survey_id, survey_version, language, hash)
      select t.business_id, t.id, t.cause || '@bench', t.due_at, '', t.card_id, 1, o.survey_id, 1, 'en', ''
      from touchpoint t join occasion o on o.id = t.occasion_id`.execute(trx);
    await sql`
      insert into answer (business_id, touchpoint_id, question, value, at, suspect)
      select business_id, id, 0, 1 + cause::int / 7 % 5, due_at + interval '5 hours', cause::int % 97 = 0 from touchpoint
      where cause::int / 3 % 2 = 0`.execute(trx);
    await sql`
      insert into answer_text (business_id, touchpoint_id, question, customer_id, words)
      select t.business_id, t.id, 0, t.customer_id, 'The peonies lasted two weeks.' from touchpoint t join answer a on a.touchpoint_id = t.id
      where t.cause::int / 5 % 8 = 0`.execute(trx);
    await sql`insert into answer_tally_stale select distinct business_id, date::date from message`.execute(trx);
  });
  await sql`vacuum analyze`.execute(db);
  await sql`checkpoint`.execute(db);
}

async function askPages(app: App, businessId: string): Promise<void> {
  const cookie = await openBenchSession(app);
  const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
  for (const query of ['', '?months=36', '?words=all'])
    for (const changed of [false, true]) {
      const all: number[] = [];
      for (let n = 0; n < TIMES + 5; n++) {
        if (changed) await changeAnswer(app.db, businessId, n);
        all.push(await timeOf(`http://127.0.0.1:${web.port}/shops/bench/answers${query}`, cookie));
        if (changed) await tallyAnswers(app.db);
      }
      const [median, p95] = [percentile(all.slice(5), 0.5), percentile(all.slice(5), 0.95)];
      const when = changed ? ', a moment after an answer' : '';
      process.stdout.write(`/answers${query}${when}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms\n`);
    }
  await web.close(0);
}

async function changeAnswer(db: Db, businessId: string, n: number): Promise<void> {
  await sql`update answer set value = 6 - value
    where business_id = ${businessId} and touchpoint_id = md5((6000 * ${n}::int)::text)::uuid`.execute(db);
}
