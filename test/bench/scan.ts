import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/schema.ts';
import { signLink } from '../../src/links/token.ts';
import { createLog } from '../../src/log.ts';
import { startWeb } from '../../src/web/server.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchShop } from './bench-shop.ts';

export interface ScanFigures {
  mails: number;
  requests: number;
  /** Requests that were not answered with 200. */
  failed: number;
  seconds: number;
  answers: number;
  stops: number;
  /** Everything that a link could change, before and after. */
  before: string;
  after: string;
}

const DELIVERED = new Date('2027-03-09T09:00:00Z');
const ROUNDS = 3;
const AT_ONCE = 32;

/** What a mail filter does: opens every link of so many survey mails by GET and by HEAD, three times, a second after delivery. */
export async function scan(url: string, mails: number): Promise<ScanFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-scan-'));
  const config = readConfig({ DATABASE_URL: url, DATA_DIR: folder, PUBLIC_URL: 'http://127.0.0.1:3000' });
  const log = createLog({ level: 'error', to: { write: (line) => process.stderr.write(line) } });
  await using app = await openApp(config, { log, now: () => new Date(DELIVERED.getTime() + 1000) });
  const { business, touchpoints } = await makeMails(app.db, mails);
  const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const linksOf = (touchpoint: string): string[] => [
    `/v/${signLink(app.keys, { business, touchpoint, purpose: 'view' })}`,
    `/u/${signLink(app.keys, { business, touchpoint, purpose: 'unsubscribe' })}`,
    ...[5, 4, 3, 2, 1].map((value) => `/a/${signLink(app.keys, { business, touchpoint, purpose: 'survey', value })}`),
  ];
  const before = await fingerprint(app.db);
  const start = performance.now();
  const { requests, failed } = await openAll(web.port, agent, touchpoints, linksOf);
  const seconds = (performance.now() - start) / 1000;
  const after = await fingerprint(app.db);
  const counts = await countOf(app.db);
  agent.destroy();
  await web.close(0);
  await rm(folder, { recursive: true, force: true });
  return { mails, requests, failed, seconds, ...counts, before, after };
}

/** The claim in full size: 10,000 mails, each link three times by GET and three times by HEAD. */
export async function reportScan(): Promise<void> {
  await using bench = await benchDatabase();
  const { mails, requests, failed, seconds, answers, stops, before, after } = await scan(bench.url, 10_000);
  const unchanged = before === after ? 'nothing changed' : 'SOMETHING CHANGED';
  process.stdout.write(
    `${mails} mails, ${requests} requests in ${seconds.toFixed(0)} s (${failed} failed): ${answers} answers, ${stops} stops, ${unchanged}\n`,
  );
}

async function openAll(
  port: number,
  agent: Agent,
  touchpoints: string[],
  linksOf: (touchpoint: string) => string[],
): Promise<{ requests: number; failed: number }> {
  const waiting = touchpoints.values();
  let requests = 0;
  let failed = 0;
  const scanner = async (): Promise<void> => {
    for (const touchpoint of waiting) {
      for (let round = 0; round < ROUNDS; round++) {
        for (const link of linksOf(touchpoint)) {
          for (const method of ['GET', 'HEAD']) {
            requests += 1;
            if ((await open(port, agent, method, link)) !== 200) failed += 1;
          }
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, scanner));
  return { requests, failed };
}

function open(port: number, agent: Agent, method: string, link: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, agent, method, path: link, headers: { 'user-agent': 'a filter' } });
    asking.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** Survey mails that have been accepted, as sending leaves them. */
async function makeMails(db: Kysely<Database>, mails: number): Promise<{ business: string; touchpoints: string[] }> {
  const { id, name, postal_address: postalAddress } = await addBenchShop(db, 'Europe/London', DELIVERED);
  const data = {
    language: 'en',
    customer: { firstName: 'Mia' },
    business: { name, postalAddress },
    occasion: { name: 'Survey' },
    survey: { question: 'How was it?', kind: 'scale', answers: [{ label: 'Fine', value: '5', url: 'https://example.com/a' }] },
    links: { view: 'https://example.com/v', unsubscribe: 'https://example.com/u' },
  };
  const { rows } = await sql<{ id: string }>`
    with o as (select * from occasion where business_id = ${id} and slug = 'survey'),
    v as (select max(n) as n from card_version, o where card_version.business_id = o.business_id and card_version.card_id = o.card_id),
    c as (insert into customer (business_id, id, basis_kind, created_at)
      select ${id}::uuid, gen_random_uuid(), 'customer', ${DELIVERED}::timestamptz from generate_series(1, ${mails}) returning id),
    p as (insert into person (business_id, customer_id, given_name, email, email_key)
      select ${id}::uuid, id, 'Mia', id || '@example.com', id || '@example.com' from c),
    t as (insert into touchpoint (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, card_id, created_at)
      select ${id}::uuid, gen_random_uuid(), c.id, o.id, 'joined:0', '2027-03-09', '2027-03-09', ${DELIVERED}::timestamptz,
        ${DELIVERED}::timestamptz, 'accepted', o.card_id, ${DELIVERED}::timestamptz from c, o returning id, customer_id),
    m as (insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, survey_id, survey_version, language, hash)
      select ${id}::uuid, t.id, t.id, ${DELIVERED}::timestamptz, '', o.card_id, v.n, o.survey_id, 1, 'en', '' from t, o, v),
    d as (insert into message_data (business_id, touchpoint_id, customer_id, data, addresses)
      select ${id}::uuid, t.id, t.customer_id, ${JSON.stringify(data)}::jsonb, '{}' from t),
    a as (insert into attempt (business_id, touchpoint_id, n, fence, stage, code, started_at, at)
      select ${id}::uuid, t.id, 1, 1, 'accepted', 250, ${DELIVERED}::timestamptz, ${DELIVERED}::timestamptz from t)
    select id from t`.execute(db);
  await sql`analyze`.execute(db);
  return { business: id, touchpoints: rows.map(({ id }) => id) };
}

async function countOf(db: Kysely<Database>): Promise<{ answers: number; stops: number }> {
  const { rows } = await sql<{ answers: number; stops: number }>`
    select (select count(*)::int from answer) as answers, (select count(*)::int from stop) as stops`.execute(db);
  return rows[0] ?? { answers: -1, stops: -1 };
}

/** Every row of every table but the visits, in one hash. */
async function fingerprint(db: Kysely<Database>): Promise<string> {
  const hash = createHash('sha256');
  const tables = (await db.introspection.getTables()).map(({ name }) => name).filter((name) => name !== 'link_visit');
  for (const table of tables.toSorted()) {
    const { rows } = await sql<{ rows: string }>`
      select count(*) || coalesce(md5(string_agg(md5(t::text), '' order by t::text)), '') as rows from ${sql.table(table)} t`.execute(
      db,
    );
    hash.update(`${table} ${rows[0]?.rows}\n`);
  }
  return hash.digest('hex');
}
