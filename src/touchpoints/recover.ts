import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** A touchpoint that was being worked on at this many deaths is set aside: it may be what kills. */
const MOST_CRASHES = 5;

const LIMIT = 1000;

/**
 * Finds what dead workers held, by leases that ran out on the database's clock. Each further death under one touchpoint makes it wait
 * `pauseMs` longer, so that a card that kills leaves room for the others. Returns whether there was any.
 */
export async function recoverTouchpoints(db: Db, now: Date, pauseMs = 10_000): Promise<boolean> {
  const unsent = await recoverLeased(db, pauseMs);
  const unsure = await recoverHandingOver(db, now);
  return unsent + unsure > 0;
}

// Nothing of it can have left.
async function recoverLeased(db: Db, pauseMs: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`/* prepared: recover leased */
    update touchpoint t set crashes = crashes + 1, lease_until = null,
      queued_until = clock_timestamp() + crashes * ${pauseMs} * interval '1 millisecond',
      state = case when crashes + 1 >= ${MOST_CRASHES} then 'blocked' when next_at is null then 'planned' else 'deferred' end,
      reason = case when crashes + 1 >= ${MOST_CRASHES} then 'crashed' else reason end
    from (
      select business_id, id from touchpoint where state = 'leased' and lease_until < clock_timestamp()
      order by lease_until limit ${LIMIT} for update skip locked
    ) dead
    where t.business_id = dead.business_id and t.id = dead.id
    returning t.id`.execute(db);
  return rows.length;
}

// The server may have taken the message. Where the business wants it sent once more, it goes with the same bytes while it is in time.
async function recoverHandingOver(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ id: string }>`/* prepared: recover handing over */
    with dead as (
      select t.business_id, t.id, t.fence,
        b.uncertain_policy = 'retry' and t.crashes + 1 < ${MOST_CRASHES} and t.late_at > ${now} as again
      from touchpoint t join business b on b.id = t.business_id
      where t.state = 'handing over' and t.lease_until < clock_timestamp()
      order by t.lease_until limit ${LIMIT} for update of t skip locked
    ), attempted as (
      update attempt a set stage = 'uncertain', at = ${now} from dead
      where a.business_id = dead.business_id and a.touchpoint_id = dead.id and a.fence = dead.fence and a.stage = 'handing over'
    )
    update touchpoint t set crashes = crashes + 1, lease_until = null, queued_until = null, reason = 'interrupted',
      state = case when dead.again then 'deferred' else 'uncertain' end,
      next_at = case when dead.again then ${now} else t.next_at end
    from dead where t.business_id = dead.business_id and t.id = dead.id
    returning t.id`.execute(db);
  return rows.length;
}
