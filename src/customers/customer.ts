import { v7 } from 'uuid';
import { difference, keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Day } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';
import { type NewDate, putDate, readDate } from './dates.ts';
import { type Held, idsAtAddress, lockKeys, onCustomer, type Person, touchCustomers } from './lock.ts';
import { nameKey } from './name-key.ts';
import { type PersonColumns, type PersonFields, readPerson } from './read-person.ts';
import { markForReplan } from './replan.ts';

export interface NewCustomer extends PersonFields {
  dates?: NewDate[];
}

/** `existing` is the customer that this one turned out to be. `sharing` are other people who have the same address. */
export type Added = { ok: true; id: string; sharing: string[] } | { ok: false; reason: string; existing?: string };

/** Adds a customer by hand: they joined today in the business's zone, unless said. Nobody is added twice. */
export async function addCustomer(db: Db, businessId: string, asked: NewCustomer, actor: Actor): Promise<Added> {
  const read = readPerson(asked);
  if (typeof read === 'string') return refused(read);
  const { given_name, family_name, email_key } = read.person;
  if (!given_name && !family_name && !email_key) return refused('Give at least a name or an e-mail address.');
  const wrongDate = (asked.dates ?? []).map((date) => readDate(date, actor.now)).find((date) => typeof date === 'string');
  if (typeof wrongDate === 'string') return refused(wrongDate);
  return inOneCommit(db, async (trx): Promise<Added> => {
    await lockKeys(trx, businessId, keysOf(read));
    const mates = email_key ? await matesAt(trx, businessId, email_key) : [];
    const same = mates.find((mate) => isSameGivenName(mate.given_name, given_name));
    if (same) return { ...refused('This customer is here already: same address, same name.'), existing: same.customer_id };
    const taken = await referenceTaken(trx, businessId, read.person.reference);
    if (taken) return { ...refused(taken.reason), existing: taken.existing };
    const id = await insertCustomer(trx, businessId, read, actor);
    for (const date of asked.dates ?? []) await putDate(trx, businessId, id, date, actor);
    await keepChange(trx, { businessId, customerId: id, what: 'customer added', after: asked }, actor);
    return { ok: true, id, sharing: mates.map((mate) => mate.customer_id) };
  });
}

/** Changes what is known of a customer. What is left out stays. */
export async function changeCustomer(
  db: Db,
  businessId: string,
  customerId: string,
  change: PersonFields,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const read = readPerson(change);
  if (typeof read === 'string') return refused(read);
  return inOneCommit(db, async (trx) => {
    await lockKeys(trx, businessId, keysOf(read));
    return onCustomer(trx, businessId, customerId, (_, held) => applyChange(trx, held, read, actor));
  });
}

/** Everyone who has this address, oldest first; merged ones only as who they became. */
export async function customersAt(db: Db, businessId: string, email: string): Promise<string[]> {
  const read = readAddress(email);
  return 'reason' in read ? [] : idsAtAddress(db, businessId, read.key);
}

/** The rule by which an address belongs to one person or to a household: a given name that is missing may be anyone's. */
function isSameGivenName(one: string | null | undefined, other: string | null | undefined): boolean {
  return !one || !other || nameKey(one) === nameKey(other);
}

function keysOf({ person }: PersonColumns): string[] {
  return [...(person.email_key ? [person.email_key] : []), ...(person.reference ? [`#${person.reference}`] : [])];
}

async function matesAt(trx: Db, businessId: string, key: string): Promise<Pick<Person, 'customer_id' | 'given_name'>[]> {
  const ids = await idsAtAddress(trx, businessId, key);
  if (ids.length === 0) return [];
  return trx
    .selectFrom('person')
    .select(['customer_id', 'given_name'])
    .where('business_id', '=', businessId)
    .where('customer_id', 'in', ids)
    .execute();
}

async function referenceTaken(
  trx: Db,
  businessId: string,
  reference: string | null | undefined,
  except?: string,
): Promise<{ reason: string; existing: string } | undefined> {
  if (!reference) return undefined;
  const query = trx.selectFrom('person').select('customer_id').where('business_id', '=', businessId);
  const row = await query.where('reference', '=', reference).executeTakeFirst();
  if (!row || row.customer_id === except) return undefined;
  return { reason: 'Another customer has this number already. Give a different one.', existing: row.customer_id };
}

async function insertCustomer(trx: Db, businessId: string, { person, customer }: PersonColumns, actor: Actor): Promise<string> {
  const id = v7();
  const today = await todayOf(trx, businessId, actor.now);
  await trx
    .insertInto('customer')
    .values({
      business_id: businessId,
      id,
      joined_on: customer.joined_on === undefined ? today : customer.joined_on,
      basis_kind: customer.basis_kind ?? 'customer',
      basis_on: customer.basis_on === undefined ? today : customer.basis_on,
      replan_at: actor.now,
      created_at: actor.now,
    })
    .execute();
  const row = { basis_source: 'added by hand', ...person, name_key: nameKey(person.given_name, person.family_name) };
  await trx
    .insertInto('person')
    .values({ ...row, business_id: businessId, customer_id: id })
    .execute();
  return id;
}

async function todayOf(trx: Db, businessId: string, now: Date): Promise<Day> {
  const { zone } = await trx.selectFrom('business').select('zone').where('id', '=', businessId).executeTakeFirstOrThrow();
  return localDayOf(now, zone);
}

async function applyChange(trx: Db, held: Held, read: PersonColumns, actor: Actor): Promise<Outcome<{ changed: boolean }>> {
  const { id, business_id: businessId } = held.customer;
  const person = difference(comparable(held.person), read.person);
  const customer = difference(held.customer, read.customer as Partial<Held['customer']>);
  if (Object.keys({ ...person.after, ...customer.after }).length === 0) return { ok: true, changed: false };
  const now = { ...held.person, ...read.person };
  if (!now.given_name && !now.family_name && !now.email) return refused('Leave at least a name or an e-mail address.');
  const taken = await referenceTaken(trx, businessId, read.person.reference, id);
  if (taken) return refused(taken.reason);
  await trx
    .updateTable('person')
    .set({ ...read.person, name_key: nameKey(now.given_name, now.family_name) })
    .where('business_id', '=', businessId)
    .where('customer_id', '=', id)
    .execute();
  await touchCustomers(trx, businessId, [id], actor, read.customer);
  await markFormerMates(trx, held, now.email_key, actor);
  const [before, after] = [
    { ...person.before, ...customer.before },
    { ...person.after, ...customer.after },
  ];
  await keepChange(trx, { businessId, customerId: id, what: 'customer changed', before, after }, actor);
  return { ok: true, changed: true };
}

// `custom` is read as a value and written as its text: compared as text.
function comparable(person: Person): Partial<PersonColumns['person']> {
  return { ...person, custom: JSON.stringify(person.custom) };
}

// Who shared the former address has a free day more.
async function markFormerMates(trx: Db, { customer, person }: Held, key: string | null | undefined, actor: Actor): Promise<void> {
  if (person.email_key === null || person.email_key === key) return;
  const mates = await idsAtAddress(trx, customer.business_id, person.email_key);
  await markForReplan(trx, customer.business_id, mates, actor.now);
}
