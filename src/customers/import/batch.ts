import { sql, type Transaction } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { codeOf } from '../../database/trouble.ts';
import type { Database } from '../../database/schema.ts';
import { applyEntry, type Changed, dateKey, type FileStop, isChanged, newKnown, stopAsked } from './apply.ts';
import { type Entry, isRefusal, type Refusal } from './entry.ts';
import { loadPeople } from './load-people.ts';
import { addPerson, findSame, type Known, type People } from './people.ts';
import type { Row } from './reading.ts';
import { keepQuestions, keepRefusals, keepSpoken } from './write-notes.ts';
import { putStops } from './write-stops.ts';
import { type ImportOf, type Write, writePeople } from './write-people.ts';

export interface Question {
  /** The column's name, when the question is about all of it. */
  column?: string;
  line?: number;
  question: string;
  samples: string[];
}

export interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; reason: string }[];
  questions: Question[];
}

export interface BatchOptions extends ImportOf {
  basis: 'customer' | 'consent' | 'none';
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

/** What a batch comes to, in memory: whom to write, whom to stop, which rows to refuse, and what to ask about whom. */
export interface Sorted {
  tally: Tally;
  writes: Map<string, Write>;
  stops: FileStop[];
  refusals: Refusal[];
  asked: (Question & { customerId: string })[];
  spoken: Set<Known>;
}

/** Goes through the rows in their order, in memory: who is meant, what changes, what has to be said. */
export function sortOut(batch: Row[], people: People, basis: BatchOptions['basis']): Sorted {
  const sorted: Sorted = { tally: emptyTally(), writes: new Map(), stops: [], refusals: [], asked: [], spoken: new Set() };
  for (const entry of batch) {
    if (isRefusal(entry)) refuse(sorted, entry);
    else sortEntry(sorted, entry, people, basis);
  }
  return sorted;
}

export function entriesIn(batch: Row[]): Entry[] {
  return batch.filter((entry): entry is Entry => !isRefusal(entry));
}

export function emptyTally(): Tally {
  return { created: 0, updated: 0, unchanged: 0, rejected: [], questions: [] };
}

export function addTally(sum: Tally, tally: Tally): void {
  sum.created += tally.created;
  sum.updated += tally.updated;
  sum.unchanged += tally.unchanged;
  sum.rejected.push(...tally.rejected);
  sum.questions.push(...tally.questions);
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

function refuse({ tally, refusals }: Sorted, refusal: Refusal): void {
  refusals.push(refusal);
  tally.rejected.push({ line: refusal.line, reason: refusal.reason });
}

function sortEntry(sorted: Sorted, entry: Entry, people: People, basis: BatchOptions['basis']): void {
  const found = findSame(people, entry);
  if ('several' in found) {
    refuse(sorted, { line: entry.line, raw: entry.raw, reason: found.several, emailKey: entry.email?.key ?? null });
    return;
  }
  const known = 'same' in found ? found.same : newKnown(entry, basis);
  for (const doubt of entry.doubts) ask(sorted, known, { line: entry.line, ...doubt });
  if ('sharesAddress' in found && found.sharesAddress) ask(sorted, known, shares(entry));
  const changed = speak(sorted, known, entry, people);
  sorted.tally['same' in found ? (changed ? 'updated' : 'unchanged') : 'created']++;
}

function ask({ tally, asked }: Sorted, { id }: Known, question: Question): void {
  tally.questions.push(question);
  asked.push({ ...question, customerId: id });
}

/** Whether the row changed anything about the person. */
function speak(sorted: Sorted, known: Known, entry: Entry, people: People): boolean {
  const before = known.line;
  const key = known.fields.email_key;
  const applied = applyEntry(known, entry);
  const { changed, contradicted } = applied;
  if (!known.deceased) sorted.spoken.add(known);
  if (contradicted.length > 0 && before !== undefined) ask(sorted, known, contradicts(entry, before, contradicted));
  const stop = stopAsked(known, entry, people.dead);
  if (stop) sorted.stops.push(stop);
  if (!isChanged(applied)) return stop !== undefined;
  if ('email' in changed.after) {
    known.fields.email_key = entry.email?.key ?? null;
    changed.before['email_key'] = key;
  }
  addPerson(people, known);
  note(sorted, known, changed);
  return true;
}

function note({ writes }: Sorted, known: Known, changed: Changed): void {
  const write = writes.get(known.id) ?? { known, before: {}, after: {}, dates: new Map() };
  write.before = { ...changed.before, ...write.before };
  write.after = { ...write.after, ...changed.after };
  for (const date of changed.dates) write.dates.set(dateKey(date), date);
  writes.set(known.id, write);
}

function shares({ line, email }: Entry): Question {
  return {
    line,
    question: 'Somebody else has this e-mail address too. They are kept as two people.',
    samples: email ? [email.address] : [],
  };
}

function contradicts({ line }: Entry, before: number, fields: string[]): Question {
  const what = [...new Set(fields)].join(', ');
  return {
    line,
    question: `This is the person of line ${before}, with another ${what}. What line ${before} says was kept.`,
    samples: [],
  };
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
