import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** The next customers whom a card reaches, one line for each: the touchpoint's id and who it is. */
export async function comingWith(
  db: Db,
  businessId: string,
  cardId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  // The first of each occasion, read off its index, and of these the first of all.
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, 'Somebody without a name') as name
    from occasion o
    cross join lateral (
      select t.id, t.customer_id, t.send_on from touchpoint t
      where t.business_id = o.business_id and t.occasion_id = o.id and t.state in ('planned', 'waiting', 'held', 'blocked') and t.card_id = ${cardId}
      order by t.send_on, t.id limit ${limit}
    ) t
    join person p on p.business_id = o.business_id and p.customer_id = t.customer_id
    where o.business_id = ${businessId}
    order by t.send_on, t.id limit ${limit}`.execute(db);
  return rows;
}
