import { sql, type Updateable } from 'kysely';
import { v7 } from 'uuid';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';
import { idsAtAddress, lockCustomers, lockKeys, touchCustomers } from './lock.ts';
import { type DateRow, type Fields, type MergeMemory, oldest, sideOf } from './merge-memory.ts';
import { nameKey } from './name-key.ts';
import { nameOf } from './profile.ts';
import { countPurchases } from './purchases.ts';
import { markForReplan } from './replan.ts';
import { holdSince, returnStops } from './merge-undo-stops.ts';

/**
 * `kept` and `other` are what the two are called again. `since`: something happened while they were one; `stopped`: some of it was a stop, which
 * holds for both now.
 */
export type Parted = Outcome<{
  otherId: string;
  kept: string;
  other: string;
  fromOther: string[];
  since: boolean;
  stopped: boolean;
}>;

/**
 * Makes two customers of one again, as they were before that merge. What happened since stays with the kept one: a field or day that was changed,
 * purchases, notes; but who was stopped since is stopped twice, an answer stays with the card that asked for it, and what was lifted since stands
 * again for the other. Only the latest merge of somebody present can be undone. Ledger rows are touchpoints/' to part: both are marked for it.
 * Undefined: there is no such merge of this customer, or none that is kept.
 */
export async function undoMerge(
  db: Db,
  businessId: string,
  { customerId, mergeId }: { customerId: string; mergeId: string },
  actor: Actor,
): Promise<Parted | undefined> {
  return inOneCommit(db, async (trx): Promise<Parted | undefined> => {
    const merge = await holdMerge(trx, businessId, mergeId);
    if (merge?.keptId !== customerId) return undefined;
    const problem = await problemWith(trx, businessId, merge, actor.now);
    if (problem) return refused(problem);
    const { keptId, otherId, was } = merge;
    const since = await hasHappened(trx, businessId, merge);
    const now = await sideOf(trx, businessId, keptId);
    const stops = await holdSince(trx, businessId, { ...merge, email: now.fields.email_key }, actor);
    await giveBack(trx, businessId, merge);
    await returnStops(trx, businessId, merge);
    const ended = now.fields.basis_kind === 'none' && was.left.fields.basis_kind !== 'none';
    const kept = fieldsBack(was, now.fields);
    const other = ended ? { ...was.other.fields, basis_kind: 'none' as const } : was.other.fields;
    await writeFields(trx, businessId, { keptId, kept, otherId, other }, actor);
    await writeDates(trx, businessId, merge, now.dates);
    for (const id of [keptId, otherId]) await countPurchases(trx, businessId, id, actor);
    await markMates(trx, businessId, [now.fields, kept, other], actor);
    await forgetHow(trx, businessId, mergeId, actor);
    const changes = [keptId, otherId].map((id) => ({ businessId, customerId: id, what: 'merge undone' }));
    await keepChanges(trx, changes, actor);
    const names = { kept: nameOf(kept), other: nameOf(other) };
    return { ok: true, otherId, ...names, fromOther: was.fromOther, since, stopped: stops > 0 };
  });
}

/** Takes what was undone and whose ledger is still one, the latest first. The caller parts it in this transaction. */
export async function claimParted(
  trx: Db,
  businessId: string,
  ids: readonly string[],
): Promise<{ keptId: string; otherId: string; at: Date }[]> {
  const { rows } = await sql<{ id: string; keptId: string; otherId: string; at: Date }>`
    delete from customer_merge where business_id = ${businessId} and undone_at is not null
      and (kept_id = any(${[...ids]}::uuid[]) or other_id = any(${[...ids]}::uuid[]))
    returning id, kept_id as "keptId", other_id as "otherId", at`.execute(trx);
  return rows.toSorted((one, two) => (one.id < two.id ? 1 : -1));
}

interface Merge {
  id: string;
  keptId: string;
  otherId: string;
  at: Date;
  was: MergeMemory;
}

/** Locks both, and the addresses and numbers that they get back. */
async function holdMerge(trx: Db, businessId: string, id: string): Promise<Merge | undefined> {
  const look = async (): Promise<Merge | undefined> => {
    const { rows } = await sql<Merge>`select id, kept_id as "keptId", other_id as "otherId", at, was from customer_merge
      where business_id = ${businessId} and id = ${id} and undone_at is null`.execute(trx);
    return rows[0];
  };
  const merge = await look();
  if (!merge) return undefined;
  const { keep, other } = merge.was;
  const keys = [keep, other].flatMap(({ fields: { email_key: email, reference } }) => [email, reference && `#${reference}`]);
  await lockKeys(
    trx,
    businessId,
    keys.filter((key) => key !== null),
  );
  await lockCustomers(trx, businessId, [merge.keptId, merge.otherId]);
  // Undone, or gone with one of them, between the look and the lock.
  return look();
}

async function problemWith(trx: Db, businessId: string, { id, keptId, at }: Merge, now: Date): Promise<string | undefined> {
  if (at <= oldest(now)) return 'This was too long ago: how the two were before is not kept any more.';
  const { rows } = await sql<{ later: boolean }>`
    select c.merged_into is not null or exists (select from customer_merge l where l.business_id = c.business_id and l.kept_id = c.id
      and l.undone_at is null and l.id > ${id}) as later
    from customer c where c.business_id = ${businessId} and c.id = ${keptId}`.execute(trx);
  return rows[0]?.later === false ? undefined : 'They were joined with yet another entry since. Undo that first.';
}

/** Whatever is told of the kept one since, and cards that went to both as one. */
async function hasHappened(trx: Db, businessId: string, { id, keptId, at }: Merge): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`
    select exists (select from change h where h.business_id = ${businessId} and h.customer_id = ${keptId} and h.at >= ${at}
        and h.what not in ('customers merged', 'merge undone') and h.id > (select max(m.id::text)::uuid from change m
          where m.business_id = h.business_id and m.customer_id = h.customer_id and m.after ->> 'merge' = ${id}))
      or exists (select from message_data d join message m on m.business_id = d.business_id and m.touchpoint_id = d.touchpoint_id
        where d.business_id = ${businessId} and d.customer_id = ${keptId} and m.date >= ${at}) as yes`.execute(trx);
  return rows[0]?.yes ?? true;
}

async function giveBack(trx: Db, businessId: string, { keptId, otherId, was: { moved } }: Merge): Promise<void> {
  for (const table of ['purchase', 'follow_up', 'change'] as const) {
    const query = trx.updateTable(table).set({ customer_id: otherId }).where('business_id', '=', businessId);
    await query
      .where('customer_id', '=', keptId)
      .where(sql<boolean>`id = any(${moved[table]}::uuid[])`)
      .execute();
  }
  await sql`
    update import_row r set customer_id = ${otherId} from jsonb_to_recordset(${JSON.stringify(moved.import_row)}::jsonb) as x(import_id uuid, line int)
    where r.business_id = ${businessId} and r.import_id = x.import_id and r.line = x.line and r.customer_id = ${keptId}`.execute(
    trx,
  );
  await sql`update customer set merged_into = ${otherId}
    where business_id = ${businessId} and merged_into = ${keptId} and id = any(${moved.customer}::uuid[])`.execute(trx);
  // A task opened since about one of the other's cards goes with the card, as its answer does.
  await sql`
    update follow_up f set customer_id = ${otherId} from touchpoint t
    left join message_data d on d.business_id = t.business_id and d.touchpoint_id = t.id
    where f.business_id = ${businessId} and f.customer_id = ${keptId} and t.business_id = f.business_id and t.id = f.touchpoint_id
      and (t.customer_id = ${otherId} or (d.customer_id is distinct from ${keptId}
        and t.merged_from = any(${[otherId, ...moved.customer]}::uuid[])))`.execute(trx);
}

/** These are changed together, so they go back together. */
const TOGETHER: (keyof Fields)[][] = [
  ['email', 'email_key'],
  ['basis_kind', 'basis_on', 'basis_source', 'basis_wording'],
];
const ALONE: (keyof Fields)[][] = [
  'given_name',
  'family_name',
  'phone',
  'language',
  'zone',
  'leap_rule',
  'reference',
  'notes',
  'joined_on',
].map((field) => [field as keyof Fields]);

/** Each field as it was, unless somebody changed it since. */
function fieldsBack({ keep, left }: MergeMemory, now: Fields): Fields {
  const back = [...TOGETHER, ...ALONE].flatMap((fields) => {
    const from = fields.every((field) => now[field] === left.fields[field]) ? keep.fields : now;
    return fields.map((field) => [field, from[field]]);
  });
  return { ...(Object.fromEntries(back) as Fields), custom: customBack(keep.fields.custom, left.fields.custom, now.custom) };
}

type Custom = Fields['custom'];

function customBack(was: Custom, left: Custom, now: Custom): Custom {
  const names = [...new Set([...Object.keys(now), ...Object.keys(was)])];
  const back = names.map((name) => [name, now[name] === left[name] ? was[name] : now[name]] as const);
  return Object.fromEntries(back.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

interface Both {
  keptId: string;
  kept: Fields;
  otherId: string;
  other: Fields;
}

async function writeFields(trx: Db, businessId: string, { keptId, kept, otherId, other }: Both, actor: Actor): Promise<void> {
  // A number belongs to one person: both give theirs up first, and one that somebody else was given since stays with them.
  const numbers = await freeNumbers(trx, businessId, { keptId, kept, otherId, other });
  await writePerson(trx, businessId, keptId, kept, numbers.kept);
  await writePerson(trx, businessId, otherId, other, numbers.other);
  const columns = ({ joined_on, basis_kind, basis_on }: Fields): Updateable<Database['customer']> => ({
    joined_on,
    basis_kind,
    basis_on,
  });
  await touchCustomers(trx, businessId, [keptId], actor, columns(kept));
  await touchCustomers(trx, businessId, [otherId], actor, { ...columns(other), merged_into: null });
}

async function freeNumbers(
  trx: Db,
  businessId: string,
  { keptId, kept, otherId, other }: Both,
): Promise<{ kept: string | null; other: string | null }> {
  const both = [keptId, otherId];
  await trx
    .updateTable('person')
    .set({ reference: null })
    .where('business_id', '=', businessId)
    .where('customer_id', 'in', both)
    .execute();
  const asked = [kept.reference, other.reference].filter((reference) => reference !== null);
  const rows =
    asked.length === 0
      ? []
      : await trx
          .selectFrom('person')
          .select('reference')
          .where('business_id', '=', businessId)
          .where('reference', 'in', asked)
          .execute();
  const free = (reference: string | null): string | null => (rows.some((row) => row.reference === reference) ? null : reference);
  return { kept: free(kept.reference), other: other.reference === kept.reference ? null : free(other.reference) };
}

async function writePerson(
  trx: Db,
  businessId: string,
  customerId: string,
  { joined_on: _joined, basis_kind: _kind, basis_on: _on, custom, ...person }: Fields,
  reference: string | null,
): Promise<void> {
  await trx
    .updateTable('person')
    .set({ ...person, reference, custom: JSON.stringify(custom), name_key: nameKey(person.given_name, person.family_name) })
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .execute();
}

/** Each day as it was; one that was set or removed since stays so with the kept one. */
async function writeDates(trx: Db, businessId: string, { keptId, otherId, was }: Merge, now: DateRow[]): Promise<void> {
  const rows = [...datesBack(was, now), ...was.other.dates];
  await trx.deleteFrom('date').where('business_id', '=', businessId).where('customer_id', 'in', [keptId, otherId]).execute();
  if (rows.length > 0) await trx.insertInto('date').values(rows).execute();
}

function datesBack({ keep, left, other }: Pick<MergeMemory, 'keep' | 'left' | 'other'>, now: DateRow[]): DateRow[] {
  const nameOf = ({ kind, label }: DateRow): string => `${kind}/${label}`;
  const find = (dates: DateRow[], name: string): DateRow | undefined => dates.find((date) => nameOf(date) === name);
  const names = [...new Set([...now, ...keep.dates].map(nameOf))];
  const back = names.map((name) => {
    const is = find(now, name);
    return isSameDate(is, find(left.dates, name)) ? find(keep.dates, name) : is;
  });
  const others = new Set(other.dates.map(({ id }) => id));
  return back.filter((date) => date !== undefined).map((date) => (others.has(date.id) ? { ...date, id: v7() } : date));
}

function isSameDate(one: DateRow | undefined, two: DateRow | undefined): boolean {
  if (one === undefined || two === undefined) return one === two;
  return one.month === two.month && one.day === two.day && one.year === two.year && one.source === two.source;
}

/** Who shares an address with one of them, or no longer does. */
async function markMates(trx: Db, businessId: string, all: Fields[], actor: Actor): Promise<void> {
  const keys = [...new Set(all.map(({ email_key: key }) => key).filter((key) => key !== null))];
  const mates = await Promise.all(keys.map((key) => idsAtAddress(trx, businessId, key)));
  await markForReplan(trx, businessId, mates.flat(), actor.now);
}

/** That it was undone stays until the ledger is parted too; how it was does not. */
async function forgetHow(trx: Db, businessId: string, id: string, { now }: Actor): Promise<void> {
  await sql`update customer_merge set was = null, undone_at = ${now} where business_id = ${businessId} and id = ${id}`.execute(
    trx,
  );
}
