import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Database, Day, TouchpointState } from '../database/schema.ts';
import { type Customer, type Person, presentId } from './lock.ts';
import { listStops, type Stop } from './stops.ts';

export type CustomerDate = Pick<Selectable<Database['date']>, 'id' | 'kind' | 'label' | 'month' | 'day' | 'year' | 'source'>;
export type Purchase = Pick<
  Selectable<Database['purchase']>,
  'id' | 'on' | 'amount' | 'currency' | 'category' | 'reference' | 'nth' | 'voided_at'
>;

/** Everything that stands at the head of a customer's page. */
export interface Profile {
  customer: Customer;
  person: Person;
  /** Birthday first. */
  dates: CustomerDate[];
  /** The newest first, at most as many as asked for; `bought` counts all that stand. */
  purchases: Purchase[];
  bought: { count: number; sums: { currency: string; amount: number }[]; first: Day | null; last: Day | null };
  /** Every one that holds them now, with the occasion's name where it is only for one. */
  stops: (Stop & { occasion: string | null })[];
  followUps: FollowUpLine[];
  /** Cards that are to go, and those that cannot. The soonest first. */
  coming: ComingCard[];
  /** Who else has this address. */
  mates: { id: string; name: string }[];
}

export interface FollowUpLine {
  id: string;
  reason: string;
  dueOn: Day;
  openedAt: Date;
  assignedTo: string | null;
}

export interface ComingCard {
  id: string;
  occasion: string;
  day: Day;
  dueAt: Date;
  lateAt: Date;
  state: TouchpointState;
  reason: string | null;
}

/** `movedTo` is who a merged customer is now. Undefined: no such customer, or one who was erased. */
export async function findProfile(
  db: Db,
  businessId: string,
  customerId: string,
  today: Day,
  most = 5,
): Promise<Profile | { movedTo: string } | undefined> {
  const present = await presentId(db, businessId, customerId);
  if (present === undefined) return undefined;
  const customer = await rowOf(db, businessId, present);
  const person = await personOf(db, businessId, present);
  if (!customer || !person) return undefined;
  if (present !== customerId) return { movedTo: present };
  return {
    customer,
    person,
    dates: await datesOf(db, businessId, customerId),
    purchases: await purchasesOf(db, businessId, customerId, most),
    bought: await boughtBy(db, businessId, customerId),
    stops: await stopsOf(db, businessId, customerId, today),
    followUps: await openFollowUps(db, businessId, customerId),
    coming: await comingTo(db, businessId, customerId, today),
    mates: person.email_key === null ? [] : await matesOf(db, businessId, customerId, person.email_key),
  };
}

/** As the name is shown: given and family name, else the address, else the number. */
export function nameOf(person: Pick<Person, 'given_name' | 'family_name' | 'email' | 'reference'>): string {
  const name = [person.given_name, person.family_name].filter(Boolean).join(' ');
  return name || person.email || person.reference || 'Somebody without a name';
}

async function rowOf(db: Db, businessId: string, id: string): Promise<Customer | undefined> {
  return db.selectFrom('customer').selectAll().where('business_id', '=', businessId).where('id', '=', id).executeTakeFirst();
}

async function personOf(db: Db, businessId: string, id: string): Promise<Person | undefined> {
  const query = db.selectFrom('person').selectAll().where('business_id', '=', businessId);
  return query.where('customer_id', '=', id).executeTakeFirst();
}

/** Birthday first, then by kind. */
export async function datesOf(db: Db, businessId: string, customerId: string): Promise<CustomerDate[]> {
  return db
    .selectFrom('date')
    .select(['id', 'kind', 'label', 'month', 'day', 'year', 'source'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .orderBy((eb) => eb('kind', '<>', 'birthday'))
    .orderBy('kind')
    .orderBy('label')
    .execute();
}

async function purchasesOf(db: Db, businessId: string, customerId: string, most: number): Promise<Purchase[]> {
  return db
    .selectFrom('purchase')
    .select(['id', 'on', 'amount', 'currency', 'category', 'reference', 'nth', 'voided_at'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .orderBy('on', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
}

async function boughtBy(db: Db, businessId: string, customerId: string): Promise<Profile['bought']> {
  const { rows } = await sql<{ currency: string; amount: number; count: number; first: Day; last: Day }>`
    select currency, sum(amount)::bigint as amount, count(*)::int as count, min("on") as first, max("on") as last from purchase
    where business_id = ${businessId} and customer_id = ${customerId} and voided_at is null group by currency order by 3 desc, 1`.execute(
    db,
  );
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    sums: rows.map(({ currency, amount }) => ({ currency, amount })),
    first: rows.map(({ first }) => first).toSorted()[0] ?? null,
    last:
      rows
        .map(({ last }) => last)
        .toSorted()
        .at(-1) ?? null,
  };
}

async function stopsOf(db: Db, businessId: string, customerId: string, today: Day): Promise<Profile['stops']> {
  const stops = (await listStops(db, businessId, customerId)).filter(({ until }) => until === null || until > today);
  const ids = stops.map(({ occasion_id: id }) => id).filter((id) => id !== null);
  const occasions =
    ids.length === 0
      ? []
      : await db
          .selectFrom('occasion')
          .select(['id', 'name'])
          .where('business_id', '=', businessId)
          .where('id', 'in', ids)
          .execute();
  const names = new Map(occasions.map(({ id, name }) => [id, name]));
  return stops.map((stop) => ({ ...stop, occasion: names.get(stop.occasion_id ?? '') ?? null }));
}

async function openFollowUps(db: Db, businessId: string, customerId: string): Promise<FollowUpLine[]> {
  return db
    .selectFrom('follow_up')
    .select(['id', 'reason', 'due_on as dueOn', 'opened_at as openedAt', 'assigned_to as assignedTo'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .where('closed_at', 'is', null)
    .orderBy('due_on')
    .execute();
}

const MOST_COMING = 8;

async function comingTo(db: Db, businessId: string, customerId: string, today: Day): Promise<ComingCard[]> {
  return db
    .selectFrom('touchpoint as t')
    .innerJoin('occasion as o', (join) => join.onRef('o.business_id', '=', 't.business_id').onRef('o.id', '=', 't.occasion_id'))
    .select(['t.id', 'o.name as occasion', 't.send_on as day', 't.due_at as dueAt', 't.late_at as lateAt', 't.state', 't.reason'])
    .where('t.business_id', '=', businessId)
    .where('t.customer_id', '=', customerId)
    .where('t.send_on', '>=', today)
    .where('t.state', 'in', ['planned', 'waiting', 'held', 'blocked', 'leased', 'handing over', 'deferred'])
    .orderBy('t.send_on')
    .orderBy('o.rank')
    .limit(MOST_COMING)
    .execute();
}

async function matesOf(db: Db, businessId: string, customerId: string, key: string): Promise<Profile['mates']> {
  const rows = await db
    .selectFrom('person as p')
    .innerJoin('customer as c', (join) => join.onRef('c.business_id', '=', 'p.business_id').onRef('c.id', '=', 'p.customer_id'))
    .select(['c.id', 'p.given_name', 'p.family_name', 'p.email', 'p.reference'])
    .where('p.business_id', '=', businessId)
    .where('p.email_key', '=', key)
    .where('c.id', '<>', customerId)
    .where('c.merged_into', 'is', null)
    .orderBy('c.id')
    .limit(20)
    .execute();
  return rows.map((row) => ({ id: row.id, name: nameOf(row) }));
}
