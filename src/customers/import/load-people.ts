import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { nameKey } from '../name-key.ts';
import { dateKey, dateValue, dayValue } from './apply.ts';
import type { Entry, EntryDate } from './entry.ts';
import { type Alias, type Fields, gatherPeople, type Known, type People } from './people.ts';

/**
 * What a dry run has done so far, in a table of this transaction's own that goes with it: later rows of the file meet who came in by earlier ones.
 * The customers themselves are only read, so nobody waits for it, and a file of any size takes no memory.
 */
export interface Trial {
  /** Those whom earlier rows spoke of and whom these entries may mean, or who may be one of these people. */
  find(entries: Entry[], people: readonly Pick<Alias, 'id'>[]): Promise<Known[]>;
}

export interface Looking {
  /** The run whose earlier rows count as the same file's. */
  importId?: string;
  /** What a dry run has done so far; nobody is locked for it. */
  trial?: Trial;
}

/** Everyone who may be one of these entries, locked in id order, as they are under the lock. */
export async function loadPeople(trx: Db, businessId: string, entries: Entry[], { importId, trial }: Looking): Promise<People> {
  const aliases = await findAliases(trx, businessId, entries);
  const tried = await (trial?.find(entries, aliases) ?? []);
  const ids = [...new Set([...aliases, ...tried].map(({ id }) => id))].toSorted();
  const dead = await deadAddresses(trx, businessId, entries);
  if (ids.length === 0) return gatherPeople([], [], dead);
  if (!trial) await lock(trx, businessId, ids);
  const known = await readKnown(trx, businessId, ids, importId);
  for (const one of tried) {
    const { corrected = new Map(), said = new Map() } = known.get(one.id) ?? {};
    known.set(one.id, { ...one, corrected, said });
  }
  const present = [...known.values()].map(({ id, fields }): Alias => {
    const { reference, email_key, given_name, family_name } = fields;
    return { id, reference, email_key, name_key: nameKey(given_name, family_name) };
  });
  // What somebody was called before a merge still finds them; what changed before the lock was taken does not.
  return gatherPeople([...known.values()], [...present, ...aliases.filter(({ merged }) => merged)], dead);
}

async function lock(trx: Db, businessId: string, ids: string[]): Promise<void> {
  await sql`select id from customer where business_id = ${businessId} and id = any(${ids}::uuid[]) order by id for update`.execute(
    trx,
  );
}

interface FoundAlias extends Alias {
  merged: boolean;
}

async function findAliases(trx: Db, businessId: string, entries: Entry[]): Promise<FoundAlias[]> {
  const references = distinct(entries.map(({ reference }) => reference));
  const emails = distinct(entries.map(({ email }) => email?.key ?? null));
  const names = distinct(entries.map(({ given, family }) => nameKey(given, family)));
  const bare = distinct(entries.map(({ email, given, family }) => (email ? null : nameKey(given, family))));
  const { rows } = await sql<FoundAlias>`
    with found as (
      select customer_id from person where business_id = ${businessId} and reference = any(${references})
      union select customer_id from person where business_id = ${businessId} and email_key = any(${emails})
      union select customer_id from person where business_id = ${businessId} and name_key = any(${bare})
      union select customer_id from person where business_id = ${businessId} and name_key = any(${names}) and email_key is null
    )
    select coalesce(c.merged_into, c.id) as id, c.merged_into is not null as merged, p.reference, p.email_key, p.name_key
    from found join person p on p.business_id = ${businessId} and p.customer_id = found.customer_id
    join customer c on c.business_id = p.business_id and c.id = p.customer_id and c.erased_at is null`.execute(trx);
  return rows;
}

function distinct(texts: (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null && text !== ''))] as string[];
}

async function deadAddresses(trx: Db, businessId: string, entries: Entry[]): Promise<string[]> {
  const keys = distinct(entries.map(({ mail, email }) => (mail === 'bounced' ? (email?.key ?? null) : null)));
  if (keys.length === 0) return [];
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::text[]) as key where exists (
      select from stop s where s.business_id = ${businessId} and s.email_hash = email_hash(key) and s.kind = 'hard bounce')`.execute(
    trx,
  );
  return rows.map(({ key }) => key);
}

type KnownRow = Fields & Pick<Known, 'id' | 'deceased' | 'left'> & { line: number | null };

export async function readKnown(trx: Db, businessId: string, ids: string[], importId?: string): Promise<Map<string, Known>> {
  const { rows } = await sql<KnownRow>`
    select c.id, c.joined_on, c.basis_kind, p.given_name, p.family_name, p.email, p.email_key, p.phone, p.language, p.zone,
      p.reference, p.notes, p.custom, said.line,
      exists (select from stop s where s.business_id = c.business_id and s.customer_id = c.id and s.kind = 'deceased'
        and s.lifted_at is null) as deceased,
      exists (select from stop s where s.business_id = c.business_id and s.customer_id = c.id and s.kind = 'unsubscribed') as "left"
    from customer c join person p on p.business_id = c.business_id and p.customer_id = c.id
    left join import_person said on said.business_id = c.business_id and said.import_id = ${importId ?? null} and said.customer_id = c.id
    where c.business_id = ${businessId} and c.id = any(${ids}::uuid[]) and c.merged_into is null
    order by c.id`.execute(trx);
  const known = new Map(
    rows.map(({ id, deceased, left, line, ...fields }): [string, Known] => [
      id,
      {
        id,
        isNew: false,
        deceased,
        left,
        line: line ?? undefined,
        fields,
        dates: new Map(),
        corrected: new Map(),
        said: new Map(),
      },
    ]),
  );
  await readDates(trx, businessId, known);
  await readCorrections(trx, businessId, known);
  return known;
}

async function readDates(trx: Db, businessId: string, known: Map<string, Known>): Promise<void> {
  const { rows } = await sql<EntryDate & { customer_id: string }>`
    select customer_id, kind, label, month, day, year from date
    where business_id = ${businessId} and customer_id = any(${[...known.keys()]}::uuid[])`.execute(trx);
  for (const { customer_id, ...date } of rows) known.get(customer_id)?.dates.set(dateKey(date), date);
}

interface Correction {
  customer_id: string;
  what: string;
  by: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

// What a member, the customer or Fondly changed: the values before that are not to come back by a file that still has them, and what the
// customers said of themselves.
async function readCorrections(trx: Db, businessId: string, known: Map<string, Known>): Promise<void> {
  const { rows } = await sql<Correction>`
    select customer_id, what, by, nullif(before, 'null') as before, nullif(after, 'null') as after from change
    where business_id = ${businessId} and customer_id = any(${[...known.keys()]}::uuid[])
      and by not like 'import:%' and (by = 'customer' or jsonb_typeof(before) = 'object')`.execute(trx);
  for (const row of rows) {
    const one = known.get(row.customer_id);
    if (one) for (const [field, value] of formerValues(row)) keep(one.corrected, field, value);
    if (one) for (const [field, value] of saidValues(row)) keep(one.said, field, value);
  }
}

function saidValues({ what, by, after }: Correction): [field: string, value: string][] {
  if (by !== 'customer' || after === null) return [];
  if (what === 'date set') {
    const { kind, label, month, day } = after as unknown as EntryDate;
    return [[dateKey({ kind, label: label ?? '' }), dayValue({ month, day })]];
  }
  const language = what === 'customer changed' ? after['language'] : undefined;
  return typeof language === 'string' ? [['language', language]] : [];
}

function formerValues({ what, before }: Correction): [field: string, value: string][] {
  if (before === null) return [];
  if (what.startsWith('date ')) {
    const { kind, label, month, day, year } = before as unknown as EntryDate;
    return [[dateKey({ kind, label: label ?? '' }), dateValue({ month, day, year: year ?? null })]];
  }
  return Object.entries(before).flatMap(([field, value]): [string, string][] => {
    if (field === 'custom') return Object.entries(asFields(value)).map(([key, text]) => [`custom.${key}`, text]);
    return typeof value === 'string' ? [[field, value]] : [];
  });
}

function asFields(value: unknown): Record<string, string> {
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? {})) as Record<string, string>;
}

function keep(corrected: Map<string, Set<string>>, field: string, value: string): void {
  const values = corrected.get(field);
  if (values) values.add(value);
  else corrected.set(field, new Set([value]));
}
