import type { Business } from './business.ts';
import type { Db } from './commit.ts';
import { listShops } from './members.ts';

/** What the first run asks, in its order; 'done' once the shop was switched on or its owner wished to go on alone. */
export const SETUP_STEPS = ['look', 'you', 'customers', 'cards', 'mail', 'start', 'done'] as const;
export type SetupStep = Business['setup_step'];

/** Notes that the owner came to this step, or beyond it. Going back to an earlier one forgets nothing. */
export async function reachStep(db: Db, businessId: string, step: SetupStep): Promise<void> {
  const before = SETUP_STEPS.slice(0, SETUP_STEPS.indexOf(step));
  if (before.length === 0) return;
  await db
    .updateTable('business')
    .set({ setup_step: step })
    .where('id', '=', businessId)
    .where('setup_step', 'in', before)
    .execute();
}

/**
 * Why this account may not open a shop; undefined when it may. Owners may, and so may the installation's first account. Others came by an
 * invitation to look after somebody's shop: one of their own would send by that installation's mail server.
 */
export async function whyNoShop(db: Db, accountId: string): Promise<string | undefined> {
  const shops = await listShops(db, accountId);
  if (shops.some(({ role, sample }) => role === 'owner' && !sample)) return undefined;
  const first = await db.selectFrom('auth_user').select('id').orderBy('created_at').orderBy('id').limit(1).executeTakeFirst();
  if (first?.id === accountId) return undefined;
  return 'A new shop is opened by somebody who owns one here. Ask an owner to open it for you, and to invite you into it.';
}

/** The shop that an account began last and has not set up to its end. */
export async function findBegunShop(
  db: Db,
  accountId: string,
): Promise<Pick<Business, 'id' | 'slug' | 'name' | 'postal_address'> | undefined> {
  return db
    .selectFrom('business as b')
    .innerJoin('member as m', 'm.business_id', 'b.id')
    .select(['b.id', 'b.slug', 'b.name', 'b.postal_address'])
    .where('m.user_id', '=', accountId)
    .where('m.role', '=', 'owner')
    .where('m.ended_at', 'is', null)
    .where('b.setup_step', '!=', 'done')
    .where('b.sample', '=', false)
    .orderBy('b.created_at', 'desc')
    .executeTakeFirst();
}

/** Has an account make one shop after the other: a button that was pressed twice finds what its first press made. */
export async function holdAccount(trx: Db, accountId: string): Promise<void> {
  await trx.selectFrom('auth_user').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
}

/** A short name for links, made of the shop's own: "Rosa & Fern" is 'rosa-fern', and 'rosa-fern-2' where another has that. */
export async function freeSlug(db: Db, name: string): Promise<string> {
  const wanted = slugOf(name);
  const query = db
    .selectFrom('business')
    .select('slug')
    .where((where) => where.or([where('slug', '=', wanted), where('slug', 'like', `${wanted}-%`)]));
  const taken = new Set((await query.execute()).map(({ slug }) => slug));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}

function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? 'shop' : plain;
}
