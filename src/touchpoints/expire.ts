import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/**
 * Ends what has not gone by its late limit, each with its reason; blocked ones keep theirs. One that may have arrived already does not
 * expire: it stays uncertain, for a member to look at. Returns whether there may be more.
 */
export async function expireTouchpoints(db: Db, now: Date, limit = 5000): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with late as (
      select t.business_id, t.id, b.paused_at, exists (
          select from attempt a where a.business_id = t.business_id and a.touchpoint_id = t.id and a.stage = 'uncertain'
        ) as unsure
      from touchpoint t join business b on b.id = t.business_id
      where t.late_at <= ${now} and t.state in ('planned', 'waiting', 'held', 'blocked', 'deferred')
      order by t.late_at limit ${limit} for update of t skip locked
    )
    update touchpoint t set next_at = null, queued_until = null,
      state = case when late.unsure then 'uncertain' else 'expired' end,
      reason = case
        when late.unsure then coalesce(t.reason, 'interrupted')
        when t.state = 'blocked' then coalesce(t.reason, 'late')
        when t.state = 'waiting' then 'not approved'
        when t.state = 'held' then 'held'
        when late.paused_at is not null then 'business paused'
        when t.reason in ('no connection', 'sign-in refused') then t.reason
        when t.state = 'deferred' then 'not taken in time'
        else 'late' end
    from late where t.business_id = late.business_id and t.id = late.id
    returning t.id`.execute(db);
  return rows.length === limit;
}
