import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { FINAL, GOING, stepAside } from './started.ts';

type Trx = Transaction<Database>;

/**
 * Gives the rows of merged customers among `ids` to whom they became, and notes it in `merged_from`; planning follows in the same
 * transaction and settles what is open. Where both have a row of one cause the started one wins and they change places. Two cards
 * that really went on one day cannot both be the kept customer's: the other's stays with the alias, and counts for its cause.
 */
export async function repointMerged(trx: Trx, businessId: string, ids: string[]): Promise<void> {
  const { rows } = await sql<Merge>`select id as "from", merged_into as "to" from customer c
    where business_id = ${businessId} and id = any(${ids}::uuid[]) and merged_into = any(${ids}::uuid[])
      and exists (select from touchpoint t where t.business_id = c.business_id and t.customer_id = c.id and t.state <> 'cancelled')
    order by id`.execute(trx);
  for (const merge of rows) await repointOne(trx, businessId, merge);
}

interface Merge {
  from: string;
  to: string;
}

async function repointOne(trx: Trx, businessId: string, { from, to }: Merge): Promise<void> {
  await stepAside(trx, businessId, [from, to]);
  const given = await giveUpCauses(trx, businessId, { from, to });
  await moveRows(trx, businessId, { from, to });
  for (const row of given) await takePlace(trx, businessId, row, { from, to });
}

interface Given {
  id: string;
  cause: string;
}

async function giveUpCauses(trx: Trx, businessId: string, { from, to }: Merge): Promise<Given[]> {
  const { rows } = await sql<Given>`with clash as (
      select k.id, k.cause from touchpoint k
      join touchpoint t on t.business_id = k.business_id and t.occasion_id = k.occasion_id and t.cause = k.cause
      where k.business_id = ${businessId} and k.customer_id = ${to} and t.customer_id = ${from} and ${FINAL}
    )
    update touchpoint t set cause = 'merging:' || t.id, state = 'cancelled', reason = 'merged' from clash
    where t.business_id = ${businessId} and t.id = clash.id and not ${FINAL} returning t.id, clash.cause`.execute(trx);
  return rows;
}

async function moveRows(trx: Trx, businessId: string, { from, to }: Merge): Promise<void> {
  await sql`update touchpoint t set customer_id = ${to}, merged_from = coalesce(t.merged_from, ${from})
    where t.business_id = ${businessId} and t.customer_id = ${from}
      and not exists (select from touchpoint k where k.business_id = t.business_id and k.customer_id = ${to}
        and k.occasion_id = t.occasion_id and k.cause = t.cause)
      and not (t.state in ${GOING} and exists (select from touchpoint k where k.business_id = t.business_id and k.customer_id = ${to}
        and k.send_on = t.send_on and k.state in ${GOING}))`.execute(trx);
  await sql`update touchpoint t set reason = 'merged', state = 'cancelled'
    where t.business_id = ${businessId} and t.customer_id = ${from} and not ${FINAL}`.execute(trx);
}

/** The planned row goes to the alias, cancelled; where the started one could not move, it stays and is never planned again. */
async function takePlace(trx: Trx, businessId: string, { id, cause }: Given, { from, to }: Merge): Promise<void> {
  await sql`update touchpoint t set cause = ${cause},
      customer_id = case when stayed.yes then ${to}::uuid else ${from}::uuid end,
      state = case when stayed.yes then 'skipped' else 'cancelled' end
    from (select exists (select from touchpoint l join touchpoint k on k.business_id = l.business_id and k.occasion_id = l.occasion_id
      where k.id = ${id} and l.business_id = ${businessId} and l.customer_id = ${from} and l.cause = ${cause}) as yes) as stayed
    where t.business_id = ${businessId} and t.id = ${id}`.execute(trx);
}
