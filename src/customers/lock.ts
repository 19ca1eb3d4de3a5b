import { type Selectable, sql, type Transaction, type Updateable } from 'kysely';
import { type Actor, type Db, inOneCommit, type Refusal, refused } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';

export type Customer = Selectable<Database['customer']>;
export type Person = Selectable<Database['person']>;

/** A customer whose row this transaction holds `for update`, so that nothing is handed over to them meanwhile. */
export interface Held {
  customer: Customer;
  person: Person;
}

const GONE = 'There is no such customer.';
const ERASED = 'This customer was erased at their own wish.';

/** One change to one customer: a transaction, the row locked, and the customer that a merged one became in its place. */
export async function onCustomer<R>(
  db: Db,
  businessId: string,
  customerId: string,
  work: (trx: Transaction<Database>, held: Held) => Promise<R>,
): Promise<R | Refusal> {
  return inOneCommit(db, async (trx) => {
    const held = await holdCustomer(trx, businessId, customerId);
    return 'reason' in held ? held : work(trx, held);
  });
}

/** Locks a customer, or whom they became by a merge. */
export async function holdCustomer(trx: Db, businessId: string, customerId: string): Promise<Held | Refusal> {
  for (;;) {
    const id = await presentId(trx, businessId, customerId);
    const [customer] = id === undefined ? [] : await lockCustomers(trx, businessId, [id]);
    if (!customer) return refused(GONE);
    if (customer.erased_at !== null) return refused(ERASED);
    // Merged between the look and the lock: look again.
    if (customer.merged_into === null) return { customer, person: await personOf(trx, customer) };
  }
}

/** Locks several in id order, the order in which everyone takes them; rows as they are under the lock, those that exist. */
export async function lockCustomers(trx: Db, businessId: string, ids: readonly string[]): Promise<Customer[]> {
  if (ids.length === 0) return [];
  return trx
    .selectFrom('customer')
    .selectAll()
    .where('business_id', '=', businessId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Counts a change: whoever read the customer before sees that it moved, and planning looks at it anew. */
export async function touchCustomers(
  trx: Db,
  businessId: string,
  ids: readonly string[],
  actor: Actor,
  set: Updateable<Database['customer']> = {},
): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('customer')
    .set((eb) => ({ ...set, rev: eb('rev', '+', 1), replan_at: actor.now }))
    .where('business_id', '=', businessId)
    .where('id', 'in', [...ids])
    .execute();
}

/** The customer that this one is now; itself unless it was merged, undefined when there is none. */
export async function presentId(db: Db, businessId: string, customerId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(merged_into, id) as id from customer where business_id = ${businessId} and id = ${customerId}`.execute(db);
  return rows[0]?.id;
}

/** Everyone present who has this address. */
export async function idsAtAddress(db: Db, businessId: string, key: string): Promise<string[]> {
  const rows = await db
    .selectFrom('person')
    .innerJoin('customer', (join) =>
      join.onRef('customer.business_id', '=', 'person.business_id').onRef('customer.id', '=', 'person.customer_id'),
    )
    .select('customer.id')
    .where('person.business_id', '=', businessId)
    .where('person.email_key', '=', key)
    .where('customer.merged_into', 'is', null)
    .orderBy('customer.id')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Lets nobody else give or stop these addresses (or references) until this transaction ends: a stop reaches all who have an address,
 * so nobody may come to have it between its look and its commit. Taken before any row, in one order.
 */
export async function lockKeys(trx: Db, businessId: string, keys: readonly string[]): Promise<void> {
  for (const key of [...new Set(keys)].toSorted()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${businessId} ${key}`}, 0))`.execute(trx);
  }
}

async function personOf(trx: Db, { business_id, id }: Customer): Promise<Person> {
  const query = trx.selectFrom('person').selectAll().where('business_id', '=', business_id).where('customer_id', '=', id);
  return query.executeTakeFirstOrThrow();
}
