import type { Business } from '../businesses/business.ts';
import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { lookFrom } from '../businesses/look.ts';
import { type CompiledCard, compileCard } from '../cards/compile.ts';
import { lookTogether } from './card-checks.ts';
import { type CardVersionContent, latestCardVersion, lockCard, readCardVersion, storeNextVersion } from './card-versions.ts';
import { compileWordings } from './card-wordings.ts';

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
    const { cards, problems } = await compileWordings(compileCard, { ...version, look });
    if (problems.length > 0) unfit.push(name);
    else if (await storeNext(db, business.id, id, { ...version, look, cards }, actor)) published += 1;
  }
  return { published, unfit };
}

function listCards(db: Db, businessId: string): Promise<{ id: string; name: string }[]> {
  const query = db.selectFrom('card').select(['id', 'name']).where('business_id', '=', businessId);
  return query.where('archived_at', 'is', null).orderBy('id').execute();
}

/** False when it would be the same, or somebody published another version meanwhile: that one was made with the new look. */
async function storeNext(
  db: Db,
  businessId: string,
  cardId: string,
  { n: former, ...next }: CardVersionContent & { cards: CompiledCard[] },
  actor: Actor,
): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    await lockCard(trx, businessId, cardId);
    const latest = await latestCardVersion(trx, businessId, cardId);
    if (latest?.n !== former || next.cards.every(({ hash }) => latest.hashes.includes(hash))) return false;
    await storeNextVersion(trx, { businessId, cardId, ...next }, actor);
    return true;
  });
}
