import { undoChange } from '../../../customers/undo.ts';
import { planNow } from '../../../touchpoints/plan.ts';
import { textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';

/** Takes one change back, from the bar at the top or from the history. */
export async function postUndo(visit: Visit): Promise<Response> {
  const id = visit.id('customer');
  const change = idIn(textOf(await visit.form(), 'change'));
  if (id === undefined || change === undefined) return visit.missing();
  const undone = await undoChange(visit.db, visit.business.id, id, change, visit.actor);
  if (undone === undefined) return visit.missing();
  if (!undone.ok) return after(visit, `/customers/${id}`, { say: undone.reason });
  await planNow(visit.db, visit.business.id, [id], visit.now);
  return after(visit, undone.customerId ? `/customers/${undone.customerId}` : '/customers', { say: 'That was taken back.' });
}
