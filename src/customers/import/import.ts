import { v7 } from 'uuid';
import type { Business } from '../../businesses/business.ts';
import type { Actor, Db } from '../../businesses/commit.ts';
import { localDayOf } from '../../calendar/instant.ts';
import { importBatch } from './batch.ts';
import { addTally, emptyTally, type Tally } from './sort-out.ts';
import type { Column } from './columns.ts';
import type { DateOrder } from './dates.ts';
import { measureTables } from './measure.ts';
import { BATCH, readBatches, type Reading } from './reading.ts';
import { inspectSource, type Source } from './source.ts';
import { learnTable } from './table.ts';
import { tryRows } from './trial.ts';

export interface ImportOptions {
  /** Why the shop may write to whom the file brings; 'customer' unless said. Who is here already keeps what they have. */
  basis?: 'customer' | 'consent' | 'none';
  /** Column name → field: `{ 'Jour J': 'birthday' }`. Fields as in `--map`. */
  map?: Record<string, string>;
  /** For dates that leave it open which number is the month. */
  dateOrder?: DateOrder;
  /** Says what would happen, and leaves nothing behind. */
  dryRun?: boolean;
  onProgress?: (progress: Progress) => void;
  /** Hears once how each column of a table is understood. */
  onColumns?: (columns: Column[]) => void;
  /** Ends the import between two batches: what is written stays, and the same file again completes it. */
  signal?: AbortSignal;
}

export interface Progress {
  /** Share of the file that is done, 0 to 1. */
  share: number;
  rows: number;
}

/** What became of each row. A question without a line is about the file or a column: then nothing was written. */
export type ImportReport = Tally;

/**
 * Brings customers in from a CSV or vCard file, in batches of 250 rows, each in one transaction. Whoever is here already is found again
 * and updated; running the same file again changes nothing, and completes an import that was cut off. Throws `signal`'s reason when aborted.
 */
export async function importCustomers(
  db: Db,
  business: Pick<Business, 'id' | 'zone'>,
  source: Source,
  options: ImportOptions,
  actor: Actor,
): Promise<ImportReport> {
  const inspection = await inspectSource(source);
  if (inspection.trouble !== undefined) return asking({ question: inspection.trouble, samples: [] });
  const table = inspection.kind === 'csv' ? await learnTable(source, inspection.encoding, options) : undefined;
  if (table) options.onColumns?.(table.columns);
  if (table && table.troubles.length > 0) return asking(...table.troubles);
  const reading: Reading = {
    source,
    inspection,
    table,
    dateOrder: options.dateOrder,
    today: localDayOf(actor.now, business.zone),
  };
  const plan: Plan = { business, reading, hash: inspection.hash, options, actor, importId: v7() };
  return options.dryRun ? dryRun(db, plan) : run(db, plan);
}

interface Plan {
  business: Pick<Business, 'id' | 'zone'>;
  reading: Reading;
  hash: string;
  options: ImportOptions;
  actor: Actor;
  importId: string;
}

function asking(...questions: Tally['questions']): ImportReport {
  return { ...emptyTally(), questions };
}

async function dryRun(db: Db, { business, reading, options }: Plan): Promise<ImportReport> {
  const { basis = 'customer', signal, onProgress } = options;
  let rows = 0;
  return tryRows(db, readBatches(reading), { businessId: business.id, basis }, (batch) => {
    signal?.throwIfAborted();
    rows += batch.rows.length;
    onProgress?.({ share: batch.share, rows });
  });
}

async function run(db: Db, plan: Plan): Promise<ImportReport> {
  const { business, reading, options, actor, importId } = plan;
  await beginRun(db, plan);
  const report = emptyTally();
  const { basis = 'customer' } = options;
  const of = { businessId: business.id, importId, basis, now: actor.now, today: reading.today, fence: 0 };
  let done = 0;
  for await (const { rows, share } of readBatches(reading)) {
    options.signal?.throwIfAborted();
    addTally(report, await importBatch(db, rows, { ...of, share: Math.floor(share * 1000) }));
    if (done === 0 && rows.length === BATCH) await measureTables(db);
    done += rows.length;
    options.onProgress?.({ share, rows: done });
  }
  await endRun(db, plan);
  return report;
}

async function beginRun(db: Db, { business, hash, options, actor, importId }: Plan): Promise<void> {
  const { basis = 'customer', map = {}, dateOrder } = options;
  await db
    .insertInto('import_run')
    .values({
      business_id: business.id,
      id: importId,
      file_hash: hash,
      options: JSON.stringify({ basis, map, dateOrder }),
      by: actor.by,
      started_at: actor.now,
    })
    .execute();
}

async function endRun(db: Db, { business, importId }: Plan): Promise<void> {
  await db
    .updateTable('import_run')
    .set((eb) => ({ ended_at: eb.fn<Date>('clock_timestamp'), state: 'done' }))
    .where('business_id', '=', business.id)
    .where('id', '=', importId)
    .execute();
}
