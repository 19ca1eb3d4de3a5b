import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** Has these customers' touchpoints planned anew, without counting it as a change of theirs. Locks them in id order. */
export async function markForReplan(trx: Db, businessId: string, customerIds: readonly string[], now: Date): Promise<void> {
  if (customerIds.length === 0) return;
  await sql`
    with chosen as (
      select id from customer where business_id = ${businessId} and id = any(${[...customerIds]}::uuid[]) order by id for update
    )
    update customer c set replan_at = ${now} from chosen where c.business_id = ${businessId} and c.id = chosen.id`.execute(trx);
}

/** The same for all of a business: its zone, country or leap rule changed. */
export async function markEveryoneForReplan(trx: Db, businessId: string, now: Date): Promise<void> {
  await sql`
    with chosen as (
      select id from customer where business_id = ${businessId} and merged_into is null and erased_at is null order by id for update
    )
    update customer c set replan_at = ${now} from chosen where c.business_id = ${businessId} and c.id = chosen.id`.execute(trx);
}

/**
 * Takes about `limit` customers that wait to be planned anew: locked for this transaction, their mark cleared, in id order.
 * All who share an address come together, and a merged customer with the one it became. Where another
 * transaction holds one of them, all of them wait for the next call; so an empty answer says: nothing that is free.
 */
export async function claimReplan(trx: Db, businessId: string, limit: number): Promise<string[]> {
  const groups = await waitingGroups(trx, businessId, limit);
  const locked = await lockFree(
    trx,
    businessId,
    groups.map(({ id }) => id),
  );
  const broken = new Set(groups.filter(({ id }) => !locked.has(id)).map(({ leader }) => leader));
  const ids = [...new Set(groups.filter(({ leader }) => !broken.has(leader)).map(({ id }) => id))].toSorted();
  if (ids.length === 0) return [];
  await sql`
    update customer set replan_at = null
    where business_id = ${businessId} and id = any(${ids}::uuid[]) and replan_at is not null`.execute(trx);
  return ids;
}

/** Each waiting customer (the leader) with everyone who must be planned together with it, itself included. */
async function waitingGroups(trx: Db, businessId: string, limit: number): Promise<{ leader: string; id: string }[]> {
  const { rows } = await sql<{ leader: string; id: string }>`
    with waiting as (
      select id, coalesce(merged_into, id) as became from customer
      where business_id = ${businessId} and replan_at is not null order by id limit ${limit}
    )
    select id as leader, id from waiting
    union select id, became from waiting
    union
    select w.id, mate.customer_id
    from waiting w
    join person p on p.business_id = ${businessId} and p.customer_id in (w.id, w.became)
    join person mate on mate.business_id = p.business_id and mate.email_key = p.email_key
    join customer c on c.business_id = mate.business_id and c.id = mate.customer_id and c.merged_into is null`.execute(trx);
  return rows;
}

async function lockFree(trx: Db, businessId: string, ids: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from customer where business_id = ${businessId} and id = any(${ids}::uuid[])
    order by id for update skip locked`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}
