import { sql, type Transaction } from 'kysely';
import { v7 } from 'uuid';
import { claimParted } from '../customers/merge-undo.ts';
import type { Database } from '../database/schema.ts';
import { FINAL, GOING, stepAside } from './started.ts';

type Trx = Transaction<Database>;

/**
 * Gives back the rows that a merge, undone since, had given from one customer to the other; planning follows in the same transaction and settles
 * what is open. What was sent while they were one stays with the kept one, to whom it went; where the other has the same address, it counts for
 * their cause too.
 */
export async function partUnmerged(trx: Trx, businessId: string, ids: string[]): Promise<void> {
  for (const parted of await claimParted(trx, businessId, ids)) await partOne(trx, businessId, parted);
}

interface Parted {
  keptId: string;
  otherId: string;
  at: Date;
}

async function partOne(trx: Trx, businessId: string, parted: Parted): Promise<void> {
  await stepAside(trx, businessId, [parted.keptId, parted.otherId]);
  const theirs = await rowsOfOther(trx, businessId, parted);
  const places = await clearPlaces(trx, businessId, parted, theirs);
  await moveBack(trx, businessId, parted, theirs);
  for (const place of places) await putBack(trx, businessId, parted, place);
  await wakeSkipped(trx, businessId, parted);
  await countSent(trx, businessId, parted);
  await followCards(trx, businessId, parted);
}

/** What came from the other, or from whom they were before, and was not written to the two as one. */
async function rowsOfOther(trx: Trx, businessId: string, { keptId, otherId }: Parted): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select t.id from touchpoint t join customer f on f.business_id = t.business_id and f.id = t.merged_from
    left join message_data d on d.business_id = t.business_id and d.touchpoint_id = t.id
    where t.business_id = ${businessId} and t.customer_id = ${keptId} and coalesce(f.merged_into, f.id) = ${otherId}
      and d.customer_id is distinct from ${keptId}`.execute(trx);
  return rows.map(({ id }) => id);
}

interface Place {
  id: string;
  cause: string;
}

/** The kept one's planned rows that gave up their place to started ones of the other and lie with them, cancelled. */
async function clearPlaces(trx: Trx, businessId: string, { otherId }: Parted, theirs: string[]): Promise<Place[]> {
  const { rows } = await sql<Place>`
    with place as (
      select k.id, k.cause from touchpoint k
      join touchpoint t on t.business_id = k.business_id and t.occasion_id = k.occasion_id and t.cause = k.cause
      where k.business_id = ${businessId} and k.customer_id = ${otherId} and k.state = 'cancelled' and t.id = any(${theirs}::uuid[])
    )
    update touchpoint t set cause = 'parting:' || t.id from place
    where t.business_id = ${businessId} and t.id = place.id and not ${FINAL} returning t.id, place.cause`.execute(trx);
  return rows;
}

async function moveBack(trx: Trx, businessId: string, { otherId }: Parted, theirs: string[]): Promise<void> {
  await sql`update touchpoint t set customer_id = ${otherId}, merged_from = nullif(t.merged_from, ${otherId}::uuid)
    where t.business_id = ${businessId} and t.id = any(${theirs}::uuid[])
      and not exists (select from touchpoint k where k.business_id = t.business_id and k.customer_id = ${otherId}
        and k.occasion_id = t.occasion_id and k.cause = t.cause)
      and not (t.state in ${GOING} and exists (select from touchpoint k where k.business_id = t.business_id
        and k.customer_id = ${otherId} and k.send_on = t.send_on and k.state in ${GOING}))`.execute(trx);
}

async function putBack(trx: Trx, businessId: string, { keptId }: Parted, { id, cause }: Place): Promise<void> {
  await sql`update touchpoint t set cause = ${cause},
      customer_id = case when exists (select from touchpoint k where k.business_id = t.business_id and k.customer_id = ${keptId}
        and k.occasion_id = t.occasion_id and k.cause = ${cause}) then t.customer_id else ${keptId}::uuid end
    where t.business_id = ${businessId} and t.id = ${id}`.execute(trx);
}

/** The kept one's rows that were never to go, because the other's could not be moved to them. */
async function wakeSkipped(trx: Trx, businessId: string, { keptId, otherId }: Parted): Promise<void> {
  await sql`update touchpoint t set state = 'cancelled'
    where t.business_id = ${businessId} and t.customer_id = ${keptId} and t.state = 'skipped' and t.reason = 'merged'
      and exists (select from touchpoint o where o.business_id = t.business_id and o.customer_id = ${otherId}
        and o.occasion_id = t.occasion_id and o.cause = t.cause)`.execute(trx);
}

interface Sent {
  occasion_id: string;
  cause: string;
}

/** Nobody gets a card twice at one address: what both got as one is left out for the other. */
async function countSent(trx: Trx, businessId: string, { keptId, otherId, at }: Parted): Promise<void> {
  const { rows } = await sql<Sent & { id: string }>`
    select t.id, t.occasion_id, t.cause from touchpoint t
    join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    join message_data d on d.business_id = t.business_id and d.touchpoint_id = t.id
    join person o on o.business_id = t.business_id and o.customer_id = ${otherId}
    where t.business_id = ${businessId} and t.customer_id = ${keptId} and d.customer_id = ${keptId} and m.date >= ${at}
      and t.state in ${GOING} and t.reminder_of is null and lower(d.addresses #>> '{to,address}') = lower(o.email)
      and ${isOthersToo(otherId)}`.execute(trx);
  for (const { id, ...sent } of rows) {
    await sql`update touchpoint t set state = 'skipped', reason = 'sent as one'
      where t.business_id = ${businessId} and t.customer_id = ${otherId} and t.occasion_id = ${sent.occasion_id} and t.cause = ${sent.cause}
        and not ${FINAL}`.execute(trx);
    await sql`insert into touchpoint (business_id, id, customer_id, occasion_id, cause, occurs_on, send_on, due_at, late_at, state, reason, practice,
        card_id, created_at)
      select business_id, ${v7()}, ${otherId}, occasion_id, cause, occurs_on, send_on, due_at, late_at, 'skipped', 'sent as one', practice,
        card_id, created_at
      from touchpoint where business_id = ${businessId} and id = ${id}
      on conflict (business_id, customer_id, occasion_id, cause) do nothing`.execute(trx);
  }
}

// A card about a day or a purchase that is not theirs would never be planned for them.
const isOthersToo = (otherId: string) => sql`case split_part(t.cause, ':', 1)
  when 'date' then exists (select from date y where y.business_id = t.business_id and y.customer_id = ${otherId}
    and y.kind || case when y.label = '' then '' else '/' || y.label end = substring(t.cause from '^date:(.*):[0-9]+$'))
  when 'purchase' then exists (select from purchase u where u.business_id = t.business_id and u.customer_id = ${otherId}
    and u.id::text = substring(t.cause from 10))
  else true end`;

/** What is kept of a card goes with whose card it is, and is erased with them. */
async function followCards(trx: Trx, businessId: string, { keptId, otherId }: Parted): Promise<void> {
  for (const table of ['attempt_reply', 'personal_line', 'answer_text', 'link_visit']) {
    await sql`update ${sql.table(table)} x set customer_id = ${otherId} from touchpoint t
      where x.business_id = ${businessId} and x.customer_id = ${keptId} and t.business_id = x.business_id and t.id = x.touchpoint_id
        and t.customer_id = ${otherId}`.execute(trx);
  }
}
