import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { App } from '../app.ts';
import type { Business } from '../businesses/business.ts';
import { addDays } from '../calendar/day.ts';
import { connectDatabase } from '../database/connect.ts';
import { copyBusiness, dropSchema } from '../database/copy.ts';
import type { Database } from '../database/schema.ts';
import { boardOf, type BoardRow } from '../touchpoints/board.ts';
import { type Clock, createClock, forgetHorizon, type Life, liveThrough } from '../touchpoints/live.ts';
import { checkRange, goes, goingOf, inWords, type Range, startOf, staysAway, withoutOf } from './plan.ts';
import { businessNamed, withApp } from './run.ts';
import { say, sayJson, startProgress } from './say.ts';

/**
 * Lives through these days in seconds, in a temporary copy: the real planner and the real sender, with the cards written to files. From today
 * on, so that what happens until the first day counts too.
 */
export async function simulate(range: Range): Promise<void> {
  checkRange(range);
  await withApp(
    async (app, stopping) => {
      const business = await businessNamed(app.db, range.business);
      const outbox = path.join(
        app.config.dataDir,
        'simulations',
        `${business.slug}-${range.from}-${randomBytes(3).toString('hex')}`,
      );
      await mkdir(outbox, { recursive: true });
      const rows = await inCopy(app, business, (db) => live(app, db, range, outbox, stopping)).catch(async (error: unknown) => {
        await rm(outbox, { recursive: true, force: true });
        throw error;
      });
      await keepOnly(outbox, rows);
      const touchpoints = rows.filter((row) => goes(row.state)).map((row) => ({ ...goingOf(row), messageId: row.messageId }));
      const without = rows.filter((row) => staysAway(row.state)).map(withoutOf);
      if (range.json) return sayJson({ touchpoints, without, outbox });
      say(...inWords(business, range, touchpoints, without), '', `The cards are in ${outbox}`);
    },
    { heedsSignal: true },
  );
}

// It is still the last day somewhere when it is the next one elsewhere: what went then was not asked for.
async function keepOnly(outbox: string, rows: BoardRow[]): Promise<void> {
  const asked = new Set(rows.map(({ messageId }) => `${messageId?.slice(1).split('@')[0]}.eml`));
  const others = (await readdir(outbox)).filter((name) => !asked.has(name));
  await Promise.all(others.map((name) => rm(path.join(outbox, name), { force: true })));
}

const PREFIX = 'fondly_simulation_';

async function inCopy<T>(app: App, business: Business, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const schema = `${PREFIX}${randomBytes(6).toString('hex')}`;
  // The lock says that someone still lives in this copy; it goes with its connection.
  return app.db.connection().execute(async (held) => {
    await sql`select pg_advisory_lock(hashtext(${schema}))`.execute(held);
    await sweep(app.db);
    await using undo = new AsyncDisposableStack();
    undo.defer(async () => void (await sql`select pg_advisory_unlock(hashtext(${schema}))`.execute(held)));
    undo.defer(() => dropSchema(app.db, schema));
    await copyBusiness(app.db, business.id, schema);
    const copy = connectHasty(app.databaseUrl, schema);
    undo.defer(() => copy.destroy());
    return await work(copy);
  });
}

/** Connects to what may be lost: commits there wait for no disk. */
export function connectHasty(databaseUrl: string, schema: string): Kysely<Database> {
  const url = new URL(databaseUrl);
  const own = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${own} -c search_path=${schema} -c synchronous_commit=off -c jit=off`.trim());
  // A space in a query is %20 to pg, and + is a plus.
  url.search = url.search.replaceAll('+', '%20');
  return connectDatabase(url.href, { applicationName: 'fondly simulation', max: 3 });
}

/** Copies whose maker was killed. */
async function sweep(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{
    name: string;
  }>`select nspname as name from pg_namespace where starts_with(nspname, ${PREFIX})`.execute(db);
  for (const { name } of rows) {
    const { rows: locks } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(hashtext(${name})) as free`.execute(db);
    if (locks[0]?.free) await dropSchema(db, name);
  }
}

async function live(
  app: App,
  db: Kysely<Database>,
  { from, to }: Range,
  outbox: string,
  signal: AbortSignal,
): Promise<BoardRow[]> {
  const start = startOf(from);
  const today = app.now();
  const clock = createClock(start < today ? start : today);
  if (start < today) await forgetHorizon(db);
  // The last place on earth where it is still that day, and the evening of a day that was late.
  const end = new Date(startOf(addDays(to, 1)).getTime() + DAY_ROUND_THE_EARTH_MS);
  const progress = startProgress('Living through it');
  const onProgress = (now: Date): void =>
    progress.at((now.getTime() - clock0) / (end.getTime() - clock0 || 1), now.toISOString().slice(0, 10));
  const clock0 = clock.now().getTime();
  if (clock.now() < start) await liveInto(app, { db, clock, onProgress, signal }, start, `${outbox}.before`, true);
  await liveInto(app, { db, clock, onProgress, signal }, end, outbox, false);
  progress.end();
  const [business] = await db.selectFrom('business').select('id').execute();
  return boardOf(db, business?.id ?? '', from, to);
}

const DAY_ROUND_THE_EARTH_MS = 26 * 3_600_000;

type Course = Omit<Life, 'sender'> & { clock: Clock };

/** Up to this moment, the mail kept in this folder (which is thrown away when nobody asked for those days). */
async function liveInto(app: App, course: Course, until: Date, folder: string, throwAway: boolean): Promise<void> {
  const sender = await app.openSender({ db: course.db, now: course.clock.now, keepIn: folder });
  try {
    await liveThrough({ ...course, sender }, until);
  } finally {
    await sender.stop();
    if (throwAway) await rm(folder, { recursive: true, force: true });
  }
}
