import type { Selectable } from 'kysely';
import { keepChange } from '../businesses/change.ts';
import type { Actor, Db } from '../businesses/commit.ts';
import type { CompiledCard } from '../cards/card.ts';
import type { Look } from '../cards/look.ts';
import type { Words } from '../cards/words.ts';
import type { Database } from '../database/schema.ts';

interface NewVersion {
  businessId: string;
  cardId: string;
  mjml: string;
  words: Record<string, Words>;
  look: Look;
  ownLook: Look;
  source: 'slots' | 'mjml';
  cards: CompiledCard[];
}

/** The card, which nobody else changes, publishes or takes for an occasion before this transaction ends. */
export async function lockCard(trx: Db, businessId: string, cardId: string): Promise<Selectable<Database['card']> | undefined> {
  const query = trx.selectFrom('card').selectAll().where('business_id', '=', businessId).where('id', '=', cardId);
  return query.forUpdate().executeTakeFirst();
}

/** The newest version of a card, with the hash of each of its wordings. */
export async function latestCardVersion(
  db: Db,
  businessId: string,
  cardId: string,
): Promise<{ n: number; hashes: string[] } | undefined> {
  const rows = await db
    .selectFrom('card_wording')
    .select(['n', 'hash'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .orderBy('n', 'desc')
    .execute();
  const n = rows[0]?.n;
  return n === undefined ? undefined : { n, hashes: rows.filter((row) => row.n === n).map((row) => row.hash) };
}

/**
 * Stores what was compiled as the next version of a card that is locked. Versions are never written again: what was sent with one can
 * always be shown.
 */
export async function storeNextVersion(trx: Db, version: NewVersion, actor: Actor): Promise<number> {
  const { businessId, cardId, mjml, words, look, ownLook, source, cards } = version;
  const n = ((await latestCardVersion(trx, businessId, cardId))?.n ?? 0) + 1;
  const key = { business_id: businessId, card_id: cardId, n };
  const looks = { look: JSON.stringify(look), own_look: JSON.stringify(ownLook) };
  await trx
    .insertInto('card_version')
    .values({ ...key, ...looks, mjml, source, by: actor.by, at: actor.now })
    .execute();
  const wordings = cards.map(({ language, subject, html, text, hash }) => {
    return { ...key, language, words: JSON.stringify(words[language]), subject, html, text, hash };
  });
  await trx.insertInto('card_wording').values(wordings).execute();
  await keepChange(trx, { businessId, what: 'card published', after: { cardId, version: n } }, actor);
  return n;
}

/** What a version was made of. */
export interface CardVersionContent {
  n: number;
  by: string;
  at: Date;
  mjml: string;
  words: Record<string, Words>;
  /** All that it was published with, the shop's own included. */
  look: Look;
  /** What the card itself sets, above the shop's. */
  ownLook: Look;
  source: 'slots' | 'mjml';
}

/** One version of a card, the newest for null; undefined if there is none. */
export async function readCardVersion(
  db: Db,
  businessId: string,
  cardId: string,
  n: number | null,
): Promise<CardVersionContent | undefined> {
  const query = db.selectFrom('card_version').selectAll().where('business_id', '=', businessId).where('card_id', '=', cardId);
  const row = await (n === null ? query.orderBy('n', 'desc').limit(1) : query.where('n', '=', n)).executeTakeFirst();
  if (!row) return undefined;
  const wordings = await db
    .selectFrom('card_wording')
    .select(['language', 'words'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .where('n', '=', row.n)
    .orderBy('language')
    .execute();
  const words = Object.fromEntries(wordings.map((wording) => [wording.language, wording.words as Words]));
  const { mjml, look, own_look: ownLook, source, by, at } = row;
  return { n: row.n, by, at, mjml, words, look, ownLook: ownLook as Look, source };
}
