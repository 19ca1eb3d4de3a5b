import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';

const LOOKED_AT = 2_000;

/** The next customers whom a card reaches, one line for each: the touchpoint's id and who it is. */
export async function comingWith(
  db: Db,
  businessId: string,
  cardId: string,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  // Among the first coming cards, in the order of their index: one that comes rarely is not looked for among all of a month.
  const { rows } = await sql<{ id: string; name: string }>`
    select t.id, coalesce(${called}, 'Somebody without a name') as name
    from (
      select id, customer_id, send_on, due_at from (
        select id, card_id, customer_id, send_on, due_at from touchpoint
        where business_id = ${businessId} and state in ('planned', 'waiting', 'held', 'blocked')
        order by send_on, due_at, id limit ${LOOKED_AT}
      ) first where card_id = ${cardId} limit ${limit}
    ) t
    join person p on p.business_id = ${businessId} and p.customer_id = t.customer_id
    order by t.send_on, t.due_at, t.id`.execute(db);
  return rows;
}
