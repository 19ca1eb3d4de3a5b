import { type Insertable, type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { parseDay } from '../calendar/day.ts';
import type { Database, Day } from '../database/schema.ts';
import { idsAtAddress, lockCustomers, touchCustomers } from './lock.ts';
import { isOfOne } from './merge-memory.ts';
import { holdReach, keyOf, type Reach, reachesAddress } from './reach.ts';

export type Stop = Selectable<Database['stop']>;

/** Whom it stops (a customer, an address, or both) and from what. `email` is the customer's present one unless said. */
export type NewStop = { customerId?: string; email?: string } & (
  | { kind: 'unsubscribed' | 'complained' | 'hard bounce' | 'deceased' | 'consent ended' }
  | { kind: 'occasion'; occasionId: string }
  | { kind: 'date'; dateKind: string }
  /** Nothing is sent before this day. */
  | { kind: 'paused'; until: Day }
);

/** On the customer as well as on the address; a bounce is only the address's, since a new one may work. */
const ON_CUSTOMER_TOO: readonly Stop['kind'][] = ['unsubscribed', 'complained'];
/** Nobody but the person lifts these: the shop may not write to them, not even to ask. */
const THEIR_OWN: readonly Stop['kind'][] = ['unsubscribed', 'complained', 'consent ended', 'erased'];

/**
 * Stops what is asked, from this commit on: everyone whom it reaches is locked, so no card is handed over meanwhile or after.
 * `added` is false when all of it stood already. A new pause takes the place of the old one.
 */
export async function addStop(db: Db, businessId: string, stop: NewStop, actor: Actor): Promise<Outcome<{ added: boolean }>> {
  const problem = problemWith(stop);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    const reach = await holdReach(trx, businessId, stop.kind, stop);
    if ('reason' in reach) return reach;
    const rows = await newOnes(trx, await rowsFor(trx, businessId, stop, reach, actor));
    if (rows.length === 0) return { ok: true, added: false };
    if (stop.kind === 'paused') await liftPauses(trx, businessId, reach.customer?.id, actor);
    await trx.insertInto('stop').values(rows).execute();
    await touchCustomers(trx, businessId, reach.ids, actor);
    const after = { ...stop, customerId: undefined, email: undefined };
    const told = reach.customer ? [reach.customer.id] : reach.ids;
    await keepChanges(
      trx,
      told.map((customerId) => ({ businessId, customerId, what: 'stop added', after })),
      actor,
    );
    return { ok: true, added: true };
  });
}

/**
 * Lifts one stop. What the person themselves asked for, only they can take back. `customerId` is the customer on whose page it is
 * lifted: with it, whoever shares the address is found by the address, else by hashing all of the business's.
 */
export async function liftStop(
  db: Db,
  businessId: string,
  stopId: string,
  actor: Actor,
  customerId?: string,
): Promise<Outcome<{ lifted: boolean }>> {
  return inOneCommit(db, async (trx) => {
    const stop = await findStop(trx, businessId, stopId);
    if (!stop) return refused('There is no such stop.');
    if (THEIR_OWN.includes(stop.kind) && actor.by !== 'customer') {
      return refused('Only the customer can take this back, by signing up again.');
    }
    const ids = await idsReachedBy(trx, businessId, stop, customerId);
    await lockCustomers(trx, businessId, ids);
    return { ok: true, lifted: (await liftHeld(trx, businessId, [stop.id], ids, actor)) > 0 };
  });
}

/**
 * The person confirmed by a mail to this address that they want to hear from the shop: lifts what they or the address had asked for, and a bounce.
 * Pauses, single occasions and dates stay as they chose them; so does what somebody else at the address asked for themselves.
 */
export async function liftBySignUp(
  db: Db,
  businessId: string,
  customerId: string,
  actor: Actor,
): Promise<Outcome<{ lifted: number }>> {
  return inOneCommit(db, async (trx) => {
    const reach = await holdReach(trx, businessId, 'unsubscribed', { customerId });
    if ('reason' in reach) return reach;
    const standing = await listStops(trx, businessId, customerId);
    const theirs = standing.filter(({ kind }) => THEIR_OWN.includes(kind) || kind === 'hard bounce');
    const stopIds = theirs.map(({ id }) => id);
    return { ok: true, lifted: await liftHeld(trx, businessId, stopIds, reach.ids, actor) };
  });
}

/** Lifts these of one business, with a line in the history of each of these customers. The caller holds them. */
export async function liftHeld(
  trx: Db,
  businessId: string,
  stopIds: string[],
  customerIds: string[],
  actor: Actor,
): Promise<number> {
  const lifted = await markLifted(trx, businessId, stopIds, actor);
  if (lifted.length === 0) return 0;
  await touchCustomers(trx, businessId, customerIds, actor);
  const changes = customerIds.map((customerId) => ({ businessId, customerId, what: 'stop lifted', before: { kinds: lifted } }));
  await keepChanges(trx, changes, actor);
  return lifted.length;
}

/** Whether only the person themselves can lift stops of this kind. */
export function isTheirsToLift(kind: Stop['kind']): boolean {
  return THEIR_OWN.includes(kind);
}

/** Every stop that holds a customer now: their own, and those on their address, whoever set them there. */
export async function listStops(db: Db, businessId: string, customerId: string): Promise<Stop[]> {
  const { rows } = await sql<Stop>`
    with own as (select coalesce(merged_into, id) as id from customer where business_id = ${businessId} and id = ${customerId})
    select s.* from stop s join own on s.customer_id = own.id where s.business_id = ${businessId} and s.lifted_at is null
    union
    select s.* from own join person p on p.business_id = ${businessId} and p.customer_id = own.id
    join stop s on s.business_id = p.business_id and s.email_hash = email_hash(p.email_key) and s.lifted_at is null
    order by at, id`.execute(db);
  return rows;
}

/** Blocks an address for good, whoever has it or comes to have it. For erasing; the caller holds the address and the customers. */
export async function stopErasedAddress(trx: Db, businessId: string, key: string, actor: Actor): Promise<void> {
  const row = { ...blank(businessId, actor), kind: 'erased' as const, email_hash: await hashOf(trx, key) };
  const rows = await newOnes(trx, [row]);
  if (rows.length > 0) await trx.insertInto('stop').values(rows).execute();
}

function problemWith(stop: NewStop): string | undefined {
  if (stop.customerId === undefined && stop.email === undefined) return 'Say which customer or which address.';
  if (stop.customerId === undefined && !reachesAddress(stop.kind)) return 'Say which customer.';
  if (stop.kind === 'paused' && parseDay(stop.until) === undefined) return `"${stop.until}" is no day. Write it like 2027-03-14.`;
  return undefined;
}

/** One row on the customer, one on the address, or both: each is lifted for itself, and erasing the person leaves the address's. */
async function rowsFor(
  trx: Db,
  businessId: string,
  stop: NewStop,
  { customer, key }: Reach,
  actor: Actor,
): Promise<Insertable<Database['stop']>[]> {
  const row = {
    ...blank(businessId, actor),
    kind: stop.kind,
    occasion_id: stop.kind === 'occasion' ? stop.occasionId : null,
    date_kind: stop.kind === 'date' ? stop.dateKind : null,
    until: stop.kind === 'paused' ? stop.until : null,
  };
  const onCustomer = customer !== undefined && (!reachesAddress(stop.kind) || ON_CUSTOMER_TOO.includes(stop.kind));
  return [
    ...(onCustomer ? [{ ...row, customer_id: customer.id }] : []),
    ...(key === undefined ? [] : [{ ...row, id: v7(), email_hash: await hashOf(trx, key) }]),
  ];
}

function blank(businessId: string, actor: Actor) {
  return { business_id: businessId, id: v7(), customer_id: null, email_hash: null, by: actor.by, at: actor.now };
}

async function hashOf(trx: Db, key: string): Promise<string> {
  const { rows } = await sql<{ hash: string | null }>`select email_hash(${key}) as hash`.execute(trx);
  const hash = rows[0]?.hash;
  if (!hash) throw new Error('The installation has no salt yet: prepareInstallation has not run');
  return hash;
}

async function newOnes(trx: Db, rows: Insertable<Database['stop']>[]): Promise<Insertable<Database['stop']>[]> {
  const isNew = await Promise.all(rows.map(async (row) => !(await stands(trx, row))));
  return rows.filter((_, n) => isNew[n]);
}

// What a member noted may be taken back as a slip of the hand, so what the customer then says themselves stands beside it; and what is said to
// two who were joined may be the other's.
async function stands(trx: Db, row: Insertable<Database['stop']>): Promise<boolean> {
  const query = trx
    .selectFrom('stop')
    .select('id')
    .where('business_id', '=', row.business_id)
    .where('kind', '=', row.kind)
    .where('customer_id', 'is not distinct from', row.customer_id ?? null)
    .where('email_hash', 'is not distinct from', row.email_hash ?? null)
    .where('occasion_id', 'is not distinct from', row.occasion_id ?? null)
    .where('date_kind', 'is not distinct from', row.date_kind ?? null)
    .where('until', 'is not distinct from', row.until ?? null)
    .where('lifted_at', 'is', null)
    .where(sql<boolean>`not ${isOfOne(sql`stop.customer_id`)}`)
    .$if(row.by === 'customer', (stops) => stops.where('by', 'not like', 'member:%'));
  return (await query.executeTakeFirst()) !== undefined;
}

async function liftPauses(trx: Db, businessId: string, customerId: string | undefined, actor: Actor): Promise<void> {
  if (customerId === undefined) return;
  const pauses = (await listStops(trx, businessId, customerId)).filter(({ kind }) => kind === 'paused');
  await markLifted(
    trx,
    businessId,
    pauses.map(({ id }) => id),
    actor,
  );
}

async function findStop(trx: Db, businessId: string, stopId: string): Promise<Stop | undefined> {
  return trx.selectFrom('stop').selectAll().where('business_id', '=', businessId).where('id', '=', stopId).executeTakeFirst();
}

async function idsReachedBy(trx: Db, businessId: string, { customer_id, email_hash }: Stop, hint?: string): Promise<string[]> {
  if (email_hash === null) return customer_id === null ? [] : [customer_id];
  const key = await keyOf(trx, businessId, hint);
  if (key !== undefined && (await hashOf(trx, key)) === email_hash) return idsAtAddress(trx, businessId, key);
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from person
    where business_id = ${businessId} and email_key is not null and email_hash(email_key) = ${email_hash}
    order by 1`.execute(trx);
  return rows.map(({ id }) => id);
}

async function markLifted(trx: Db, businessId: string, stopIds: string[], actor: Actor): Promise<Stop['kind'][]> {
  if (stopIds.length === 0) return [];
  const rows = await trx
    .updateTable('stop')
    .set({ lifted_at: actor.now, lifted_by: actor.by })
    .where('business_id', '=', businessId)
    .where('id', 'in', stopIds)
    .where('lifted_at', 'is', null)
    .returning('kind')
    .execute();
  return rows.map(({ kind }) => kind);
}
