import type { Actor, Db, Outcome } from '../../src/businesses/commit.ts';
import { findComing } from '../../src/touchpoints/coming.ts';
import { approveTouchpoints } from '../../src/touchpoints/decide.ts';
import { sendNow } from '../../src/touchpoints/hurry.ts';

/** Approves cards as they stand, as somebody does who has just looked at them. */
export async function approve(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  const seen = await Promise.all(ids.map((id) => findComing(db, businessId, id)));
  return approveTouchpoints(db, businessId, { ids, shown: seen.flatMap((card) => card?.shown ?? []) }, actor);
}

/** Sends a card now as it stands. */
export async function sendAtOnce(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const seen = await findComing(db, businessId, id);
  return sendNow(db, businessId, { id, shown: seen?.shown ?? '' }, actor);
}
