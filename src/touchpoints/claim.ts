import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Ref } from './due.ts';
import type { Reason } from './reasons.ts';

/** A touchpoint that is ours to send. Every later write says `where fence = …`; zero rows changed means that it is no longer ours. */
export interface Claim extends Ref {
  fence: number;
}

/**
 * Leases those of `refs` that are due and that nobody else holds, for `leaseMs` on the database's clock. A row that fails to come
 * back belongs to someone else, or is no longer due.
 */
export async function claimTouchpoints(db: Db, refs: readonly Ref[], now: Date, leaseMs: number): Promise<Claim[]> {
  const { rows } = await sql<Claim>`/* prepared: claim */
    update touchpoint t set state = 'leased', lease_until = ${until(leaseMs)}, fence = t.fence + 1, queued_until = null
    from (
      select t.business_id, t.id
      from unnest(${businessesOf(refs)}::uuid[], ${idsOf(refs)}::uuid[]) as r(business_id, id)
      join touchpoint t on t.business_id = r.business_id and t.id = r.id
      join business b on b.id = t.business_id
      where t.state in ('planned', 'deferred') and coalesce(t.next_at, t.due_at) <= ${now} and t.late_at > ${now} and b.paused_at is null
      for update of t skip locked
    ) free
    where t.business_id = free.business_id and t.id = free.id
    returning t.business_id as "businessId", t.id, t.fence`.execute(db);
  return rows;
}

/** Says that we live and still hold these. */
export async function renewClaims(db: Db, claims: readonly Claim[], leaseMs: number): Promise<void> {
  await sql`/* prepared: renew claims */
    update touchpoint t set lease_until = ${until(leaseMs)}
    from ${held(claims)}
    where t.business_id = r.business_id and t.id = r.id and t.fence = r.fence and t.state in ('leased', 'handing over')`.execute(
    db,
  );
}

/**
 * Gives back what certainly was not sent: due again after `pauseMs`, and `reason` is what it expires with. One whose message is frozen
 * stays deferred, so that it goes out with the same bytes. Harmless for claims that are no longer ours.
 */
export async function giveBack(db: Db, claims: readonly Claim[], now: Date, pauseMs = 0, reason?: Reason): Promise<void> {
  await sql`
    update touchpoint t set lease_until = null, queued_until = ${until(pauseMs)}, reason = coalesce(${reason ?? null}, t.reason),
      state = case when m.touchpoint_id is null then 'planned' else 'deferred' end,
      next_at = case when m.touchpoint_id is null then null else coalesce(t.next_at, ${now}) end
    from ${held(claims)} left join message m on m.business_id = r.business_id and m.touchpoint_id = r.id
    where t.business_id = r.business_id and t.id = r.id and t.fence = r.fence and t.state in ('leased', 'handing over')`.execute(
    db,
  );
}

function held(claims: readonly Claim[]) {
  return sql`unnest(${businessesOf(claims)}::uuid[], ${idsOf(claims)}::uuid[], ${claims.map(({ fence }) => fence)}::int[]) as r(business_id, id, fence)`;
}

function until(ms: number) {
  return sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

function businessesOf(refs: readonly Ref[]): string[] {
  return refs.map((ref) => ref.businessId);
}

function idsOf(refs: readonly Ref[]): string[] {
  return refs.map((ref) => ref.id);
}
