import type { Actor, Db } from '../../src/businesses/commit.ts';
import { findComing } from '../../src/touchpoints/coming.ts';
import { approveTouchpoints } from '../../src/touchpoints/decide.ts';

/** Approves cards as they stand, as somebody does who has just looked at them. */
export async function approve(db: Db, businessId: string, ids: string[], actor: Actor): Promise<string[]> {
  const seen = await Promise.all(ids.map((id) => findComing(db, businessId, id)));
  return approveTouchpoints(db, businessId, { ids, shown: seen.flatMap((card) => card?.shown ?? []) }, actor);
}
