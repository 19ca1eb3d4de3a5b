import { sql } from 'kysely';
import { type Db, inOneCommit } from '../businesses/commit.ts';
import { markForReplan } from '../customers/replan.ts';

/**
 * Ends what has not gone by its late limit, each with its reason; blocked ones keep theirs. One that may have arrived already does not
 * expire: it stays uncertain, for a member to look at. Returns whether there may be more.
 */
export async function expireTouchpoints(db: Db, now: Date, limit = 5000): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    await replanWhoWaited(trx, now, limit);
    return expireLate(trx, now, limit);
  });
}

/** A card that never went counts for no gap: its customer's next one of the kind may go now. Customers are locked before their rows. */
async function replanWhoWaited(db: Db, now: Date, limit: number): Promise<void> {
  const { rows } = await sql<{ businessId: string; ids: string[] }>`
    select business_id as "businessId", array_agg(customer_id) as ids from (
      select t.business_id, t.customer_id from touchpoint t
      join occasion o on o.business_id = t.business_id and o.id = t.occasion_id and o.min_gap_days is not null
      where t.late_at <= ${now} and t.state in ('planned', 'waiting', 'held', 'blocked', 'deferred') order by t.late_at limit ${limit}
    ) as late group by business_id order by business_id`.execute(db);
  for (const { businessId, ids } of rows) await markForReplan(db, businessId, ids, now);
}

async function expireLate(db: Db, now: Date, limit: number): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`/* prepared: expire */
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
