import { exportAsCsv, exportCustomer } from '../../../customers/export.ts';
import type { Visit } from '../../visit.ts';

/** All that is kept about one person, to hand over to them. */
export async function exportJson(visit: Visit): Promise<Response> {
  const data = await dataOf(visit);
  return data === undefined
    ? visit.missing()
    : file(visit, 'json', 'application/json; charset=utf-8', `${JSON.stringify(data, null, 2)}\n`);
}

export async function exportCsv(visit: Visit): Promise<Response> {
  const data = await dataOf(visit);
  return data === undefined ? visit.missing() : file(visit, 'csv', 'text/csv; charset=utf-8', exportAsCsv(data));
}

async function dataOf(visit: Visit) {
  const id = visit.id('customer');
  const exported = id === undefined ? undefined : await exportCustomer(visit.db, visit.business.id, id);
  return exported?.ok ? exported.data : undefined;
}

// The name of the file names nobody: it lies in download folders.
function file({ c, now }: Visit, ending: string, type: string, content: string): Response {
  const name = `customer-${now.toISOString().slice(0, 10)}.${ending}`;
  return c.body(content, 200, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` });
}
