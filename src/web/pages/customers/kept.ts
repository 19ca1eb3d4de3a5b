import { lastChangeBy } from '../../../customers/undo.ts';
import { planNow } from '../../../touchpoints/plan.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';

/** The answer after a change of a customer: what was done, the way back, and the coming cards planned already when the page shows them. */
export async function kept(visit: Visit, id: string, say: string, path = `/customers/${id}`): Promise<Response> {
  const { db, business, actor, now } = visit;
  const change = await lastChangeBy(db, business.id, id, actor);
  await planNow(db, business.id, [id], now);
  const undo = change ? { undo: { path: `/customers/${id}/undo`, fields: { change } } } : {};
  return after(visit, path, { say, ...undo });
}
