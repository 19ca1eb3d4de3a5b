import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { lookOf } from '../businesses/look.ts';
import { checkCard } from '../cards/check.ts';
import { type CompiledCard, compileCard } from '../cards/compile.ts';
import { readGalleryCard } from '../cards/gallery.ts';
import type { Look } from '../cards/look.ts';
import { describeProblem } from '../cards/problems.ts';
import type { Words } from '../cards/words.ts';
import { latestCardVersion, storeCardVersion } from './card-versions.ts';

export interface CardDesign {
  name: string;
  mjml: string;
  /** By language. */
  words: Record<string, Words>;
  look?: Look;
}

interface CardVersion {
  cardId: string;
  version: number;
}

export interface Wording extends CardVersion {
  language: string;
  card: CompiledCard;
}

/**
 * Publishes a new card, or the next version of one (`cardId`), compiled in all its languages; else each problem as a sentence. For designs that come from
 * us: what members type is compiled in the workshop and checked for everybody (cards-publish.ts).
 */
export async function publishCard(
  db: Db,
  businessId: string,
  design: CardDesign,
  actor: Actor,
  cardId?: string,
): Promise<Outcome<CardVersion>> {
  const compiled = await compileAll(design);
  if (!compiled.ok) return compiled;
  return inOneCommit(db, async (trx) => {
    const id = cardId ?? (await addCard(trx, businessId, design.name, null));
    if (!(await lockCard(trx, businessId, id))) return refused('There is no such card.');
    const own = design.look === undefined ? design : { ...design, ownLook: design.look };
    return { ok: true, cardId: id, version: await storeNext(trx, businessId, id, own, compiled.cards, actor) };
  });
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
  const compiled = await compileAll({ name: design.title, mjml: design.mjml, words: design.words, look });
  if (!compiled.ok) throw new Error(`Gallery card "${galleryName}": ${compiled.reason}`);
  return inOneCommit(db, async (trx) => {
    const known = await lockGalleryCard(trx, business.id, galleryName);
    const cardId = known ?? (await addCard(trx, business.id, design.title, galleryName));
    const latest = await latestCardVersion(trx, business.id, cardId);
    if (latest && sameHashes(latest.hashes, compiled.cards)) return { cardId, version: latest.n };
    const version = await storeNext(trx, business.id, cardId, { ...design, look, name: design.title }, compiled.cards, actor);
    return { cardId, version };
  });
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

async function compileAll(design: CardDesign): Promise<Outcome<{ cards: CompiledCard[] }>> {
  const { mjml, look } = design;
  const cards: CompiledCard[] = [];
  const problems: string[] = [];
  for (const [language, words] of Object.entries(design.words)) {
    const compiled = await compileCard({ mjml, words, language, ...(look === undefined ? {} : { look }) });
    if (compiled.ok) cards.push(compiled.card);
    else problems.push(...compiled.problems.map(describeProblem));
  }
  if (problems.length > 0) return refused([...new Set(problems)].join('\n'));
  return cards.length === 0 ? refused('The card has no words yet. Word it in at least one language.') : { ok: true, cards };
}

async function addCard(db: Db, businessId: string, name: string, gallery: string | null): Promise<string> {
  const id = v7();
  await db.insertInto('card').values({ business_id: businessId, id, name, gallery }).execute();
  return id;
}

async function lockCard(db: Db, businessId: string, cardId: string): Promise<boolean> {
  const query = db.selectFrom('card').select('id').where('business_id', '=', businessId).where('id', '=', cardId);
  return (await query.forUpdate().executeTakeFirst()) !== undefined;
}

async function lockGalleryCard(db: Db, businessId: string, gallery: string): Promise<string | undefined> {
  const query = db.selectFrom('card').select('id').where('business_id', '=', businessId).where('gallery', '=', gallery);
  return (await query.where('archived_at', 'is', null).orderBy('id').forUpdate().executeTakeFirst())?.id;
}

function sameHashes(hashes: string[], cards: CompiledCard[]): boolean {
  return hashes.length === cards.length && cards.every(({ hash }) => hashes.includes(hash));
}

async function storeNext(
  db: Db,
  businessId: string,
  cardId: string,
  design: CardDesign,
  cards: CompiledCard[],
  actor: Actor,
): Promise<number> {
  const n = ((await latestCardVersion(db, businessId, cardId))?.n ?? 0) + 1;
  await storeCardVersion(db, { businessId, cardId, n, ...design, cards }, actor);
  await keepChange(db, { businessId, what: 'card published', after: { cardId, version: n } }, actor);
  return n;
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
