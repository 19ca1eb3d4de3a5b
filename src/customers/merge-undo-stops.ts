import { sql } from 'kysely';
import { v7 } from 'uuid';
import { keepChanges } from '../businesses/change.ts';
import type { Actor, Db } from '../businesses/commit.ts';
import { isOfOne, type Merge } from './merge-memory.ts';
import type { Stop } from './stops.ts';

/** The other's stops, as they stood: whatever was lifted since was lifted for the one whom both were. */
export async function returnStops(trx: Db, businessId: string, { keptId, otherId, was }: Merge): Promise<void> {
  await sql`
    update stop set customer_id = ${otherId},
      lifted_at = case when id = any(${was.stood}::uuid[]) then null else lifted_at end,
      lifted_by = case when id = any(${was.stood}::uuid[]) then null else lifted_by end
    where business_id = ${businessId} and customer_id = ${keptId} and id = any(${was.moved.stop}::uuid[])`.execute(trx);
}

/**
 * Whoever said no while both were one may be either of them, so it holds for both: on the customer, whatever address each has then. Returns
 * how many such stops there are. Called before anything is given back.
 */
export async function holdSince(
  trx: Db,
  businessId: string,
  merge: Merge & { email: string | null },
  actor: Actor,
): Promise<number> {
  const since = await stopsSince(trx, businessId, merge);
  for (const customerId of [merge.keptId, merge.otherId]) {
    const has = await standingOn(trx, businessId, merge, customerId);
    const missing = since.filter((stop) => !has.some((one) => isSame(one, stop)));
    await copyTo(trx, businessId, customerId, missing, actor);
  }
  return since.length;
}

type Copied = Pick<Stop, 'kind' | 'occasion_id' | 'date_kind' | 'until' | 'by' | 'at'>;

const COPIED = sql`kind, occasion_id, date_kind, until, by, at`;

/** On the customer; and what their address asked for, because what stood already was not noted on the customer again. */
async function stopsSince(
  trx: Db,
  businessId: string,
  { keptId, at, was, email }: Merge & { email: string | null },
): Promise<Copied[]> {
  const before = [...was.keptStops, ...was.moved.stop];
  const { rows } = await sql<Copied>`
    select ${COPIED} from stop where business_id = ${businessId} and customer_id = ${keptId} and lifted_at is null
      and id <> all(${before}::uuid[])
    union all
    select ${COPIED} from stop where business_id = ${businessId} and email_hash = email_hash(${email}) and customer_id is null
      and lifted_at is null and kind in ('unsubscribed', 'complained') and at >= ${at}
    order by at`.execute(trx);
  return rows.filter((stop, n) => rows.findIndex((one) => isSame(one, stop)) === n);
}

/** What will stand on this one, and on whom they may yet be parted into, once the other's are given back. */
async function standingOn(trx: Db, businessId: string, { id, keptId, was }: Merge, customerId: string): Promise<Copied[]> {
  const { rows } = await sql<Copied>`
    select ${COPIED} from stop where business_id = ${businessId} and customer_id = ${keptId} and ${
      customerId === keptId
        ? sql`lifted_at is null and id <> all(${was.moved.stop}::uuid[])`
        : sql`id = any(${was.stood}::uuid[])`
    } and not ${isOfOne(sql`${customerId}::uuid`, id)}`.execute(trx);
  return rows;
}

function isSame(one: Copied, two: Copied): boolean {
  return (
    one.kind === two.kind && one.occasion_id === two.occasion_id && one.date_kind === two.date_kind && one.until === two.until
  );
}

async function copyTo(trx: Db, businessId: string, customerId: string, stops: Copied[], actor: Actor): Promise<void> {
  if (stops.length === 0) return;
  const own = { business_id: businessId, customer_id: customerId, email_hash: null };
  await trx
    .insertInto('stop')
    .values(stops.map((stop) => ({ ...stop, ...own, id: v7() })))
    .execute();
  const told = stops.map(({ kind, occasion_id: occasionId, date_kind: dateKind, until }) => ({
    kind,
    occasionId,
    dateKind,
    until,
  }));
  await keepChanges(
    trx,
    told.map((after) => ({ businessId, customerId, what: 'stop added', after })),
    actor,
  );
}
