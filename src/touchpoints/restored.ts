import { sql } from 'kysely';
import { type Db, inOneCommit } from '../businesses/commit.ts';

/**
 * After a restore: what was due since the backup may have gone out already, and what was on its way then has surely ended. Both become
 * uncertain, so that nothing sends them again by itself; a shop that only practises is left alone. Returns how many.
 */
export async function doubtRestored(db: Db, now: Date): Promise<number> {
  return inOneCommit(db, async (trx) => {
    const { rows } = await sql`
      update touchpoint t set state = 'uncertain', reason = 'restored', lease_until = null, next_at = null, queued_until = null
      from business b where b.id = t.business_id and b.live_at is not null
        and (t.state in ('leased', 'handing over') or t.state in ('planned', 'deferred') and coalesce(t.next_at, t.due_at) <= ${now})
      returning t.id`.execute(trx);
    return rows.length;
  });
}
