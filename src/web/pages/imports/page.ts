import { findImport } from '../../../customers/import/report.ts';
import type { Visit } from '../../visit.ts';
import { columnsPage } from './columns.ts';
import { progressPage } from './progress.ts';
import { reportPage } from './report.ts';
import { triedPage } from './tried.ts';

/** One import, wherever it is on its way: what it asks, how far it is, or what it did. */
export async function importPage(visit: Visit): Promise<Response> {
  const id = visit.id('import');
  const found = id && (await findImport(visit.db, visit.business.id, id));
  if (!found) return visit.missing();
  const { run, look, trial } = found;
  const was = visit.c.req.query('was');
  // The page that waits has what it waited for: another page follows, with its own title.
  if (visit.fragment && was !== undefined && was !== run.state) {
    visit.c.header('HX-Refresh', 'true');
    return visit.c.body(null, 200);
  }
  if (['looking', 'trying', 'running', 'paused', 'undoing'].includes(run.state)) return progressPage(visit, found);
  if (run.state === 'tried' && trial && visit.c.req.query('columns') === undefined) return triedPage(visit, { ...found, trial });
  if ((run.state === 'asking' || run.state === 'tried') && look) return columnsPage(visit, { ...found, look });
  return reportPage(visit, found);
}
