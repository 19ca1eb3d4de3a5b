import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { type App, openApp } from '../../src/app.ts';
import { addAccount } from '../../src/businesses/accounts.ts';
import type { Business } from '../../src/businesses/business.ts';
import { addMember } from '../../src/businesses/members.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/schema.ts';
import { createLog } from '../../src/log.ts';
import { openDraft } from '../../src/occasions/card-drafts.ts';
import { createClock, liveThrough } from '../../src/touchpoints/live.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { memberRoutes } from '../../src/web/routes.ts';
import { startWeb } from '../../src/web/server.ts';
import { benchDatabase } from './bench-database.ts';
import { addBenchCustomers, addBenchShop } from './bench-shop.ts';

export interface PageFigures {
  path: string;
  /** 95 of 100 answers took no longer, in milliseconds, from the request to the last byte. */
  p95: number;
}

const START = new Date('2027-03-01T05:00:00Z');

/** Pages that look at every customer on purpose, that ask the world outside, or that show one thing which these shops have none of. */
const LEFT_OUT = new Set([
  '/cards/:card/checks',
  '/settings/mail/dns',
  '/imports/:import',
  '/imports/:import/refused',
  '/sent/letters/:letter',
  '/sent/letters/:letter/card',
  '/members/invitations/:invitation',
]);

/** Every page of a shop with so many customers, asked for `times` times by its owner, one after the other. */
export async function benchWeb(url: string, customers: number, times: number): Promise<PageFigures[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-web-'));
  const clock = createClock(START);
  const log = createLog({ level: 'error', to: { write: (line) => process.stderr.write(line) } });
  const config = readConfig({ DATABASE_URL: url, DATA_DIR: folder, PUBLIC_URL: 'http://127.0.0.1:3000' });
  try {
    await using app = await openApp(config, { log, now: clock.now });
    const business = await makeShop(app, customers);
    const sender = await app.openSender();
    await liveThrough({ db: app.db, sender, clock }, new Date('2027-03-01T19:00:00Z'));
    await sender.stop();
    await planAll(app.db, clock.now());
    await sql`vacuum analyze`.execute(app.db);
    // What making the shop left to write would be written while its pages are asked for.
    await sql`checkpoint`.execute(app.db);
    return await askAll(app, business, times);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The figures of docs/performance.md: each page among 1,000, 100,000 and 1,000,000 customers. */
export async function reportWeb(sizes = [1_000, 100_000, 1_000_000]): Promise<void> {
  const figures: PageFigures[][] = [];
  for (const size of sizes) {
    await using bench = await benchDatabase();
    figures.push(await benchWeb(bench.url, size, 100));
    process.stdout.write(`${size} customers measured\n`);
  }
  const [first = [], middle = [], last = []] = figures;
  const rows = first.map(({ path: page, p95 }, at) => {
    return { page, small: p95, middle: middle[at]?.p95 ?? 0, large: last[at]?.p95 ?? 0, growth: (last[at]?.p95 ?? 0) / p95 };
  });
  for (const { page, growth, ...p95 } of rows.toSorted((a, b) => b.large - a.large)) {
    const numbers = [p95.small, p95.middle, p95.large].map((ms) => ms.toFixed(1).padStart(7)).join('');
    process.stdout.write(`${page.padEnd(42)}${numbers} ms  × ${growth.toFixed(2)}\n`);
  }
  const slowest = Math.max(...rows.map((row) => row.middle));
  const steepest = Math.max(...rows.map((row) => row.growth));
  process.stdout.write(
    `slowest p95 among 100,000: ${slowest.toFixed(1)} ms (at most 50); steepest growth × ${steepest.toFixed(2)} (at most 3)\n`,
  );
}

async function makeShop({ db }: App, customers: number): Promise<Business> {
  const business = await addBenchShop(db, 'Europe/London', START);
  await addBenchOwner(db, business.id, START);
  await addCustomers(db, business.id, customers);
  await db.insertInto('horizon').values({ business_id: business.id, planned_through: '2027-02-28' }).execute();
  await sql`vacuum analyze`.execute(db);
  return business;
}

/** Ada, who has set up everything. */
export async function addBenchOwner(db: Kysely<Database>, businessId: string, now: Date): Promise<void> {
  const account = await addAccount(db, { name: 'Ada', email: 'ada@bench.example', password: 'four red tulips' }, now);
  if (!account.ok) throw new Error(account.reason);
  await addMember(db, businessId, { accountId: account.id, role: 'owner' }, { by: 'fondly', now });
  await sql`update business set setup_step = 'done'`.execute(db);
}

/** The cookie of a session of the owner. */
export async function openBenchSession(app: App): Promise<string> {
  const account = await app.db.selectFrom('auth_user').select('id').executeTakeFirstOrThrow();
  const device = { headers: new Headers(), network: '127.0.0.1' };
  return (await app.accounts.openSession(account.id, device)).map((line) => line.split(';')[0]).join('; ');
}

/** Birthdays and days of joining spread over the year, one in twenty without an address, one in ten with a purchase. */
async function addCustomers(db: Kysely<Database>, businessId: string, customers: number): Promise<void> {
  const people = sql`
    select (array['Maria','José','Zoë','Ayşe','Chloé','Liam','Noah','Søren','Anna','Łukasz','Mia','Ken'])[1 + n % 12] as given,
      (array['Lopez','Müller','Okafor','Tanaka','Smith','Dubois','Rossi','Novák','García','Jensen'])[1 + n / 12 % 10] || ' ' || n as family,
      case when n % 20 <> 7 then 'c' || n || '@example.com' end as email, null as language,
      date '2020-01-01' + n * 53 % 1800 as joined, date '1980-01-01' + n * 37 % 366 as birthday
    from generate_series(0, ${customers - 1}::int) as n`;
  await addBenchCustomers(db, businessId, people);
  await sql`insert into purchase (business_id, id, customer_id, "on", amount, currency, category, nth, created_at)
    select ${businessId}::uuid, gen_random_uuid(), id, date '2026-06-01' + (n % 200)::int, 2500, 'GBP', 'a bouquet', 1, now()
    from (select id, row_number() over () as n from customer) numbered where n % 10 = 0`.execute(db);
}

type Things = Record<string, readonly string[]>;

async function askAll(app: App, business: Business, times: number): Promise<PageFigures[]> {
  const cookie = await openBenchSession(app);
  const things = await thingsOf(app, business.id);
  const web = await startWeb(app, { host: '127.0.0.1', port: 0 });
  const pages = memberRoutes.filter(({ method, path: page }) => method === 'GET' && !LEFT_OUT.has(page));
  const figures: PageFigures[] = [];
  for (const { path: page } of pages) {
    const addresses = Array.from({ length: times + 5 }, (_, n) => {
      const filled = page.replaceAll(/:(\w+)/g, (_whole, name: string) => thing(things, `${page} :${name}`, name, n));
      return `http://127.0.0.1:${web.port}/shops/bench${filled}${queryOf(page, n)}`;
    });
    const all: number[] = [];
    for (const address of addresses) all.push(await timeOf(address, cookie));
    // The first few find no connection, and nothing remembered.
    figures.push({ path: page || '/', p95: percentile(all.slice(5), 0.95) });
  }
  await web.close(0);
  return figures;
}

function thing(things: Things, page: string, name: string, n: number): string {
  const known = things[page] ?? things[name];
  if (!known?.length) throw new Error(`The bench has no ${page}`);
  return known[n % known.length] ?? '';
}

/** What is asked for differs each time, as people's wishes do. */
function queryOf(page: string, n: number): string {
  if (page === '/customers') return `?q=${encodeURIComponent(['mar', 'muller', 'zoe lop', 'c12', 'tana'][n % 5] ?? '')}`;
  if (page === '/sent') return n % 2 ? '?q=mar' : '';
  if (page === '/cards/:card/compare') return '?from=1&to=1';
  return '';
}

export async function timeOf(address: string, cookie: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(address, { headers: { cookie }, redirect: 'manual' });
  await answer.arrayBuffer();
  if (answer.status >= 400) throw new Error(`${answer.status} at ${address}`);
  return performance.now() - start;
}

export function percentile(all: number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.ceil(all.length * share) - 1] ?? 0;
}

async function thingsOf({ db, now }: App, businessId: string): Promise<Things> {
  const ids = async (query: ReturnType<typeof sql<{ id: string }>>) => (await query.execute(db)).rows.map(({ id }) => id);
  const card = await ids(sql<{ id: string }>`select id from card where business_id = ${businessId}`);
  for (const id of card) await openDraft(db, businessId, id, { by: 'fondly', now: now() });
  const customer = await ids(sql<{ id: string }>`select id from customer where business_id = ${businessId} order by id limit 60`);
  const sent = await ids(
    sql<{ id: string }>`select t.id from touchpoint t where t.business_id = ${businessId} and t.state = 'accepted' limit 60`,
  );
  const coming = await ids(
    sql<{
      id: string;
    }>`select t.id from touchpoint t where t.business_id = ${businessId} and t.state = 'planned' order by t.send_on limit 60`,
  );
  return {
    customer,
    other: customer.toReversed(),
    touchpoint: coming,
    '/sent/:touchpoint :touchpoint': sent,
    '/sent/:touchpoint/card :touchpoint': sent,
    card,
    name: ['birthday-balloons', 'thank-you'],
    occasion: await ids(sql<{ id: string }>`select id from occasion where business_id = ${businessId}`),
    survey: await ids(sql<{ id: string }>`select id from survey where business_id = ${businessId}`),
    member: await ids(sql<{ id: string }>`select id from member where business_id = ${businessId}`),
    day: ['2027-03-05', '2027-03-12', '2027-03-20'],
    reason: ['no-email'],
  };
}
