import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** What a job carries of a touchpoint: its key, and nothing else. */
export interface Ref {
  businessId: string;
  id: string;
}

/**
 * Marks up to `limit` due touchpoints as on their way to a worker and returns their keys, the longest due first. The mark fades
 * after `markMs` (60 s) on the database's clock: whatever a queue loses is simply due again, so this is enqueuer and sweeper in one.
 */
export async function takeDue(db: Db, now: Date, limit: number, markMs = 60_000): Promise<Ref[]> {
  const { rows } = await sql<Ref>`/* prepared: take due */
    update touchpoint t set queued_until = clock_timestamp() + ${markMs} * interval '1 millisecond'
    from (
      select t.business_id, t.id from touchpoint t join business b on b.id = t.business_id
      where t.state in ('planned', 'deferred') and coalesce(t.next_at, t.due_at) <= ${now} and t.late_at > ${now}
        and (t.queued_until is null or t.queued_until <= clock_timestamp()) and b.paused_at is null
      order by coalesce(t.next_at, t.due_at) limit ${limit} for update of t skip locked
    ) due
    where t.business_id = due.business_id and t.id = due.id
    returning t.business_id as "businessId", t.id`.execute(db);
  return rows;
}

/** Takes the mark off again, when the queue could not be told: the next look finds them. */
export async function untakeDue(db: Db, refs: readonly Ref[]): Promise<void> {
  await sql`
    update touchpoint t set queued_until = null
    from unnest(${refs.map((ref) => ref.businessId)}::uuid[], ${refs.map((ref) => ref.id)}::uuid[]) as r(business_id, id)
    where t.business_id = r.business_id and t.id = r.id and t.state in ('planned', 'deferred')`.execute(db);
}
