import { type OpenMerge, openMerge } from '../../../customers/merge-memory.ts';
import { undoMerge } from '../../../customers/merge-undo.ts';
import { planWith } from '../../../touchpoints/plan.ts';
import { after } from '../../members-page.ts';
import { type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import type { ChangeLine } from './changes.ts';
import { lookUp } from './look-up.ts';

export function undoPath(customerId: string, mergeId: string): string {
  return `/customers/${customerId}/merges/${mergeId}/undo`;
}

/** Beside the line that tells of the merge, as long as it can be undone. */
export function undoMergePress(
  { href }: Visit,
  customerId: string,
  { what, after: told }: ChangeLine,
  open: OpenMerge | undefined,
  label = 'Undo the merge',
): Piece {
  const merge = (told as { merge?: string } | null)?.merge;
  if (what !== 'customers merged' || open === undefined || merge !== open.id) return '';
  return press(href(undoPath(customerId, open.id)), label, { icon: 'undo-2', says: 'Undo the merge' });
}

/** Two again of one, as they were. */
export async function postUndoMerge(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const mergeId = visit.id('merge');
  if (mergeId === undefined) return visit.missing();
  const { db, business, actor, now } = visit;
  const { id } = found.profile.customer;
  const other = (await openMerge(db, business.id, id, now))?.otherId;
  const ids = other === undefined ? [id] : [id, other];
  const undone = await planWith(db, business.id, ids, now, (trx) =>
    undoMerge(trx, business.id, { customerId: id, mergeId }, actor),
  );
  const path = `/customers/${id}`;
  if (undone === undefined) return after(visit, path, { say: 'There is nothing to undo here any more.' });
  if (!undone.ok) return after(visit, path, { say: undone.reason });
  const fields = Object.fromEntries(undone.fromOther.map((name) => [name, 'two']));
  const again = { path: `${path}/merge/${undone.otherId}`, fields, label: 'Join them again' };
  return after(visit, path, { say: partedWords(undone), undo: again });
}

interface Undone {
  kept: string;
  other: string;
  since: boolean;
  stopped: boolean;
}

function partedWords({ kept, other, since, stopped }: Undone): string {
  const two = kept === other ? `There are two entries of ${kept} again.` : `${kept} and ${other} are two customers again.`;
  const stays = since ? ' What happened since stays with this one.' : '';
  return `${two}${stays}${stopped ? ' What was stopped since is stopped for both.' : ''}`;
}
