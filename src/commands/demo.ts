import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { answerSamples } from '../answers/sample.ts';
import { type App, openApp } from '../app.ts';
import { addAccount } from '../businesses/accounts.ts';
import { addBusiness, findBusiness } from '../businesses/business.ts';
import type { Actor } from '../businesses/commit.ts';
import { addMember } from '../businesses/members.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { type Config, publicUrlFor } from '../config.ts';
import { addSampleCustomers } from '../customers/sample.ts';
import { migrateDatabase } from '../database/migrate.ts';
import type { Database } from '../database/schema.ts';
import { addDefaultOccasions } from '../occasions/occasion.ts';
import { migrateQueue, QUEUE_SCHEMA } from '../queue/connection.ts';
import { createClock, liveThrough } from '../touchpoints/live.ts';
import { ground, stopped } from './run.ts';
import { note, refuse, startProgress } from './say.ts';
import { connectHasty } from './simulate.ts';
import { openWeb, openWorker, settlePort } from './start.ts';

const DAYS = 30;

/**
 * A florist with 200 customers, made anew each time as of 30 days ago: those days are lived through in seconds with the real planner and
 * sender, then it runs like `start`. In a data folder of its own, always in practice.
 */
export async function demo(): Promise<void> {
  const { config, log, stopping } = ground(inItsOwnFolder);
  const settled = await settlePort(config, !config.portGiven);
  await using app = await openApp(settled, { log, migrate: 'never' });
  await app.db.connection().execute(async (held) => {
    await takeTurn(held);
    await using running = new AsyncDisposableStack();
    await makeAnew(app);
    running.adopt(await openWeb({ ...app, guest }), (web) => web.close());
    await liveLastDays(app, stopping);
    await answerLastSurveys(app);
    running.adopt(await openWorker(app), (worker) => worker.close());
    const address = publicUrlFor(settled.host, settled.port);
    note(`\nThe shop: ${address}/\nIts cards: ${address}/outbox`);
    note(`Sign in as ${guest.email} with the password "${guest.password}".\nNothing leaves this machine. Ctrl-C stops it.`);
    await stopped(stopping);
  });
}

function inItsOwnFolder(config: Config): Config {
  const dataDir = path.join(config.dataDir, 'demo');
  return { ...config, dataDir, databaseUrl: undefined, redisUrl: undefined, smtpUrl: undefined };
}

// Held for as long as the demo runs: another one would pull the database away under it.
async function takeTurn(held: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_lock(hashtext('fondly demo')) as mine`.execute(held);
  if (!rows[0]?.mine) refuse('The demo is running already. Look at its outbox, or stop it first.');
}

async function makeAnew({ db, queueSettings, outboxFolder, now }: App): Promise<void> {
  await sql`drop schema if exists ${sql.id(QUEUE_SCHEMA)} cascade`.execute(db);
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  await rm(outboxFolder, { recursive: true, force: true });
  await migrateDatabase(db);
  await migrateQueue(queueSettings);
  await addShop(db, now());
}

const shop = {
  name: 'Rosa & Fern',
  slug: 'rosa',
  zone: 'Europe/London',
  from: { name: 'Rosa & Fern', address: 'hello@rosa-and-fern.example' },
  postalAddress: '12 Market Row\nBath BA1 5LZ\nUnited Kingdom',
  sample: true,
};

/** Rosa, who owns the shop; Fern works in it. */
const guest = { name: 'Rosa', email: 'rosa@rosa-and-fern.example', password: 'four red tulips' };
const colleague = { name: 'Fern', email: 'fern@rosa-and-fern.example', password: guest.password };

async function addPeople(db: Kysely<Database>, businessId: string, actor: Actor): Promise<void> {
  for (const person of [guest, colleague]) {
    const account = await addAccount(db, person, actor.now);
    if (!account.ok) throw new Error(account.reason);
    const role = person === guest ? 'owner' : 'staff';
    await addMember(db, businessId, { accountId: account.id, role }, actor);
  }
}

async function addShop(db: Kysely<Database>, today: Date): Promise<void> {
  const actor = { by: 'fondly', now: new Date(today.getTime() - DAYS * MS_PER_DAY) };
  const added = await addBusiness(db, shop, actor);
  const business = added.ok ? await findBusiness(db, shop.slug) : undefined;
  if (!business) throw new Error('The sample shop could not be made');
  await addPeople(db, business.id, actor);
  await addDefaultOccasions(db, business, actor);
  await addSampleCustomers(db, business, { today: localDayOf(today, business.zone) }, actor);
}

async function answerLastSurveys({ db, now }: App): Promise<void> {
  const business = await findBusiness(db, shop.slug);
  if (business) await answerSamples(db, business.id, now());
}

async function liveLastDays(app: App, signal: AbortSignal): Promise<void> {
  const today = app.now();
  const start = new Date(today.getTime() - DAYS * MS_PER_DAY);
  const clock = createClock(start);
  // A power cut now would only mean to make it anew again.
  await using undo = new AsyncDisposableStack();
  const db = undo.adopt(connectHasty(app.databaseUrl, 'public'), (pool) => pool.destroy());
  const sender = await app.openSender({ db, now: clock.now, keepIn: app.outboxFolder });
  const progress = startProgress('Living through the last 30 days');
  const onProgress = (now: Date): void =>
    progress.at((now.getTime() - start.getTime()) / (today.getTime() - start.getTime()), localDayOf(now, shop.zone));
  try {
    await liveThrough({ db, sender, clock, signal, onProgress }, today);
  } finally {
    progress.end();
    await sender.stop();
  }
}
