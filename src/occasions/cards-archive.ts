import { sql } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { lockCard } from './card-versions.ts';

/** Puts a card away: it is offered for no occasion any more. What was sent with it can still be shown. */
export async function archiveCard(db: Db, businessId: string, cardId: string, actor: Actor): Promise<Outcome> {
  return inOneCommit(db, async (trx) => {
    const card = await lockCard(trx, businessId, cardId);
    if (!card) return refused('There is no such card.');
    const users = await occasionsWith(trx, businessId, cardId);
    if (users.length > 0)
      return refused(`“${card.name}” is used for ${listed(users.map(({ name }) => name))}. Choose another card there first.`);
    if (card.archived_at !== null) return { ok: true };
    await setArchived(trx, businessId, cardId, actor.now);
    await keepChange(trx, { businessId, what: 'card archived', after: { cardId, name: card.name } }, actor);
    return { ok: true };
  });
}

export async function unarchiveCard(db: Db, businessId: string, cardId: string, actor: Actor): Promise<Outcome> {
  return inOneCommit(db, async (trx) => {
    if (!(await setArchived(trx, businessId, cardId, null))) return refused('There is no such card.');
    await keepChange(trx, { businessId, what: 'card brought back', after: { cardId } }, actor);
    return { ok: true };
  });
}

/** Occasions that send a card, alone or in turn, whatever their mode; those put away excepted. */
export async function occasionsWith(
  db: Db,
  businessId: string,
  cardId: string,
): Promise<{ id: string; slug: string; name: string; mode: 'off' | 'ask' | 'automatic' }[]> {
  const { rows } = await sql<{ id: string; slug: string; name: string; mode: 'off' | 'ask' | 'automatic' }>`
    select o.id, o.slug, o.name, o.mode from occasion o
    where o.business_id = ${businessId} and o.archived_at is null and (o.card_id = ${cardId} or exists (
      select from occasion_card v where v.business_id = o.business_id and v.occasion_id = o.id and v.card_id = ${cardId}))
    order by o.rank, o.slug`.execute(db);
  return rows;
}

async function setArchived(db: Db, businessId: string, cardId: string, at: Date | null): Promise<boolean> {
  const update = db.updateTable('card').set({ archived_at: at }).where('business_id', '=', businessId).where('id', '=', cardId);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

function listed(names: string[]): string {
  return new Intl.ListFormat('en').format(names.map((name) => `“${name}”`));
}
