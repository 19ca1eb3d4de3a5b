import { sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { forgetInFiles } from './import/forget-person.ts';
import { idsAtAddress, lockCustomers, lockKeys, type Person, presentId, touchCustomers } from './lock.ts';
import { forgetRefusedRows } from './refused-rows.ts';
import { stopErasedAddress } from './stops.ts';

/**
 * Forgets a person: everything personal goes with one delete, and what other tables hold of them by a trigger and here. The ledger keeps
 * ids and days. Their address stays blocked by its salted hash. `messageIds` name the mails in an outbox that the caller removes;
 * erasing once more gives them again.
 */
export async function eraseCustomer(
  db: Db,
  businessId: string,
  customerId: string,
  actor: Actor,
): Promise<Outcome<{ erased: boolean; messageIds: string[] }>> {
  return inOneCommit(db, async (trx) => {
    const id = await presentId(trx, businessId, customerId);
    if (id === undefined) return refused('There is no such customer.');
    const { ids, people } = await holdAliases(trx, businessId, id);
    const messageIds = await messageIdsOf(trx, businessId, ids);
    if (people.length === 0) return { ok: true, erased: false, messageIds };
    const keys = [...new Set(people.map((person) => person.email_key).filter((key) => key !== null))];
    for (const key of keys) await stopErasedAddress(trx, businessId, key, actor);
    await forgetRefusedRows(trx, businessId, people);
    await forgetInFiles(trx, businessId, people);
    await trx.deleteFrom('person').where('business_id', '=', businessId).where('customer_id', 'in', ids).execute();
    await touchCustomers(trx, businessId, ids, actor, { erased_at: actor.now });
    for (const key of keys) await touchCustomers(trx, businessId, await idsAtAddress(trx, businessId, key), actor);
    // Not hung on the customer: that somebody was erased, when and by whom, must outlive them.
    await keepChange(trx, { businessId, what: 'customer erased', after: { id } }, actor);
    return { ok: true, erased: true, messageIds };
  });
}

/** Locks the customer, all whom they were before a merge, and all who share an address with them. */
async function holdAliases(trx: Db, businessId: string, id: string): Promise<{ ids: string[]; people: Person[] }> {
  const before = await peopleOf(trx, businessId, await aliasIds(trx, businessId, id));
  const keys = before.map((person) => person.email_key).filter((key) => key !== null);
  await lockKeys(trx, businessId, keys);
  const mates = await Promise.all(keys.map((key) => idsAtAddress(trx, businessId, key)));
  await lockCustomers(trx, businessId, [...before.map((person) => person.customer_id), id, ...mates.flat()]);
  const ids = await aliasIds(trx, businessId, id);
  return { ids, people: await peopleOf(trx, businessId, ids) };
}

async function aliasIds(trx: Db, businessId: string, id: string): Promise<string[]> {
  const query = trx.selectFrom('customer').select('id').where('business_id', '=', businessId);
  const rows = await query
    .where((eb) => eb.or([eb('id', '=', id), eb('merged_into', '=', id)]))
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

async function peopleOf(trx: Db, businessId: string, ids: string[]): Promise<Person[]> {
  return trx.selectFrom('person').selectAll().where('business_id', '=', businessId).where('customer_id', 'in', ids).execute();
}

/** Of cards to them, and of letters about them. */
async function messageIdsOf(trx: Db, businessId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ message_id: string }>`
    select m.message_id from message m join touchpoint t on t.business_id = m.business_id and t.id = m.touchpoint_id
    where t.business_id = ${businessId} and t.customer_id = any(${ids}::uuid[])
    union
    select l.message_id from letter l join follow_up f on f.business_id = l.business_id and f.id = l.follow_up_id
    where f.business_id = ${businessId} and f.customer_id = any(${ids}::uuid[]) and l.message_id is not null
    union
    select l.message_id from letter l join sign_up s on s.business_id = l.business_id and s.id = l.sign_up_id
    where s.business_id = ${businessId} and l.message_id is not null and (s.customer_id = any(${ids}::uuid[]) or s.email_key in (
      select email_key from person where business_id = ${businessId} and customer_id = any(${ids}::uuid[])))
    order by 1`.execute(trx);
  return rows.map((row) => row.message_id);
}
