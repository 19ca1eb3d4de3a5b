import { sql, type Transaction } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import type { Database } from '../../database/schema.ts';
import { nameKey } from '../name-key.ts';
import type { Entry, EntryDate } from './entry.ts';
import { loadPeople, type Trial } from './load-people.ts';
import { dateKey } from './apply.ts';
import type { Alias, Known } from './people.ts';
import type { Row } from './reading.ts';
import { addTally, type Basis, emptyTally, entriesIn, type Sorted, sortOut, type Tally } from './sort-out.ts';

export interface TrialOf {
  businessId: string;
  basis: Basis;
}

/**
 * Goes through a file as the import would, and writes nothing of it: the same reading, the same rules, the same numbers. `onBatch` hears of
 * each batch; when it throws, the trial ends.
 */
export async function tryRows(
  db: Db,
  batches: AsyncIterable<{ rows: Row[]; share: number }>,
  { businessId, basis }: TrialOf,
  onBatch: (batch: { sorted: Sorted; rows: Row[]; share: number }) => void | Promise<void>,
): Promise<Tally> {
  const tally = emptyTally();
  await db.transaction().execute(async (trx) => {
    const trial = await openTrial(trx);
    for await (const { rows, share } of batches) {
      const people = await loadPeople(trx, businessId, entriesIn(rows), { trial });
      const sorted = sortOut(rows, people, basis);
      await keepTried(trx, sorted.spoken);
      addTally(tally, sorted.tally);
      await onBatch({ sorted, rows, share });
    }
  });
  return tally;
}

async function openTrial(trx: Transaction<Database>): Promise<Trial> {
  await sql`create temp table trial_person (id uuid primary key, known jsonb not null) on commit drop`.execute(trx);
  await sql`create temp table trial_key (key text not null, id uuid not null, primary key (key, id)) on commit drop`.execute(trx);
  return { find: (entries, people) => findTried(trx, entries.flatMap(keysOfEntry), people) };
}

/** As it stands in the table. */
type Kept = Pick<Known, 'deceased' | 'left' | 'fields'> & { line: number; dates: EntryDate[] };

async function findTried(trx: Db, keys: string[], people: readonly Pick<Alias, 'id'>[]): Promise<Known[]> {
  const { rows } = await sql<{ id: string; known: Kept }>`
    select id, known from trial_person where id = any(${people.map(({ id }) => id)}::uuid[])
    union all
    select p.id, p.known from (select distinct id from trial_key where key = any(${keys}::text[])) as k join trial_person p using (id)
    where p.id <> all(${people.map(({ id }) => id)}::uuid[])`.execute(trx);
  return rows.map(({ id, known }) => ({
    ...known,
    id,
    isNew: false,
    dates: new Map(known.dates.map((date) => [dateKey(date), date])),
    corrected: new Map(),
    said: new Map(),
  }));
}

async function keepTried(trx: Db, spoken: Set<Known>): Promise<void> {
  const rows = [...spoken].map((known) => ({ id: known.id, known: keptOf(known), keys: keysOfKnown(known) }));
  if (rows.length === 0) return;
  await sql`
    with told as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, known jsonb, keys jsonb)),
    kept as (insert into trial_person select id, known from told on conflict (id) do update set known = excluded.known)
    insert into trial_key select key, id from told, jsonb_array_elements_text(keys) as key on conflict do nothing`.execute(trx);
}

function keptOf({ deceased, left, fields, line = 0, dates }: Known): Kept {
  return { deceased, left, fields, line, dates: [...dates.values()] };
}

function keysOfKnown({ fields: { reference, email_key, given_name, family_name } }: Known): string[] {
  return keys(reference, email_key, nameKey(given_name, family_name));
}

function keysOfEntry({ reference, email, given, family }: Entry): string[] {
  return keys(reference, email?.key ?? null, nameKey(given, family));
}

function keys(reference: string | null, email: string | null, name: string): string[] {
  return [reference && `#${reference}`, email && `@${email}`, name && `=${name}`].filter(
    (key) => typeof key === 'string' && key !== '',
  ) as string[];
}
