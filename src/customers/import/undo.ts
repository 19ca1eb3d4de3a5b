import { type Selectable, sql } from 'kysely';
import { keepChanges } from '../../businesses/change.ts';
import type { Db } from '../../businesses/commit.ts';
import type { Database } from '../../database/schema.ts';
import { codeOf } from '../../database/trouble.ts';
import { lockCustomers, lockKeys } from '../lock.ts';
import { markForReplan } from '../replan.ts';
import { RunLost } from './batch.ts';
import { readKnown } from './load-people.ts';
import { type FileChange, restorePeople, type Restored } from './restore.ts';
import { findTouched } from './touched.ts';

type Run = Pick<Selectable<Database['import_run']>, 'business_id' | 'id' | 'fence' | 'file_hash'>;

const BATCH = 250;
const ATTEMPTS = 4;
// A card that starts between our look and the delete keeps its customer: the second look sees it.
const lostRaces = new Set(['40001', '40P01', '23503']);

/**
 * Takes back what an import did to the next 250 customers; false when there are none left. Whom it made and nobody touched since goes truly, with
 * what was only planned for them; what it changed about others goes back where it still stands as the import left it. Stops stay: whoever
 * unsubscribed did so wherever the file came from.
 */
export async function undoBatch(db: Db, run: Run, now: Date): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.transaction().execute((trx) => takeBack(trx, run, now));
    } catch (error) {
      if (tried === ATTEMPTS || !lostRaces.has(codeOf(error))) throw error;
    }
  }
}

async function takeBack(trx: Db, run: Run, now: Date): Promise<boolean> {
  const people = await nextPeople(trx, run);
  if (people.length === 0) return false;
  const ids = people.map(({ customer_id }) => customer_id);
  const keys = await keysOf(trx, run, ids);
  await lockKeys(trx, run.business_id, keys);
  await lockCustomers(trx, run.business_id, ids);
  const made = people.filter((person) => person.made).map(({ customer_id }) => customer_id);
  const touched = await findTouched(trx, run, made);
  const removed = await remove(
    trx,
    run.business_id,
    made.filter((id) => !touched.has(id)),
  );
  const known = await readKnown(
    trx,
    run.business_id,
    ids.filter((id) => !made.includes(id)),
  );
  const changes = await changesOf(trx, run, ids);
  const restored = restorePeople(known, changes);
  await putBack(trx, run, restored, now);
  await markMates(trx, run.business_id, keys, now);
  const changed = new Set(changes.map(({ customer_id }) => customer_id));
  const alone = ids.filter(
    (id) => touched.has(id) || (changed.has(id) && !made.includes(id) && !restored.some((one) => one.id === id)),
  );
  await markDone(trx, run, ids, now);
  await count(trx, run, { seen: ids.length, removed, restored: restored.length, alone: alone.length });
  return true;
}

async function nextPeople(trx: Db, { business_id, id }: Run): Promise<{ customer_id: string; made: boolean }[]> {
  const query = trx.selectFrom('import_person').select(['customer_id', 'made']).where('business_id', '=', business_id);
  return query.where('import_id', '=', id).where('undone_at', 'is', null).orderBy('customer_id').limit(BATCH).execute();
}

/** The addresses that these people have, and those that they may get back. */
async function keysOf(trx: Db, { business_id, id }: Run, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select email_key as key from person where business_id = ${business_id} and customer_id = any(${ids}::uuid[]) and email_key is not null
    union
    select before ->> 'email_key' from change where business_id = ${business_id} and customer_id = any(${ids}::uuid[])
      and by = ${`import:${id}`} and before ->> 'email_key' is not null`.execute(trx);
  return rows.map(({ key }) => key);
}

async function remove(trx: Db, businessId: string, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { numAffectedRows } = await sql`
    delete from customer where business_id = ${businessId} and id = any(${ids}::uuid[])`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

/** What the import changed about those who were here before, the latest first. */
async function changesOf(trx: Db, { business_id, id }: Run, ids: string[]): Promise<FileChange[]> {
  const { rows } = await sql<FileChange>`
    select customer_id, before, after from change where business_id = ${business_id} and customer_id = any(${ids}::uuid[])
      and by = ${`import:${id}`} and what = 'customer changed' order by id desc`.execute(trx);
  return rows;
}

async function putBack(trx: Db, { business_id, id }: Run, restored: Restored[], now: Date): Promise<void> {
  if (restored.length === 0) return;
  await putFields(trx, business_id, restored, now);
  await putDates(trx, business_id, restored);
  const changes = restored.map(({ id: customerId, before, after }) => ({
    businessId: business_id,
    customerId,
    what: 'import undone',
    before,
    after,
  }));
  // In the import's name: what somebody puts right by hand stays out of later files, and this is no such thing.
  await keepChanges(trx, changes, { by: `import:${id}`, now });
}

async function putFields(trx: Db, businessId: string, restored: Restored[], now: Date): Promise<void> {
  const rows = restored.map(({ id, fields, nameKey }) => ({ ...fields, id, name_key: nameKey }));
  await sql`
    with r as (
      select * from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, given_name text, family_name text, name_key text, email text,
        email_key text, phone text, language text, zone text, reference text, notes text, custom jsonb, joined_on date)
    ), people as (
      update person p set given_name = r.given_name, family_name = r.family_name, name_key = r.name_key, email = r.email,
        email_key = r.email_key, phone = r.phone, language = r.language, zone = r.zone, reference = r.reference, notes = r.notes, custom = r.custom
      from r where p.business_id = ${businessId} and p.customer_id = r.id
    )
    update customer c set joined_on = r.joined_on, rev = c.rev + 1, replan_at = ${now}
    from r where c.business_id = ${businessId} and c.id = r.id`.execute(trx);
}

async function putDates(trx: Db, businessId: string, restored: Restored[]): Promise<void> {
  const rows = restored.flatMap(({ id, dates }) =>
    dates.map(({ kind, label, day }) => ({ id, kind, label, ...day, gone: day === null })),
  );
  if (rows.length === 0) return;
  const r = sql`json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, kind text, label text, month int, day int, year int, gone boolean)`;
  const same = sql`d.business_id = ${businessId} and d.customer_id = r.id and d.kind = r.kind and d.label = r.label`;
  await sql`update date d set month = r.month, day = r.day, year = r.year, import_id = null from ${r} where ${same} and not r.gone`.execute(
    trx,
  );
  await sql`delete from date d using ${r} where ${same} and r.gone`.execute(trx);
}

// Who shares an address with somebody who went or moved has a free day more, or one fewer.
async function markMates(trx: Db, businessId: string, keys: string[], now: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from person where business_id = ${businessId} and email_key = any(${keys}::text[])`.execute(trx);
  await markForReplan(trx, businessId, rows.map(({ id }) => id).toSorted(), now);
}

async function markDone(trx: Db, { business_id, id }: Run, ids: string[], now: Date): Promise<void> {
  const query = trx.updateTable('import_person').set({ undone_at: now }).where('business_id', '=', business_id);
  await query.where('import_id', '=', id).where('customer_id', 'in', ids).execute();
}

async function count(
  trx: Db,
  { business_id, id, fence }: Run,
  { seen, removed, restored, alone }: { seen: number; removed: number; restored: number; alone: number },
): Promise<void> {
  const { numAffectedRows } = await sql`
    update import_run set removed = removed + ${removed}, restored = restored + ${restored}, left_alone = left_alone + ${alone},
      rows_before = rows_before + ${seen}, share = least(999, 1000 * (rows_before + ${seen}) / greatest(1, created + updated + unchanged)),
      tries = 0, lease_until = clock_timestamp() + interval '60 seconds'
    where business_id = ${business_id} and id = ${id} and fence = ${fence} and state = 'undoing'`.execute(trx);
  if (numAffectedRows !== 1n) throw new RunLost('The run is not ours any more');
}
