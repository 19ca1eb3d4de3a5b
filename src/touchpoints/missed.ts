import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day, TouchpointState } from '../database/schema.ts';

/** A card that was due and did not go. */
export interface MissedCard {
  id: string;
  customerId: string;
  customer: string;
  occasion: string;
  day: Day;
  state: TouchpointState;
  reason: string | null;
  lateAt: Date;
  /** The customer was erased. */
  gone: boolean;
}

/** What expired, was skipped or was refused, the latest day first, from before a place on. */
export async function listMissed(
  db: Db,
  businessId: string,
  { to, before }: { to: Day; before?: { day: Day; id: string } | undefined },
  limit: number,
): Promise<MissedCard[]> {
  const rest =
    before === undefined ? sql`t.send_on <= ${to}` : sql`(t.send_on, t.id) < (${before.day}::date, ${before.id}::uuid)`;
  const { rows } = await sql<MissedCard>`
    select t.id, t.customer_id as "customerId", p.customer_id is null as gone,
      coalesce(${called}, 'Somebody who was erased') as customer,
      o.name as occasion, t.send_on as day, t.state, t.reason, t.late_at as "lateAt"
    from touchpoint t join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${businessId} and t.state in ('expired', 'skipped', 'rejected') and ${rest}
    order by t.send_on desc, t.id desc limit ${limit}`.execute(db);
  return rows;
}
