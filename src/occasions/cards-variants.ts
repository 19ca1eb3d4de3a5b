import { sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { refuseAutomatic } from './card-checks.ts';
import { problemWithCards } from './occasion-parts.ts';

/** A card that an occasion sends; `version` is its newest, null before the first. */
export interface Variant {
  cardId: string;
  name: string;
  version: number | null;
}

const MOST = 5;

/** The cards that an occasion sends in turn, in their order: one, or several. */
export async function listVariants(db: Db, businessId: string, occasionId: string): Promise<Variant[]> {
  const { rows } = await sql<Variant>`
    select c.id as "cardId", c.name, (select max(v.n) from card_version v where v.business_id = c.business_id and v.card_id = c.id) as version
    from (
      select o.card_id, 0 as position from occasion o where o.business_id = ${businessId} and o.id = ${occasionId}
      union all
      select v.card_id, v.position from occasion_card v join occasion o on o.business_id = v.business_id and o.id = v.occasion_id
      where v.business_id = ${businessId} and v.occasion_id = ${occasionId} and v.card_id <> o.card_id
    ) x
    join card c on c.business_id = ${businessId} and c.id = x.card_id
    order by x.position`.execute(db);
  return rows;
}

/**
 * Gives an occasion its cards, which its customers get in turn: each one they have not had. The first is the occasion's own. What is planned is planned
 * anew; what a member chose or approved stays.
 */
export async function setVariants(
  db: Db,
  businessId: string,
  occasionId: string,
  cardIds: string[],
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const [first, ...others] = cardIds;
  if (first === undefined) return refused('An occasion needs a card.');
  if (new Set(cardIds).size !== cardIds.length) return refused('Each card can stand in the list once.');
  if (cardIds.length > MOST) return refused(`An occasion has at most ${MOST} cards in turn.`);
  const unfit = await unfitCard(db, businessId, occasionId, cardIds, actor.now);
  if (unfit) return refused(unfit);
  return inOneCommit(db, async (trx) => {
    const query = trx.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('id', '=', occasionId);
    const occasion = await query.forUpdate().executeTakeFirst();
    if (!occasion) return refused('There is no such occasion.');
    const problem = await problemWithCards(trx, businessId, cardIds);
    if (problem) return refused(problem);
    const before = (await listVariants(trx, businessId, occasionId)).map(({ cardId }) => cardId);
    if (before.join() === cardIds.join()) return { ok: true, changed: false };
    await writeVariants(trx, businessId, occasionId, { first, others, now: actor.now });
    const { slug } = occasion;
    await keepChange(
      trx,
      { businessId, what: 'occasion changed', before: { slug, cards: before }, after: { slug, cards: cardIds } },
      actor,
    );
    return { ok: true, changed: true };
  });
}

/** An automatic occasion takes no card that fails for one of its customers; those that it has already were tried. */
async function unfitCard(
  db: Db,
  businessId: string,
  occasionId: string,
  cardIds: string[],
  now: Date,
): Promise<string | undefined> {
  const query = db.selectFrom('occasion').select('mode').where('business_id', '=', businessId).where('id', '=', occasionId);
  if ((await query.executeTakeFirst())?.mode !== 'automatic') return undefined;
  const known = (await listVariants(db, businessId, occasionId)).map(({ cardId }) => cardId);
  for (const cardId of cardIds.filter((id) => !known.includes(id))) {
    const unfit = await refuseAutomatic(db, businessId, { cardId, occasionId }, now);
    if (unfit) return unfit;
  }
  return undefined;
}

async function writeVariants(
  db: Db,
  businessId: string,
  occasionId: string,
  { first, others, now }: { first: string; others: string[]; now: Date },
): Promise<void> {
  const key = { business_id: businessId, occasion_id: occasionId };
  await db.deleteFrom('occasion_card').where('business_id', '=', businessId).where('occasion_id', '=', occasionId).execute();
  const rows = others.map((card_id, at) => ({ ...key, card_id, position: at + 1 }));
  if (rows.length > 0) await db.insertInto('occasion_card').values(rows).execute();
  await db
    .updateTable('occasion')
    .set({ card_id: first, replan_at: now })
    .where('business_id', '=', businessId)
    .where('id', '=', occasionId)
    .execute();
}
