import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import { lookOf } from '../businesses/look.ts';
import type { CompiledCard } from '../cards/card.ts';
import type { Look } from '../cards/look.ts';
import type { Workshop } from '../cards/workshop.ts';
import { isStillWorn, lookTogether } from './card-look.ts';
import { type CardVersionContent, latestCardVersion, lockCard, readCardVersion, storeNextVersion } from './card-versions.ts';
import { compileWordings } from './card-wordings.ts';

/**
 * Publishes a business's cards anew in the look that it has now: the same design and words, the next version; what a card sets itself stays above it. What
 * would be the same is left alone. Cards that were put away too: each may be brought back. `unfit` names cards that do not compile so and stay as they are.
 */
export async function relookCards(
  db: Db,
  workshop: Pick<Workshop, 'compile'>,
  businessId: string,
  actor: Actor,
): Promise<{ published: number; unfit: string[] }> {
  let published = 0;
  const unfit: string[] = [];
  const shop = await lookOf(db, businessId);
  for (const { id, name } of await listCards(db, businessId)) {
    const version = await readCardVersion(db, businessId, id, null);
    if (!version) continue;
    const look = lookTogether(shop, version.ownLook);
    const { cards, problems } = await compileWordings(workshop.compile, { ...version, look });
    if (problems.length > 0) unfit.push(name);
    else if (await storeNext(db, businessId, id, { ...version, look, cards }, actor)) published += 1;
  }
  return { published, unfit };
}

function listCards(db: Db, businessId: string): Promise<{ id: string; name: string }[]> {
  return db.selectFrom('card').select(['id', 'name']).where('business_id', '=', businessId).orderBy('id').execute();
}

/** False when it would be the same, or somebody published another version or changed the look again meanwhile: that one was made with the newer look. */
async function storeNext(
  db: Db,
  businessId: string,
  cardId: string,
  { n: former, ...next }: CardVersionContent & { look: Look; cards: CompiledCard[] },
  actor: Actor,
): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    if (!(await isStillWorn(trx, businessId, next))) return false;
    await lockCard(trx, businessId, cardId);
    const latest = await latestCardVersion(trx, businessId, cardId);
    if (latest?.n !== former || next.cards.every(({ hash }) => latest.hashes.includes(hash))) return false;
    await storeNextVersion(trx, { businessId, cardId, ...next }, actor);
    return true;
  });
}
