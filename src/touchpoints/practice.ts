import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import { type SentCard, sentRows, type SentSource, withSubject } from './sent.ts';

// What practice kept, of all businesses: the operator's outbox.

/** The newest practice cards of all businesses. */
export async function listPractice(db: Db, { limit, offset }: { limit: number; offset: number }): Promise<SentCard[]> {
  const { rows } =
    await sql<SentSource>`${sentRows} where t.practice order by m.date desc, t.id desc limit ${limit} offset ${offset}`.execute(
      db,
    );
  const wordings = new Map();
  return Promise.all(rows.map((row) => withSubject(db, row, wordings)));
}

export async function findPractice(db: Db, touchpointId: string): Promise<SentCard | undefined> {
  // Through the businesses, because the key leads with them.
  const { rows } =
    await sql<SentSource>`${sentRows} where t.id = ${touchpointId} and t.business_id = any(array(select id from business)) and t.practice`.execute(
      db,
    );
  return rows[0] && withSubject(db, rows[0], new Map());
}

export async function countPractice(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from touchpoint t join message m on m.business_id = t.business_id and m.touchpoint_id = t.id where t.practice`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** The card that goes next, of any business that is not live yet. */
export async function nextPractice(db: Db, everything: boolean): Promise<{ at: Date; zone: string; name: string } | undefined> {
  const { rows } = await sql<{ at: Date; zone: string; name: string }>`
    select coalesce(t.next_at, t.due_at) as at, coalesce(p.zone, b.zone) as zone,
      ${called} as name
    from touchpoint t
    join business b on b.id = t.business_id and b.paused_at is null and (b.live_at is null or ${everything})
    join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.state in ('planned', 'deferred') order by coalesce(t.next_at, t.due_at) limit 1`.execute(db);
  return rows[0];
}
