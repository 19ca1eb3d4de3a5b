import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** The next customers whom a card reaches, one line for each: the touchpoint's id and who it is. */
export async function comingWith(
  db: Db,
  businessId: string,
  cardId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, 'Somebody without a name') as name
    from touchpoint t
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${businessId} and t.card_id = ${cardId} and t.state in ('planned', 'waiting', 'held', 'blocked')
      and t.occasion_id = any(array(select id from occasion where business_id = ${businessId}))
    order by t.send_on, t.id limit ${limit}`.execute(db);
  return rows;
}
