import type { Business } from '../businesses/business.ts';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { lookFrom } from '../businesses/look.ts';
import { type CompiledCard, compileCard } from '../cards/compile.ts';
import type { Look } from '../cards/look.ts';
import { lookTogether } from './card-checks.ts';
import { type CardVersionContent, latestCardVersion, readCardVersion, storeCardVersion } from './card-versions.ts';

/**
 * Publishes a business's cards anew in the look that it has now: the same design and words, the next version; what a card sets itself stays above it. What
 * would be the same is left alone. `unfit` names cards that do not compile so and stay as they are.
 */
export async function relookCards(
  db: Db,
  business: Pick<Business, 'id' | 'accent' | 'second' | 'logo'>,
  actor: Actor,
): Promise<{ published: number; unfit: string[] }> {
  let published = 0;
  const unfit: string[] = [];
  for (const { id, name } of await listCards(db, business.id)) {
    const version = await readCardVersion(db, business.id, id, null);
    if (!version) continue;
    const look = lookTogether(lookFrom(business), version.ownLook);
    const cards = await compileAll(version, look);
    if (cards === undefined) unfit.push(name);
    else if (await storeNext(db, business.id, id, { ...version, look, cards }, actor)) published += 1;
  }
  return { published, unfit };
}

function listCards(db: Db, businessId: string): Promise<{ id: string; name: string }[]> {
  const query = db.selectFrom('card').select(['id', 'name']).where('business_id', '=', businessId);
  return query.where('archived_at', 'is', null).orderBy('id').execute();
}

async function compileAll({ mjml, words }: CardVersionContent, look: Look): Promise<CompiledCard[] | undefined> {
  const cards: CompiledCard[] = [];
  for (const [language, own] of Object.entries(words)) {
    const compiled = await compileCard({ mjml, words: own, language, look });
    if (!compiled.ok) return undefined;
    cards.push(compiled.card);
  }
  return cards.length === 0 ? undefined : cards;
}

type Next = CardVersionContent & { cards: CompiledCard[] };

/** False when it would be the same, or somebody published another version meanwhile: that one was made with the new look. */
async function storeNext(
  db: Db,
  businessId: string,
  cardId: string,
  { n: former, ...next }: Next,
  actor: Actor,
): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    const lock = trx.selectFrom('card').select('id').where('business_id', '=', businessId).where('id', '=', cardId);
    await lock.forUpdate().executeTakeFirst();
    const latest = await latestCardVersion(trx, businessId, cardId);
    if (latest?.n !== former || next.cards.every(({ hash }) => latest.hashes.includes(hash))) return false;
    const n = former + 1;
    await storeCardVersion(trx, { businessId, cardId, n, ...next }, actor);
    await keepChange(trx, { businessId, what: 'card published', after: { cardId, version: n } }, actor);
    return true;
  });
}
