import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { lookOf } from '../businesses/look.ts';
import { checkCard } from '../cards/check.ts';
import type { CompiledCard } from '../cards/card.ts';
import { compileCard } from '../cards/compile.ts';
import { type GalleryCard, readGalleryCard } from '../cards/gallery.ts';
import type { Look } from '../cards/look.ts';
import { describeProblem } from '../cards/problems.ts';
import { isStillWorn } from './card-look.ts';
import { latestCardVersion, storeNextVersion } from './card-versions.ts';
import { compileWordings } from './card-wordings.ts';

interface CardVersion {
  cardId: string;
  version: number;
}

export interface Wording extends CardVersion {
  language: string;
  card: CompiledCard;
}

/**
 * Gives a business one of the ready cards, in its own colours and with its logo; the card it already has when nothing about it changed, else its next version.
 * The gallery is ours, so a card of it that does not compile is thrown, not told.
 */
export async function publishGalleryCard(
  db: Db,
  business: Pick<Business, 'id'>,
  galleryName: string,
  actor: Actor,
): Promise<CardVersion> {
  const design = await readGalleryCard(galleryName);
  if (!design) throw new Error(`No card "${galleryName}" in the gallery`);
  const look = await lookOf(db, business.id);
  const cards = await compileGallery(design, look);
  const published = await inOneCommit(db, async (trx) => {
    if (!(await isStillWorn(trx, business.id, { look, ownLook: {} }))) return undefined;
    const known = await lockGalleryCard(trx, business.id, galleryName);
    const cardId = known ?? (await addCard(trx, business.id, design.title, galleryName));
    const latest = await latestCardVersion(trx, business.id, cardId);
    if (latest && sameHashes(latest.hashes, cards)) return { cardId, version: latest.n };
    const { mjml, words } = design;
    const card = { businessId: business.id, cardId, mjml, words, look, ownLook: {}, source: 'slots' as const, cards };
    return { cardId, version: await storeNextVersion(trx, card, actor) };
  });
  return published ?? publishGalleryCard(db, business, galleryName, actor);
}

/**
 * A card's words, ready to be filled in: of one version, or of the latest for null; in the first of the wanted languages that it
 * has ('de-AT' is content with 'de'), else in English, else in the first it has. The bulky sources are read once and then kept.
 */
export async function findWording(
  db: Db,
  businessId: string,
  cardId: string,
  version: number | null,
  languages: string[],
): Promise<Wording | undefined> {
  const rows = await db
    .selectFrom('card_wording')
    .select(['n', 'language', 'hash'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .where('n', '=', (from) =>
      version === null
        ? from
            .selectFrom('card_version')
            .select(({ fn }) => fn.max('n').as('n'))
            .where('business_id', '=', businessId)
            .where('card_id', '=', cardId)
        : from.val(version),
    )
    .orderBy('language')
    .execute();
  const chosen = chooseWording(rows, languages);
  if (!chosen) return undefined;
  const card = known.get(chosen.hash) ?? (await readCard(db, businessId, cardId, chosen));
  return { cardId, version: chosen.n, language: chosen.language, card: keep(card) };
}

async function compileGallery({ name, mjml, words }: GalleryCard, look: Look): Promise<CompiledCard[]> {
  const { cards, problems } = await compileWordings(compileCard, { mjml, words, look });
  if (problems[0]) throw new Error(`Gallery card "${name}": ${describeProblem(problems[0])}`);
  return cards;
}

async function addCard(db: Db, businessId: string, name: string, gallery: string | null): Promise<string> {
  const id = v7();
  await db.insertInto('card').values({ business_id: businessId, id, name, gallery }).execute();
  return id;
}

async function lockGalleryCard(db: Db, businessId: string, gallery: string): Promise<string | undefined> {
  const query = db.selectFrom('card').select('id').where('business_id', '=', businessId).where('gallery', '=', gallery);
  return (await query.where('archived_at', 'is', null).orderBy('id').forUpdate().executeTakeFirst())?.id;
}

function sameHashes(hashes: string[], cards: CompiledCard[]): boolean {
  return hashes.length === cards.length && cards.every(({ hash }) => hashes.includes(hash));
}

/** The wording for somebody who reads these languages, as `findWording` chooses it. */
export function chooseWording<T extends { language: string }>(rows: T[], languages: string[]): T | undefined {
  const wanted = [...languages.flatMap((language) => [language, language.split('-')[0] ?? language]), 'en'];
  const lower = wanted.map((language) => language.toLowerCase());
  const found = lower.map((language) => rows.find((row) => row.language.toLowerCase() === language)).find(Boolean);
  return found ?? rows[0];
}

async function readCard(
  db: Db,
  businessId: string,
  cardId: string,
  { n, language }: { n: number; language: string },
): Promise<CompiledCard> {
  const sources = await db
    .selectFrom('card_wording')
    .select(['language', 'subject', 'html', 'text', 'hash'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .where('n', '=', n)
    .where('language', '=', language)
    .executeTakeFirstOrThrow();
  // Which fields it uses, and cannot do without, is read off the sources again rather than stored beside them.
  const { fields, required } = checkCard(sources);
  return { ...sources, fields, required };
}

// A hash stands for the same sources always, whatever database they were read from. At most some 50 MB.
const MOST_KNOWN = 300;
const known = new Map<string, CompiledCard>();

function keep(card: CompiledCard): CompiledCard {
  known.delete(card.hash);
  known.set(card.hash, card);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return card;
}
