import type { Business } from './business.ts';
import type { Db } from './commit.ts';

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
