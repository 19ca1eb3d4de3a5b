import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day, TouchpointState } from '../database/schema.ts';

/** One touchpoint as a member reads it. */
export interface BoardRow {
  id: string;
  /** Full name, else the address. */
  customer: string;
  email: string | null;
  /** The occasion's slug. */
  occasion: string;
  day: Day;
  dueAt: Date;
  /** The clock by which it goes: the customer's, else the business's. */
  zone: string;
  state: TouchpointState;
  reason: string | null;
  messageId: string | null;
}

/** What goes, went or does not go on the days from `from` to `to`, both inclusive, by day, hour and customer. */
export async function boardOf(db: Db, businessId: string, from: Day, to: Day): Promise<BoardRow[]> {
  const { rows } = await sql<BoardRow>`
    select t.id, coalesce(${called}, 'Somebody who was erased') as customer, p.email,
      o.slug as occasion, t.send_on as day, t.due_at as "dueAt", coalesce(p.zone, b.zone) as zone, t.state, t.reason, m.message_id as "messageId"
    from touchpoint t
    join business b on b.id = t.business_id
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${businessId} and t.send_on between ${from} and ${to}
    order by t.send_on, t.due_at, customer, o.rank, t.id`.execute(db);
  return rows;
}
