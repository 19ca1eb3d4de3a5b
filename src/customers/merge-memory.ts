import { type RawBuilder, type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Actor, Db } from '../businesses/commit.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import type { Database } from '../database/schema.ts';
import type { Customer, Person } from './lock.ts';

/** For so long a merge can be undone; then nobody keeps how it was before. */
export const MERGE_UNDO_DAYS = 30;

export const FIELDS = [
  'given_name',
  'family_name',
  'email',
  'email_key',
  'phone',
  'language',
  'zone',
  'leap_rule',
  'reference',
  'notes',
] as const;
const MORE_FIELDS = ['custom', 'basis_source', 'basis_wording'] as const;
const COLUMNS = ['joined_on', 'basis_kind', 'basis_on'] as const;

/** What a merge may change of a person. */
export type Fields = Pick<Person, (typeof FIELDS)[number] | (typeof MORE_FIELDS)[number]> &
  Pick<Customer, (typeof COLUMNS)[number]>;
export type DateRow = Selectable<Database['date']>;

export interface Side {
  fields: Fields;
  dates: DateRow[];
}

/** Everything by which two customers can be told apart again. */
export interface MergeMemory {
  keep: Side;
  other: Side;
  /** The kept one, right after. */
  left: Side;
  /** What hung on the other, and on the kept one now. */
  moved: Moved;
  /** Of the other's stops those that stood; of the kept one all that it had. */
  stood: string[];
  keptStops: string[];
  /** What was chosen from the other, as `mergeCustomers` takes it. */
  fromOther: string[];
}

/** One that can be undone. */
export interface Merge {
  id: string;
  keptId: string;
  otherId: string;
  at: Date;
  was: MergeMemory;
}

export interface Moved {
  stop: string[];
  purchase: string[];
  follow_up: string[];
  change: string[];
  import_row: { import_id: string; line: number }[];
  /** Who had been merged into the other before. */
  customer: string[];
}

/** How a customer stands who is locked. */
export async function sideOf(trx: Db, businessId: string, customerId: string): Promise<Side> {
  const fields = await trx
    .selectFrom('person as p')
    .innerJoin('customer as c', (join) => join.onRef('c.business_id', '=', 'p.business_id').onRef('c.id', '=', 'p.customer_id'))
    .select([...FIELDS, ...MORE_FIELDS, ...COLUMNS])
    .where('p.business_id', '=', businessId)
    .where('p.customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
  return { fields, dates: await datesOf(trx, businessId, customerId) };
}

async function datesOf(trx: Db, businessId: string, customerId: string): Promise<DateRow[]> {
  const query = trx.selectFrom('date').selectAll().where('business_id', '=', businessId);
  return query.where('customer_id', '=', customerId).orderBy('id').execute();
}

/** Keeps it beside the two, with whom it goes. Returns its id. */
export async function rememberMerge(
  trx: Db,
  businessId: string,
  { keepId, otherId, was }: { keepId: string; otherId: string; was: MergeMemory },
  { now }: Actor,
): Promise<string> {
  const id = v7();
  const row = { business_id: businessId, id, kept_id: keepId, other_id: otherId, was: JSON.stringify(was), at: now };
  await trx.insertInto('customer_merge').values(row).execute();
  return id;
}

/** The latest merge into this customer, while it can be undone. */
export interface OpenMerge {
  id: string;
  otherId: string;
}

export async function openMerge(db: Db, businessId: string, customerId: string, now: Date): Promise<OpenMerge | undefined> {
  return db
    .selectFrom('customer_merge')
    .select(['id', 'other_id as otherId'])
    .where('business_id', '=', businessId)
    .where('kept_id', '=', customerId)
    .where('undone_at', 'is', null)
    .where('at', '>', oldest(now))
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Whether the row of `stop` was one's own before the two became this customer: an undone merge leaves it to that one alone. */
export function isOfOne(keptId: RawBuilder<unknown>, but: string | null = null): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from customer_merge m where m.business_id = stop.business_id and m.kept_id = ${keptId} and m.undone_at is null
      and m.id is distinct from ${but}::uuid and (m.was -> 'keptStops') || (m.was #> '{moved,stop}') ? stop.id::text)`;
}

/** Before this nothing can be undone. */
export function oldest(now: Date): Date {
  return new Date(now.getTime() - MERGE_UNDO_DAYS * MS_PER_DAY);
}

/** Forgets how it was before merges that cannot be undone any more. */
export async function forgetMerges(db: Db, now: Date): Promise<false> {
  await sql`delete from customer_merge where at <= ${oldest(now)} and undone_at is null`.execute(db);
  return false;
}
