import { sql, type Transaction } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { codeOf } from '../../database/trouble.ts';
import type { Database } from '../../database/schema.ts';
import { applyEntry, dateKey, isChanged, newKnown } from './apply.ts';
import { type Entry, isRefusal, type Refusal } from './entry.ts';
import { loadPeople } from './load-people.ts';
import { addPerson, findSame, type Known, type People } from './people.ts';
import { type ImportOf, keepRefusals, type Write, writePeople } from './write-people.ts';

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
  /** Customers that the file has spoken of already, and the line that did. */
  lines: Map<string, number>;
  /** Whether to hold addresses against stops and other imports; a dry run never commits, and need not. */
  holdKeys: boolean;
}

const ATTEMPTS = 4;
const lostRaces = new Set(['40001', '40P01', '23505']);

/** Writes one batch of rows in one transaction (the caller's, if it has one), and says what became of each. `lines` is kept only when it is done. */
export async function importBatch(db: Db, batch: (Entry | Refusal)[], options: BatchOptions): Promise<Tally> {
  if (db.isTransaction) return remember(await writeBatch(db, batch, options), options);
  for (let attempt = 1; ; attempt++) {
    try {
      return remember(await db.transaction().execute((trx: Transaction<Database>) => writeBatch(trx, batch, options)), options);
    } catch (error) {
      if (attempt === ATTEMPTS || !lostRaces.has(codeOf(error))) throw error;
    }
  }
}

interface Written {
  tally: Tally;
  spoken: Known[];
}

function remember({ tally, spoken }: Written, { lines }: BatchOptions): Tally {
  for (const { id, line } of spoken) if (line !== undefined) lines.set(id, line);
  return tally;
}

async function writeBatch(trx: Db, batch: (Entry | Refusal)[], options: BatchOptions): Promise<Written> {
  const entries = batch.filter((entry): entry is Entry => !isRefusal(entry));
  if (options.holdKeys) await holdKeys(trx, options.businessId, entries);
  const people = await loadPeople(trx, options.businessId, entries, options.lines);
  const sorted = sortOut(batch, people, options.basis);
  await writePeople(trx, options, [...sorted.writes.values()]);
  await keepRefusals(trx, options, sorted.refusals);
  await countBatch(trx, options, batch, sorted.tally);
  return { tally: sorted.tally, spoken: [...people.byId.values()] };
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

interface Sorted {
  tally: Tally;
  writes: Map<string, Write>;
  refusals: Refusal[];
}

/** Goes through the rows in their order, in memory: who is meant, what changes, what has to be said. */
function sortOut(batch: (Entry | Refusal)[], people: People, basis: BatchOptions['basis']): Sorted {
  const sorted: Sorted = { tally: emptyTally(), writes: new Map(), refusals: [] };
  for (const entry of batch) {
    if (isRefusal(entry)) refuse(sorted, entry);
    else sortEntry(sorted, entry, people, basis);
  }
  return sorted;
}

export function emptyTally(): Tally {
  return { created: 0, updated: 0, unchanged: 0, rejected: [], questions: [] };
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
  const { tally } = sorted;
  for (const doubt of entry.doubts) tally.questions.push({ line: entry.line, ...doubt });
  if ('same' in found) {
    const changed = speak(sorted, found.same, entry, people);
    tally[changed ? 'updated' : 'unchanged']++;
    return;
  }
  if (found.sharesAddress) tally.questions.push(shares(entry));
  speak(sorted, newKnown(entry, basis), entry, people);
  tally.created++;
}

/** Whether the row changed anything about the person. */
function speak({ tally, writes }: Sorted, known: Known, entry: Entry, people: People): boolean {
  const before = known.line;
  const key = known.fields.email_key;
  const applied = applyEntry(known, entry);
  const { changed, contradicted } = applied;
  if (contradicted.length > 0 && before !== undefined) tally.questions.push(contradicts(entry, before, contradicted));
  if (!isChanged(applied)) return false;
  if ('email' in changed.after) {
    known.fields.email_key = entry.email?.key ?? null;
    changed.before['email_key'] = key;
  }
  addPerson(people, known);
  const write = writes.get(known.id) ?? { known, before: {}, after: {}, dates: new Map() };
  write.before = { ...changed.before, ...write.before };
  write.after = { ...write.after, ...changed.after };
  for (const date of changed.dates) write.dates.set(dateKey(date), date);
  writes.set(known.id, write);
  return true;
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

async function countBatch(trx: Db, options: BatchOptions, batch: (Entry | Refusal)[], tally: Tally): Promise<void> {
  const last = batch.at(-1)?.line ?? 0;
  await sql`
    update import_run set lines_done = greatest(lines_done, ${last}), created = created + ${tally.created}, updated = updated + ${tally.updated},
      unchanged = unchanged + ${tally.unchanged}, rejected = rejected + ${tally.rejected.length}
    where business_id = ${options.businessId} and id = ${options.importId}`.execute(trx);
}
