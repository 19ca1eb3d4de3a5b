import type { Updateable } from 'kysely';
import { v7 } from 'uuid';
import type { Actor, Db } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';
import { touchCustomers } from './lock.ts';
import { type DateRow, FIELDS, type Fields, type MergeMemory } from './merge-memory.ts';
import { nameKey } from './name-key.ts';

/** These are changed together, so they go back together. */
const TOGETHER: (keyof Fields)[][] = [
  ['email', 'email_key'],
  ['basis_kind', 'basis_on', 'basis_source', 'basis_wording'],
];
const ALONE = [...FIELDS, 'joined_on' as const].filter((field) => !TOGETHER.flat().includes(field)).map((field) => [field]);

/** Each field as it was, unless somebody changed it since. */
export function fieldsBack({ keep, left }: MergeMemory, now: Fields): Fields {
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

export async function writeFields(
  trx: Db,
  businessId: string,
  { keptId, kept, otherId, other }: Both,
  actor: Actor,
): Promise<void> {
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
export async function writeDates(
  trx: Db,
  businessId: string,
  { keptId, otherId, was }: { keptId: string; otherId: string; was: MergeMemory },
  now: DateRow[],
): Promise<void> {
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
