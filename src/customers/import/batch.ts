import { sql, type Transaction } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { codeOf } from '../../database/trouble.ts';
import type { Database } from '../../database/schema.ts';
import type { Entry } from './entry.ts';
import { loadPeople } from './load-people.ts';
import type { Row } from './reading.ts';
import { type Basis, entriesIn, type Sorted, sortOut, type Tally } from './sort-out.ts';
import { keepQuestions, keepRefusals, keepSpoken } from './write-notes.ts';
import { putStops } from './write-stops.ts';
import { type ImportOf, writePeople } from './write-people.ts';

export interface BatchOptions extends ImportOf {
  basis: Basis;
  /** The run's own number: who has another one may write no more. */
  fence: number;
  /** Thousandths of the file that are read with this batch. */
  share: number;
}

/** The run was paused, called off or taken over: nothing of the batch was written. */
export class RunLost extends Error {
  override name = 'RunLost';
}

const ATTEMPTS = 4;
const lostRaces = new Set(['40001', '40P01', '23505']);

/** Writes one batch of rows in one transaction, and says what became of each. */
export async function importBatch(db: Db, batch: Row[], options: BatchOptions): Promise<Tally> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute((trx: Transaction<Database>) => writeBatch(trx, batch, options));
    } catch (error) {
      if (attempt === ATTEMPTS || !lostRaces.has(codeOf(error))) throw error;
    }
  }
}

async function writeBatch(trx: Db, batch: Row[], options: BatchOptions): Promise<Tally> {
  const { businessId, importId } = options;
  const entries = entriesIn(batch);
  await holdKeys(trx, businessId, entries);
  const people = await loadPeople(trx, businessId, entries, { importId });
  const sorted = sortOut(batch, people, options.basis);
  await writePeople(trx, options, [...sorted.writes.values()]);
  await putStops(trx, options, sorted.stops);
  await keepSpoken(trx, options, [...sorted.spoken]);
  await keepRefusals(trx, options, sorted.refusals);
  await keepQuestions(trx, options, sorted.asked);
  await countBatch(trx, options, batch, sorted);
  return sorted.tally;
}

// The same locks that adding by hand and stopping take, in the same order: an address's stop and its arrival cannot pass each other.
async function holdKeys(trx: Db, businessId: string, entries: Entry[]): Promise<void> {
  const emails = entries.map(({ email }) => email?.key);
  const references = entries.map(({ reference }) => reference && `#${reference}`);
  const keys = [...new Set([...emails, ...references].filter((key) => typeof key === 'string'))].toSorted();
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${businessId}::text || ' ' || key, 0))
    from (select key from unnest(${keys}::text[]) with ordinality as u(key, n) order by n) as ordered`.execute(trx);
}

// The last statement of the batch, and its leave to commit: whoever paused, called off or took over the run has the row now.
async function countBatch(trx: Db, options: BatchOptions, batch: Row[], { tally, stops }: Sorted): Promise<void> {
  const last = batch.at(-1)?.line ?? 0;
  const { numAffectedRows } = await sql`
    update import_run set lines_done = greatest(lines_done, ${last}), created = created + ${tally.created}, updated = updated + ${tally.updated},
      unchanged = unchanged + ${tally.unchanged}, rejected = rejected + ${tally.rejected.length}, stopped = stopped + ${stops.length},
      questions = questions + ${tally.questions.filter(({ line }) => line !== undefined).length}, share = ${options.share}, tries = 0,
      lease_until = case when state = 'running' then clock_timestamp() + interval '60 seconds' end
    where business_id = ${options.businessId} and id = ${options.importId} and fence = ${options.fence}
      and state in ('running', 'elsewhere')`.execute(trx);
  if (numAffectedRows !== 1n) throw new RunLost('The run is not ours any more');
}
