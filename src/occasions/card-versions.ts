import type { Actor, Db } from '../businesses/commit.ts';
import type { CompiledCard } from '../cards/compile.ts';
import type { Look } from '../cards/look.ts';
import type { Words } from '../cards/words.ts';

interface NewVersion {
  businessId: string;
  cardId: string;
  n: number;
  mjml: string;
  look?: Look;
  ownLook?: Look;
  source?: 'slots' | 'mjml';
  words: Record<string, Words>;
  cards: CompiledCard[];
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

/** Stores what was compiled. Versions are never written again: what was sent with one can always be shown. */
export async function storeCardVersion(db: Db, version: NewVersion, actor: Actor): Promise<void> {
  const key = { business_id: version.businessId, card_id: version.cardId, n: version.n };
  const look = JSON.stringify(version.look ?? {});
  const ownLook = JSON.stringify(version.ownLook ?? {});
  await db
    .insertInto('card_version')
    .values({
      ...key,
      mjml: version.mjml,
      look,
      own_look: ownLook,
      source: version.source ?? 'slots',
      by: actor.by,
      at: actor.now,
    })
    .execute();
  const wordings = version.cards.map(({ language, subject, html, text, hash }) => {
    return { ...key, language, words: JSON.stringify(version.words[language]), subject, html, text, hash };
  });
  await db.insertInto('card_wording').values(wordings).execute();
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
