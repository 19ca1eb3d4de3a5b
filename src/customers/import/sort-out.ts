import { applyEntry, type Changed, dateKey, type FileStop, isChanged, newKnown, stopAsked } from './apply.ts';
import { type Entry, isRefusal, type Refusal } from './entry.ts';
import { addPerson, findSame, type Known, type People } from './people.ts';
import type { Row } from './reading.ts';
import type { Write } from './write-people.ts';

/** What gives leave to write to those who are new. */
export type Basis = 'customer' | 'consent' | 'none';

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
export function sortOut(batch: Row[], people: People, basis: Basis): Sorted {
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

function refuse({ tally, refusals }: Sorted, refusal: Refusal): void {
  refusals.push(refusal);
  tally.rejected.push({ line: refusal.line, reason: refusal.reason });
}

function sortEntry(sorted: Sorted, entry: Entry, people: People, basis: Basis): void {
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
