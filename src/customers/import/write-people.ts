import { sql } from 'kysely';
import { v7 } from 'uuid';
import { keepChanges } from '../../businesses/change.ts';
import type { Actor, Db } from '../../businesses/commit.ts';
import type { Day } from '../../database/schema.ts';
import { markForReplan } from '../replan.ts';
import { nameKey } from '../name-key.ts';
import type { EntryDate } from './entry.ts';
import type { Known } from './people.ts';

/** Somebody to write down, and what of them: all rows of the batch that speak of them, in one. */
export interface Write {
  known: Known;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  dates: Map<string, EntryDate>;
}

const HISTORY_SLICE = 200;

export interface ImportOf {
  businessId: string;
  importId: string;
  now: Date;
  /** The local day, on which new customers' basis begins. */
  today: Day;
}

/** Writes new and changed people, their dates and their history, each table in one statement. The rows that exist are locked already. */
export async function writePeople(trx: Db, of: ImportOf, writes: Write[]): Promise<void> {
  if (writes.length === 0) return;
  const { businessId, importId, now } = of;
  const created = writes.filter(({ known }) => known.isNew);
  const changed = writes.filter(({ known }) => !known.isNew);
  await insertCustomers(trx, of, created);
  await updateCustomers(trx, businessId, changed, now);
  await putPersons(trx, businessId, writes);
  await putDates(trx, businessId, importId, writes);
  await markFormerMates(trx, businessId, changed, now);
  await keepHistory(trx, businessId, writes, { by: `import:${importId}`, now });
}

async function insertCustomers(trx: Db, { businessId, importId, now, today }: ImportOf, created: Write[]): Promise<void> {
  const rows = created.map(({ known: { id, fields } }) => ({ id, joined_on: fields.joined_on, basis_kind: fields.basis_kind }));
  if (rows.length === 0) return;
  await sql`
    insert into customer (business_id, id, joined_on, basis_kind, basis_on, replan_at, import_id, created_at)
    select ${businessId}, id, joined_on, basis_kind, ${today}, ${now}, ${importId}, ${now}
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, joined_on date, basis_kind text)`.execute(trx);
}

async function updateCustomers(trx: Db, businessId: string, changed: Write[], now: Date): Promise<void> {
  const rows = changed.map(({ known: { id, fields } }) => ({ id, joined_on: fields.joined_on, basis_kind: fields.basis_kind }));
  if (rows.length === 0) return;
  await sql`
    update customer c set joined_on = r.joined_on, basis_kind = r.basis_kind, rev = c.rev + 1, replan_at = ${now}
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, joined_on date, basis_kind text)
    where c.business_id = ${businessId} and c.id = r.id`.execute(trx);
}

async function putPersons(trx: Db, businessId: string, writes: Write[]): Promise<void> {
  const rows = writes.map(({ known: { id, fields } }) => ({
    ...fields,
    id,
    name_key: nameKey(fields.given_name, fields.family_name),
  }));
  await sql`
    insert into person (business_id, customer_id, given_name, family_name, name_key, email, email_key, phone, language, zone, reference,
      notes, custom, basis_source)
    select ${businessId}, id, given_name, family_name, name_key, email, email_key, phone, language, zone, reference, notes, custom, 'import'
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, given_name text, family_name text, name_key text, email text,
      email_key text, phone text, language text, zone text, reference text, notes text, custom jsonb)
    on conflict (business_id, customer_id) do update set given_name = excluded.given_name, family_name = excluded.family_name,
      name_key = excluded.name_key, email = excluded.email, email_key = excluded.email_key, phone = excluded.phone,
      language = excluded.language, zone = excluded.zone, reference = excluded.reference, notes = excluded.notes,
      custom = excluded.custom`.execute(trx);
}

async function putDates(trx: Db, businessId: string, importId: string, writes: Write[]): Promise<void> {
  const rows = writes.flatMap(({ known, dates }) =>
    [...dates.values()].map((date) => ({ ...date, id: v7(), customer_id: known.id })),
  );
  if (rows.length === 0) return;
  await sql`
    insert into date (business_id, id, customer_id, kind, label, month, day, year, source, import_id)
    select ${businessId}, id, customer_id, kind, label, month, day, year, 'import', ${importId}
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, customer_id uuid, kind text, label text, month int, day int, year int)
    on conflict (business_id, customer_id, kind, label) do update set month = excluded.month, day = excluded.day, year = excluded.year,
      source = excluded.source, import_id = excluded.import_id`.execute(trx);
}

// In slices: as one statement of thousands of values it would be most of the memory that an import takes.
async function keepHistory(trx: Db, businessId: string, writes: Write[], actor: Actor): Promise<void> {
  for (let at = 0; at < writes.length; at += HISTORY_SLICE) {
    const changes = writes.slice(at, at + HISTORY_SLICE).map(({ known, before, after }) => {
      const of = { businessId, customerId: known.id, after };
      return known.isNew ? { ...of, what: 'customer added' } : { ...of, what: 'customer changed', before };
    });
    await keepChanges(trx, changes, actor);
  }
}

// Who shared the former address has a free day more.
async function markFormerMates(trx: Db, businessId: string, changed: Write[], now: Date): Promise<void> {
  const keys = changed.map(({ before }) => before['email_key']).filter((key) => typeof key === 'string');
  if (keys.length === 0) return;
  const { rows } = await sql<{ customer_id: string }>`
    select customer_id from person where business_id = ${businessId} and email_key = any(${keys})`.execute(trx);
  const ids = rows.map(({ customer_id }) => customer_id).toSorted();
  await markForReplan(trx, businessId, ids, now);
}
