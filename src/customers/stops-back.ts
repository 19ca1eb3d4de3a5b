import { sql } from 'kysely';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, type Outcome, refused } from '../businesses/commit.ts';
import { type Customer, touchCustomers } from './lock.ts';
import { holdReach, reachesAddress } from './reach.ts';
import { liftHeld, listStops, type Stop } from './stops.ts';

/**
 * Takes back the stop that this actor set at this moment, a slip of the hand: whatever kind it is, and a pause whose place it took stands again.
 * The caller holds the customer.
 */
export async function takeBackStop(
  trx: Db,
  customer: Customer,
  { kind, at, by }: { kind: string; at: Date; by: string },
  actor: Actor,
): Promise<Outcome<{ lifted: number }>> {
  const { business_id: businessId, id } = customer;
  const reach = await holdReach(trx, businessId, 'unsubscribed', { customerId: id });
  if ('reason' in reach) return reach;
  const theirs = (await listStops(trx, businessId, id)).filter(
    (stop) => stop.kind === kind && stop.by === by && +stop.at === +at,
  );
  if (theirs.length === 0) return refused('This stop was lifted already.');
  await standAgain(trx, businessId, id, { at, by });
  const stopIds = theirs.map((stop) => stop.id);
  return {
    ok: true,
    lifted: await liftHeld(trx, businessId, stopIds, reachesAddress(theirs[0]?.kind ?? 'paused') ? reach.ids : [id], actor),
  };
}

/** Sets again what this actor lifted at this moment. The caller holds the customer. */
export async function resetStops(
  trx: Db,
  customer: Customer,
  { at, by }: { at: Date; by: string },
  actor: Actor,
): Promise<Outcome<{ added: number }>> {
  const { business_id: businessId, id } = customer;
  const reach = await holdReach(trx, businessId, 'unsubscribed', { customerId: id });
  if ('reason' in reach) return reach;
  const kinds = await standAgain(trx, businessId, id, { at, by });
  if (kinds.length === 0) return refused('These stops stand again already.');
  const ids = kinds.some(reachesAddress) ? reach.ids : [id];
  await touchCustomers(trx, businessId, ids, actor);
  const changes = ids.flatMap((customerId) =>
    kinds.map((kind) => ({ businessId, customerId, what: 'stop added', after: { kind } })),
  );
  await keepChanges(trx, changes, actor);
  return { ok: true, added: kinds.length };
}

/** What this actor lifted at this moment, of this customer or their address. */
async function standAgain(
  trx: Db,
  businessId: string,
  id: string,
  { at, by }: { at: Date; by: string },
): Promise<Stop['kind'][]> {
  const { rows } = await sql<{ kind: Stop['kind'] }>`
    update stop s set lifted_at = null, lifted_by = null
    where s.business_id = ${businessId} and s.lifted_at = ${at} and s.lifted_by = ${by} and (s.customer_id = ${id} or s.email_hash = (
      select email_hash(email_key) from person where business_id = ${businessId} and customer_id = ${id}))
    returning s.kind`.execute(trx);
  return rows.map(({ kind }) => kind);
}
