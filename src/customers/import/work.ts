import { type Selectable, sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { businessById, type Business } from '../../businesses/business.ts';
import { keepChange } from '../../businesses/change.ts';
import { localDayOf } from '../../calendar/instant.ts';
import type { Database } from '../../database/schema.ts';
import { understand } from './answers.ts';
import { importBatch, RunLost } from './batch.ts';
import { lookAt } from './look.ts';
import { measureTables } from './measure.ts';
import { BATCH, readBatches, type Reading } from './reading.ts';
import { answersOf, fileOf } from './runs.ts';
import { dropFile, storedSource } from './stored-file.ts';
import { tryImportRows } from './try-run.ts';
import { undoBatch } from './undo.ts';

type Run = Selectable<Database['import_run']>;

const MOST_TRIES = 5;
/** How often a look or a dry run says how far it is. */
const TELLS_EVERY_MS = 500;

/**
 * Takes one import that waits for a process, or whose process died, and does what it waits for to the end: looks at its file, tries it, brings it
 * in or takes it back. Says whether there was one. `stopping` ends it between two batches, for another process to go on with.
 */
export async function workOnImport(db: Db, now: Date, stopping?: AbortSignal): Promise<boolean> {
  const run = await claimRun(db);
  if (!run) return false;
  if (run.tries > MOST_TRIES) return giveUp(db, run);
  const business = await businessById(db, run.business_id);
  if (!business) return true;
  const job: Job = { db, run, business, now, stopping };
  try {
    await work(job);
  } catch (error) {
    // Paused, called off, or taken over: it is somebody else's now.
    if (error instanceof RunLost) return true;
    await tryLater(job);
    throw error;
  }
  return true;
}

/** The same for one import of which a member waits to see what its columns are. */
export async function lookAtImport(db: Db, businessId: string, id: string, now: Date): Promise<void> {
  const run = await claimRun(db, { businessId, id });
  const business = run && (await businessById(db, businessId));
  if (run && business) await look({ db, run, business, now, stopping: undefined });
}

interface Job {
  db: Db;
  run: Run;
  business: Business;
  now: Date;
  stopping: AbortSignal | undefined;
}

async function claimRun(db: Db, only?: { businessId: string; id: string }): Promise<Run | undefined> {
  const { rows } = await sql<Run>`
    update import_run set fence = fence + 1, tries = tries + 1, lease_until = clock_timestamp() + interval '60 seconds',
      going_since = clock_timestamp(),
      rows_before = case when state = 'running' then created + updated + unchanged + rejected else rows_before end
    where (business_id, id) = (
      select business_id, id from import_run
      where state in ('looking', 'trying', 'running', 'undoing') and (lease_until is null or lease_until < clock_timestamp())
        ${only ? sql`and business_id = ${only.businessId} and id = ${only.id} and state = 'looking'` : sql``}
      order by started_at limit 1 for update skip locked)
    returning *`.execute(db);
  return rows[0];
}

async function work(job: Job): Promise<void> {
  const { state } = job.run;
  if (state === 'looking') await look(job);
  else if (state === 'trying') await attempt(job);
  else if (state === 'running') await bringIn(job);
  else await takeBack(job);
}

async function look(job: Job): Promise<void> {
  const { db, run } = job;
  const file = await fileOf(db, run.business_id, run.id);
  if (!file) throw new RunLost('The file is gone');
  const tell = teller(job, file.inspection.bytes);
  const seen = await lookAt(tell.through(storedSource(db, run.business_id, run.id)), file.inspection, tell.read);
  await db.transaction().execute(async (trx) => {
    await setOwn(trx, run, sql`state = 'asking', share = 0, tries = 0, lease_until = null, rows = ${seen.rows}`);
    await sql`update import_file set look = ${JSON.stringify(seen)} where business_id = ${run.business_id} and import_id = ${run.id}`.execute(
      trx,
    );
  });
}

async function attempt(job: Job): Promise<void> {
  const { db, run } = job;
  const reading = await readingOf(job);
  const { basis = 'customer' } = answersOf(run);
  const tell = teller(job, 1);
  const trial = await tryImportRows(db, readBatches(reading), { businessId: run.business_id, basis }, tell.share);
  await db.transaction().execute(async (trx) => {
    await setOwn(trx, run, sql`state = 'tried', share = 0, tries = 0, lease_until = null, rows = ${trial.rows}`);
    await sql`update import_file set trial = ${JSON.stringify(trial)} where business_id = ${run.business_id} and import_id = ${run.id}`.execute(
      trx,
    );
  });
}

async function bringIn(job: Job): Promise<void> {
  const { db, run, now, stopping } = job;
  const began = performance.now();
  const reading = await readingOf(job);
  const { basis = 'customer' } = answersOf(run);
  const of = { businessId: run.business_id, importId: run.id, basis, now, today: reading.today, fence: run.fence };
  let isFirst = run.lines_done === 0;
  for await (const { rows, share } of readBatches(reading, run.lines_done)) {
    if (stopping?.aborted) return giveBack(db, run);
    await importBatch(db, rows, { ...of, share: Math.floor(share * 1000) });
    if (isFirst && rows.length === BATCH) await measureTables(db);
    isFirst = false;
  }
  const ended = new Date(now.getTime() + performance.now() - began);
  await db.transaction().execute(async (trx) => {
    await setOwn(trx, run, sql`state = 'done', share = 1000, lease_until = null, ended_at = ${ended}`);
    await dropFile(trx, run.business_id, run.id);
  });
}

async function takeBack({ db, run, now, stopping }: Job): Promise<void> {
  while (await undoBatch(db, run, now)) if (stopping?.aborted) return giveBack(db, run);
  await db.transaction().execute(async (trx) => {
    await setOwn(trx, run, sql`state = 'undone', share = 1000, lease_until = null, undone_at = ${now}`);
    const change = { businessId: run.business_id, what: 'import undone', after: { id: run.id } };
    await keepChange(trx, change, { by: run.undone_by ?? 'fondly', now });
  });
}

async function readingOf({ db, run, business, now }: Job): Promise<Reading> {
  const file = await fileOf(db, run.business_id, run.id);
  if (!file?.look) throw new RunLost('The file is gone');
  const { inspection, look: seen } = file;
  const table = inspection.kind === 'csv' ? understand(seen, answersOf(run)).shape : undefined;
  const source = storedSource(db, run.business_id, run.id);
  return { source, inspection, table, today: localDayOf(now, business.zone) };
}

/** Changes the run while it is still ours, and in the state in which we took it. */
async function setOwn(db: Db, { business_id, id, fence, state }: Run, set: ReturnType<typeof sql>): Promise<void> {
  const { numAffectedRows } = await sql`
    update import_run set ${set} where business_id = ${business_id} and id = ${id} and fence = ${fence} and state = ${state}`.execute(
    db,
  );
  if (numAffectedRows !== 1n) throw new RunLost('The run is not ours any more');
}

/** Says now and then how far a file is read, which also keeps the run ours; and ends the reading when it is not, or when the process is stopping. */
function teller({ db, run, stopping }: Job, whole: number) {
  let share = 0;
  let told = performance.now();
  const tell = async (): Promise<void> => {
    if (stopping?.aborted) {
      await giveBack(db, run);
      throw new RunLost('The process is stopping');
    }
    if (performance.now() - told < TELLS_EVERY_MS) return;
    told = performance.now();
    await setOwn(db, run, sql`share = ${Math.floor(share * 1000)}, lease_until = clock_timestamp() + interval '60 seconds'`);
  };
  return {
    read: (bytes: number): void => void (share = bytes / whole),
    share: async (part: number): Promise<void> => {
      share = part;
      await tell();
    },
    through: (source: Reading['source']): Reading['source'] => ({
      async *open() {
        for await (const piece of source.open()) {
          yield piece;
          await tell();
        }
      },
    }),
  };
}

async function giveBack(db: Db, { business_id, id, fence }: Run): Promise<void> {
  await sql`
    update import_run set lease_until = null, tries = 0 where business_id = ${business_id} and id = ${id} and fence = ${fence}`.execute(
    db,
  );
}

async function tryLater({ db, run }: Job): Promise<void> {
  const seconds = 5 * run.tries;
  await sql`
    update import_run set lease_until = clock_timestamp() + make_interval(secs => ${seconds})
    where business_id = ${run.business_id} and id = ${run.id} and fence = ${run.fence}`.execute(db);
}

const FAILED =
  'Fondly could not go on with this file, and has stopped trying. What is in stays in. Look into the log of the server for the cause.';

async function giveUp(db: Db, run: Run): Promise<boolean> {
  await setOwn(db, run, sql`state = 'failed', ended_at = clock_timestamp(), lease_until = null, trouble = ${FAILED}`);
  return true;
}
