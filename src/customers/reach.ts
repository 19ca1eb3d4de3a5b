import { type Db, type Refusal, refused } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';
import { type Customer, idsAtAddress, lockCustomers, lockKeys, presentId } from './lock.ts';

type Kind = Database['stop']['kind'];

/** Whom a stop reaches, all of them locked, in id order; with the address's key when it is on an address. */
export interface Reach {
  customer?: Customer;
  key?: string;
  ids: string[];
}

/** These are on an address, so they reach everyone who has it. */
export function reachesAddress(kind: Kind): boolean {
  return kind === 'unsubscribed' || kind === 'complained' || kind === 'hard bounce' || kind === 'erased';
}

/** Locks whoever a stop of this kind reaches: the customer, the address (the one named, else the customer's own), all who have it. */
export async function holdReach(
  trx: Db,
  businessId: string,
  kind: Kind,
  target: { customerId?: string; email?: string },
): Promise<Reach | Refusal> {
  const named = target.email === undefined ? undefined : readAddress(target.email);
  if (named && 'reason' in named) return refused(named.reason);
  const look = () => lookAt(trx, businessId, target.customerId, reachesAddress(kind) ? (named?.key ?? 'own') : undefined);
  for (;;) {
    const { id, key } = await look();
    if (target.customerId !== undefined && id === undefined) return refused('There is no such customer.');
    const reach = await lockReach(trx, businessId, id, key);
    if (reach.customer?.erased_at) return refused('This customer was erased at their own wish.');
    const again = await look();
    // Merged, or given another address, between the look and the lock: once more.
    if (again.id === id && again.key === key) return reach;
  }
}

/** The key of the address that a customer has now. */
export async function keyOf(trx: Db, businessId: string, customerId: string | undefined): Promise<string | undefined> {
  if (customerId === undefined) return undefined;
  const query = trx.selectFrom('person').select('email_key').where('business_id', '=', businessId);
  return (await query.where('customer_id', '=', customerId).executeTakeFirst())?.email_key ?? undefined;
}

async function lookAt(
  trx: Db,
  businessId: string,
  customerId: string | undefined,
  key: string | undefined,
): Promise<{ id?: string; key?: string }> {
  const id = customerId === undefined ? undefined : await presentId(trx, businessId, customerId);
  const own = key === 'own' ? await keyOf(trx, businessId, id) : key;
  return { ...(id !== undefined && { id }), ...(own !== undefined && { key: own }) };
}

async function lockReach(trx: Db, businessId: string, id: string | undefined, key: string | undefined): Promise<Reach> {
  if (key !== undefined) await lockKeys(trx, businessId, [key]);
  const mates = key === undefined ? [] : await idsAtAddress(trx, businessId, key);
  const ids = [...new Set([...mates, ...(id === undefined ? [] : [id])])].toSorted();
  const customer = (await lockCustomers(trx, businessId, ids)).find((row) => row.id === id);
  return { ids, ...(customer && { customer }), ...(key !== undefined && { key }) };
}
