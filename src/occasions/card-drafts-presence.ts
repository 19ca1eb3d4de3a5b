import type { Actor, Db } from '../businesses/commit.ts';

/** Somebody who has a card open. `place` is what they write at, such as 'en headline'. */
export interface Presence {
  by: string;
  place: string | null;
  at: Date;
}

const FORGOTTEN_AFTER_MS = 60_000;

/** Says that somebody has this card open, and tells who else does; to be said again every half minute. */
export async function sayHere(
  db: Db,
  businessId: string,
  cardId: string,
  place: string | null,
  actor: Actor,
): Promise<Presence[]> {
  const known = await db
    .selectFrom('card')
    .select('id')
    .where('business_id', '=', businessId)
    .where('id', '=', cardId)
    .executeTakeFirst();
  if (!known) return [];
  const row = { business_id: businessId, card_id: cardId, by: actor.by, place: place?.slice(0, 100) ?? null, at: actor.now };
  await db
    .insertInto('card_presence')
    .values(row)
    .onConflict((conflict) => conflict.columns(['business_id', 'card_id', 'by']).doUpdateSet({ place: row.place, at: row.at }))
    .execute();
  await db
    .deleteFrom('card_presence')
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .where('at', '<=', forgotten(actor.now))
    .execute();
  return (await whoIsHere(db, businessId, cardId, actor.now)).filter(({ by }) => by !== actor.by);
}

/** Who has a card open, the latest first; forgotten 60 s after their last word. */
export async function whoIsHere(db: Db, businessId: string, cardId: string, now: Date): Promise<Presence[]> {
  return db
    .selectFrom('card_presence')
    .select(['by', 'place', 'at'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .where('at', '>', forgotten(now))
    .orderBy('at', 'desc')
    .orderBy('by')
    .execute();
}

function forgotten(now: Date): Date {
  return new Date(now.getTime() - FORGOTTEN_AFTER_MS);
}
