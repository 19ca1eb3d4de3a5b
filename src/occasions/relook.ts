import type { Business } from '../businesses/business.ts';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { lookFrom } from '../businesses/look.ts';
import { type CompiledCard, compileCard } from '../cards/compile.ts';
import type { Look } from '../cards/look.ts';
import type { Words } from '../cards/words.ts';
import { latestCardVersion, storeCardVersion } from './card-versions.ts';

interface Published {
  cardId: string;
  name: string;
  n: number;
  mjml: string;
  words: Record<string, Words>;
}

/**
 * Publishes a business's cards anew in the look that it has now: the same design and words, the next version. A card whose colours were
 * chosen for itself keeps them (its look is neither empty nor the business's `former` one). `unfit` names cards that do not compile so and stay as they are.
 */
export async function relookCards(
  db: Db,
  business: Pick<Business, 'id' | 'accent' | 'second' | 'logo'>,
  former: Look,
  actor: Actor,
): Promise<{ published: number; unfit: string[] }> {
  const look = lookFrom(business);
  const cards = await followers(db, business.id, former);
  let published = 0;
  const unfit: string[] = [];
  for (const card of cards) {
    const compiled = await compileAll(card, look);
    if (compiled === undefined) unfit.push(card.name);
    else if (await storeNext(db, business.id, card, look, compiled, actor)) published += 1;
  }
  return { published, unfit };
}

/** The latest versions of those cards that wear the business's look, or none of their own. */
async function followers(db: Db, businessId: string, former: Look): Promise<Published[]> {
  const versions = await db
    .selectFrom('card as c')
    .innerJoin('card_version as v', (join) => join.onRef('v.business_id', '=', 'c.business_id').onRef('v.card_id', '=', 'c.id'))
    .distinctOn('c.id')
    .select(['c.id as cardId', 'c.name', 'v.n', 'v.mjml', 'v.look'])
    .where('c.business_id', '=', businessId)
    .where('c.archived_at', 'is', null)
    .orderBy('c.id')
    .orderBy('v.n', 'desc')
    .execute();
  const following = versions.filter(
    ({ look }) => isPlain(look) || JSON.stringify(sorted(look)) === JSON.stringify(sorted(former)),
  );
  if (following.length === 0) return [];
  const wordings = await db
    .selectFrom('card_wording')
    .select(['card_id', 'n', 'language', 'words'])
    .where('business_id', '=', businessId)
    .where(
      'card_id',
      'in',
      following.map(({ cardId }) => cardId),
    )
    .execute();
  return following.map(({ look: _look, ...version }) => {
    const own = wordings.filter((row) => row.card_id === version.cardId && row.n === version.n);
    return { ...version, words: Object.fromEntries(own.map((row) => [row.language, row.words as Words])) };
  });
}

function isPlain(look: object): boolean {
  return Object.keys(look).length === 0;
}

/** With its keys in one order, so that two are alike when they say the same. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

async function compileAll({ mjml, words }: Published, look: Look): Promise<CompiledCard[] | undefined> {
  const cards: CompiledCard[] = [];
  for (const [language, own] of Object.entries(words)) {
    const compiled = await compileCard({ mjml, words: own, language, look });
    if (!compiled.ok) return undefined;
    cards.push(compiled.card);
  }
  return cards.length === 0 ? undefined : cards;
}

/** False when it would be the same, or somebody published another version meanwhile: that one was made with the new look. */
async function storeNext(
  db: Db,
  businessId: string,
  card: Published,
  look: Look,
  cards: CompiledCard[],
  actor: Actor,
): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    const lock = trx.selectFrom('card').select('id').where('business_id', '=', businessId).where('id', '=', card.cardId);
    await lock.forUpdate().executeTakeFirst();
    const latest = await latestCardVersion(trx, businessId, card.cardId);
    if (latest?.n !== card.n || cards.every(({ hash }) => latest.hashes.includes(hash))) return false;
    const { cardId, mjml, words } = card;
    await storeCardVersion(trx, { businessId, cardId, n: card.n + 1, mjml, words, look, cards }, actor);
    await keepChange(trx, { businessId, what: 'card published', after: { cardId, version: card.n + 1 } }, actor);
    return true;
  });
}
