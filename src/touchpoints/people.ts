import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Day } from '../calendar/day.ts';
import { isUntilBought, mailUntil } from '../customers/mail-until.ts';
import type { PlanCustomer } from './household.ts';

export interface Shop {
  id: string;
  zone: string;
  country: string;
  leap_rule: 'feb28' | 'mar1';
}

/** These customers as planning sees them, before anything that hangs on them, each with their address. */
export async function loadPeople(db: Db, shop: Shop, ids: string[]): Promise<{ who: PlanCustomer; address: string | null }[]> {
  const rows = await readPeople(db, shop.id, ids);
  const counting = rows.filter(({ basis_kind: basis }) => isUntilBought(shop, { basis }));
  const bought = await lastBought(
    db,
    shop.id,
    counting.map(({ id }) => id),
  );
  return rows.map((row) => ({ address: row.email_key, who: toCustomer(shop, row, bought.get(row.id) ?? null) }));
}

/**
 * These customers with all who share an address with them. Merged ones too: a card that stayed with one of them was mail to that address.
 */
export async function withMates(db: Db, businessId: string, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select unnest(${ids}::uuid[]) as id
    union select mate.customer_id from person p
      join person mate on mate.business_id = p.business_id and mate.email_key = p.email_key
    where p.business_id = ${businessId} and p.customer_id = any(${ids}::uuid[])`.execute(db);
  return rows.map(({ id }) => id);
}

type Row = Awaited<ReturnType<typeof readPeople>>[number];

function readPeople(db: Db, businessId: string, ids: string[]) {
  return db
    .selectFrom('customer as c')
    .leftJoin('person as p', (join) => join.onRef('p.business_id', '=', 'c.business_id').onRef('p.customer_id', '=', 'c.id'))
    .select(['c.id', 'c.joined_on', 'c.since_on', 'c.basis_kind', 'c.basis_on', 'c.created_at', 'c.merged_into'])
    .select(['p.customer_id', 'p.email_key', 'p.zone', 'p.leap_rule'])
    .where('c.business_id', '=', businessId)
    .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('c.id')
    .execute();
}

/** The day on which each bought last, however long ago. */
async function lastBought(db: Db, businessId: string, ids: string[]): Promise<Map<string, Day>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('purchase')
    .select(({ fn }) => ['customer_id', fn.max('on').as('on')])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('voided_at', 'is', null)
    .groupBy('customer_id')
    .execute();
  return new Map(rows.map((row) => [row.customer_id, row.on]));
}

function toCustomer(shop: Shop, row: Row, boughtOn: Day | null): PlanCustomer {
  const basis = row.basis_kind;
  return {
    id: row.id,
    zone: row.zone ?? shop.zone,
    country: shop.country,
    leapRule: row.leap_rule ?? shop.leap_rule,
    joinedOn: row.joined_on,
    sinceOn: row.since_on,
    email: row.email_key !== null,
    basis,
    mailUntil: mailUntil(shop, { basis, basisOn: row.basis_on, createdAt: row.created_at, boughtOn }),
    gone: row.merged_into !== null ? 'merged' : row.customer_id === null ? 'erased' : null,
    dates: [],
    purchases: [],
    unanswered: [],
    stops: [],
    complaint: false,
    rows: [],
  };
}
