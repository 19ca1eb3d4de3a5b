import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** The next customers whom a card reaches, one line for each: the touchpoint's id and who it is. */
export async function comingWith(
  db: Db,
  businessId: string,
  cardId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  // In the order of the index of coming cards, so that it is left after the first few.
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, 'Somebody without a name') as name
    from (
      select id, customer_id, send_on, due_at from touchpoint
      where business_id = ${businessId} and card_id = ${cardId} and state in ('planned', 'waiting', 'held', 'blocked')
      order by send_on, due_at, id limit ${limit}
    ) t
    join person p on p.business_id = ${businessId} and p.customer_id = t.customer_id
    order by t.send_on, t.due_at, t.id`.execute(db);
  return rows;
}
