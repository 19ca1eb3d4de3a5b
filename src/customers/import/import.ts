import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Business } from '../../businesses/business.ts';
import type { Actor, Db } from '../../businesses/commit.ts';
import { localDayOf } from '../../calendar/instant.ts';
import { cardEntries } from './address-cards.ts';
import { emptyTally, importBatch, type Tally } from './batch.ts';
import type { Day } from '../../database/schema.ts';
import type { Column } from './columns.ts';
import type { DateOrder } from './dates.ts';
import type { Entry, Refusal } from './entry.ts';
import { type Inspection, inspectSource, type Source } from './source.ts';
import { learnTable, type Table, tableEntries } from './table.ts';

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

// More would be no quicker, and hold more memory and locks at once.
const BATCH = 250;

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
  const plan: Plan = { business, source, inspection, table, options, actor, importId: v7() };
  return options.dryRun ? dryRun(db, plan) : run(db, plan);
}

interface Plan {
  business: Pick<Business, 'id' | 'zone'>;
  source: Source;
  inspection: Inspection;
  table: Table | undefined;
  options: ImportOptions;
  actor: Actor;
  importId: string;
}

function asking(...questions: Tally['questions']): ImportReport {
  return { ...emptyTally(), questions };
}

class Undone extends Error {
  override name = 'Undone';
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    super('A dry run ends by being undone.');
    this.report = report;
  }
}

// The same work in one transaction, which then is undone: the numbers cannot differ.
async function dryRun(db: Db, plan: Plan): Promise<ImportReport> {
  try {
    return await db.transaction().execute(async (trx): Promise<never> => {
      throw new Undone(await run(trx, plan));
    });
  } catch (error) {
    if (error instanceof Undone) return error.report;
    throw error;
  }
}

async function run(db: Db, plan: Plan): Promise<ImportReport> {
  const { business, options, actor, importId } = plan;
  await beginRun(db, plan);
  const today = localDayOf(actor.now, business.zone);
  const report = emptyTally();
  const batchOptions = {
    businessId: business.id,
    importId,
    basis: options.basis ?? ('customer' as const),
    now: actor.now,
    today,
  };
  const lines = new Map<string, number>();
  let share = 0;
  let rows = 0;
  const onBytes = (read: number): void => void (share = read / plan.inspection.bytes);
  for await (const batch of inBatches(entriesOf(plan, today, onBytes))) {
    options.signal?.throwIfAborted();
    add(report, await importBatch(db, batch, { ...batchOptions, lines, holdKeys: !options.dryRun }));
    if (rows === 0 && batch.length === BATCH) await measureTables(db);
    rows += batch.length;
    options.onProgress?.({ share, rows });
  }
  await endRun(db, plan);
  return report;
}

// PostgreSQL keeps its plan for checking foreign keys. One made while `person` was empty and unmeasured goes through every row of a
// business for each new one: measured, 100 s for 20,000 rows instead of 4 s. Measuring the first batch has it plan anew, everywhere.
async function measureTables(db: Db): Promise<void> {
  const { rows } = await sql<{ count: number }>`select reltuples as count from pg_class where oid = 'person'::regclass`.execute(
    db,
  );
  if ((rows[0]?.count ?? 0) < BATCH) await sql`analyze customer, person, date, change`.execute(db);
}

function entriesOf(
  { source, inspection, table, options }: Plan,
  today: Day,
  onBytes: (read: number) => void,
): AsyncIterable<(Entry | Refusal)[]> {
  if (table) return tableEntries(source, inspection.encoding, table, today, onBytes);
  return cardEntries(source, inspection.encoding, { today, dateOrder: options.dateOrder }, onBytes);
}

async function* inBatches<T>(groups: AsyncIterable<T[]>): AsyncGenerator<T[]> {
  let waiting: T[] = [];
  for await (const group of groups) {
    waiting.push(...group);
    while (waiting.length >= BATCH) {
      yield waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
    }
  }
  if (waiting.length > 0) yield waiting;
}

function add(report: ImportReport, tally: Tally): void {
  report.created += tally.created;
  report.updated += tally.updated;
  report.unchanged += tally.unchanged;
  report.rejected.push(...tally.rejected);
  report.questions.push(...tally.questions);
}

async function beginRun(db: Db, { business, inspection, options, actor, importId }: Plan): Promise<void> {
  const { basis = 'customer', map = {}, dateOrder } = options;
  await db
    .insertInto('import_run')
    .values({
      business_id: business.id,
      id: importId,
      file_hash: inspection.hash,
      options: JSON.stringify({ basis, map, dateOrder }),
      by: actor.by,
      started_at: actor.now,
    })
    .execute();
}

async function endRun(db: Db, { business, importId }: Plan): Promise<void> {
  await db
    .updateTable('import_run')
    .set((eb) => ({ ended_at: eb.fn<Date>('clock_timestamp') }))
    .where('business_id', '=', business.id)
    .where('id', '=', importId)
    .execute();
}
