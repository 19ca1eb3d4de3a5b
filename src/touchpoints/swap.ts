import { sql } from 'kysely';
import { type Actor, type Db, type Outcome, refused } from '../businesses/commit.ts';
import { decide, type Decided, somebody, tooLate, unstarted } from './decision.ts';
import { previewTouchpoint } from './preview.ts';

/**
 * Gives one customer another of the shop's cards this time; null gives the occasion's own back. An approval counted for the card that was
 * approved: where the occasion asks first, it asks again. `before` is the card that was chosen until now, null for the occasion's own.
 */
export async function swapCard(
  db: Db,
  businessId: string,
  id: string,
  cardId: string | null,
  actor: Actor,
): Promise<Outcome<{ before: string | null }>> {
  const problem = cardId === null ? undefined : await misfit(db, businessId, id, cardId);
  if (problem) return refused(problem);
  let before: string | null = null;
  const reached = await decide(db, businessId, { what: 'card swapped', ids: [id], planNow: true }, actor, async (trx) => {
    const { rows } = await sql<Decided & { chosen: string | null }>`
      update touchpoint t set card_id = ${cardId === null ? sql`o.card_id` : sql`${cardId}::uuid`},
        swapped_at = ${cardId === null ? null : actor.now}::timestamptz, swapped_by = ${cardId === null ? null : actor.by}, ${askAgain}
      from touchpoint was join occasion o on o.business_id = was.business_id and o.id = was.occasion_id
      where t.business_id = ${businessId} and t.id = ${id} and was.business_id = t.business_id and was.id = t.id
        and t.state in ('planned', 'waiting', 'held', 'blocked') and ${somebody} and ${unstarted}
      returning t.id, t.customer_id, case when was.swapped_at is not null then was.card_id end as chosen`.execute(trx);
    before = rows[0]?.chosen ?? null;
    return rows.map((row) => ({ ...row, before: { card: row.chosen }, after: { card: cardId } }));
  });
  return reached.length === 0 ? tooLate(db, businessId, id) : { ok: true, before };
}

/** What was approved is no longer what goes. `o` is the occasion of `t`. */
export const askAgain = sql`approved_at = null, approved_by = null, card_version = null,
  state = case when t.state in ('held', 'blocked') then t.state when o.mode = 'ask' then 'waiting' else 'planned' end`;

async function misfit(db: Db, businessId: string, id: string, cardId: string): Promise<string | undefined> {
  const query = db.selectFrom('card').select('archived_at').where('business_id', '=', businessId).where('id', '=', cardId);
  const card = await query.executeTakeFirst();
  if (!card || card.archived_at !== null) return 'There is no such card. Choose one of your own.';
  const preview = await previewTouchpoint(db, businessId, id, { pictures: 'https://preview.invalid/', cardId });
  if (!preview && !(await isPublished(db, businessId, cardId))) return 'This card was never published. Publish it first.';
  if (!preview) return (await tooLate(db, businessId, id)).reason;
  return preview.errors.length === 0 ? undefined : `This card does not fit here: ${preview.errors.join(' ')}`;
}

async function isPublished(db: Db, businessId: string, cardId: string): Promise<boolean> {
  const query = db.selectFrom('card_version').select('n').where('business_id', '=', businessId).where('card_id', '=', cardId);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}
