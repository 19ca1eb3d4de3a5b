import { addBusiness, businessById } from '../businesses/business.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { addMember, listShops } from '../businesses/members.ts';
import type { NewBusiness } from '../businesses/read-business.ts';
import { findBegunShop, freeSlug, holdAccount, whyNoShop } from '../businesses/setup.ts';
import { addDefaultOccasions } from './occasion.ts';

const MOST_SHOPS = 50;

/** A shop of this account's own, with its occasions and their cards, in practice, at the first step of its first run. Asked twice, it is the same. */
export async function addShop(
  db: Db,
  accountId: string,
  asked: Omit<NewBusiness, 'slug' | 'live' | 'sample' | 'setup'>,
  actor: Actor,
): Promise<Outcome<{ id: string; slug: string }>> {
  const obstacle = await whyNoShop(db, accountId);
  if (obstacle) return refused(obstacle);
  const shops = await listShops(db, accountId);
  if (shops.length >= MOST_SHOPS) return refused(`One account can be in ${MOST_SHOPS} shops.`);
  return inOneCommit(db, async (trx): Promise<Outcome<{ id: string; slug: string }>> => {
    await holdAccount(trx, accountId);
    const begun = await findBegunShop(trx, accountId);
    if (begun?.name === asked.name.trim() && begun.postal_address === asked.postalAddress.trim()) return { ok: true, ...begun };
    const slug = await freeSlug(trx, asked.name);
    const added = await addBusiness(trx, { ...asked, slug, setup: true }, actor);
    if (!added.ok) return added;
    const business = (await businessById(trx, added.id))!;
    await addMember(trx, added.id, { accountId, role: 'owner' }, actor);
    await addDefaultOccasions(trx, business, actor);
    return { ok: true, id: added.id, slug };
  });
}
