import { html } from 'hono/html';
import { memberNames } from '../../../businesses/members.ts';
import { type ListedRun, listImports } from '../../../customers/import/report.ts';
import { dropImport, LARGEST_FILE, TOO_LARGE } from '../../../customers/import/runs.ts';
import { lookAtImport } from '../../../customers/import/work.ts';
import { moment } from '../../days.ts';
import { readDropped } from '../../dropped.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, icon, pager, type Piece, pill, problemBox } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { count, fileName, outcome, statePill, who } from './words.ts';

const A_PAGE = 30;
/** A file up to this size is read while its sender waits: less than a second. */
const READ_AT_ONCE = 1024 * 1024;

/** Where a file is dropped, and what became of those before. */
export async function listPage(visit: Visit, problem?: string): Promise<Response> {
  const runs = await listImports(visit.db, visit.business.id, A_PAGE + 1, idIn(visit.c.req.query('before')));
  const names = await memberNames(visit.db, visit.business.id);
  const content = html`<div class="head">
      <div>
        <h1>Import customers</h1>
        <p>Drop the file that you have. You see first what it would do, and afterwards it can be taken back.</p>
      </div>
    </div>
    ${dropForm(visit, problem)} ${pastImports(visit, runs.slice(0, A_PAGE), names)}
    ${pager({ next: runs.length > A_PAGE ? visit.href(`/imports?before=${runs[A_PAGE - 1]?.id}`) : undefined })}`;
  return membersPage(visit, { title: 'Import customers', section: 'customers', content, ...(problem && { status: 422 }) });
}

/** Takes a file, and goes on to what it holds. */
export async function dropFile(visit: Visit): Promise<Response> {
  const file = await readDropped(visit.c, 'file');
  if (!file || file.bytes.length === 0) return listPage(visit, 'Choose a file first. If you did, it is empty.');
  const dropped = await dropImport(visit.db, visit.business.id, file, visit.actor);
  if (!dropped.ok) return listPage(visit, dropped.reason);
  if (file.bytes.length <= READ_AT_ONCE) await lookAtImport(visit.db, visit.business.id, dropped.id, visit.now);
  return after(visit, `/imports/${dropped.id}`);
}

function dropForm(visit: Visit, problem: string | undefined): Html {
  return html`<form method="post" action="${visit.href('/imports')}" enctype="multipart/form-data">
    ${problemBox(problem)}
    <div data-drop="send">
      ${icon('upload')}
      <label for="imports-file">Drop a file here, or choose one</label>
      <input
        id="imports-file"
        type="file"
        name="file"
        accept=".csv,.tsv,.txt,.vcf,.vcard,text/csv,text/vcard"
        aria-describedby="imports-kinds"
        data-most="${LARGEST_FILE}"
        data-too-large="${TOO_LARGE}"
        required
      />
      <p class="hint" id="imports-kinds">
        A table saved as CSV (from Excel, Google Contacts, Outlook, Square, Shopify, Mailchimp or your own), or address cards
        (.vcf). Up to 50 MB.
      </p>
      ${button('Read this file', { kind: 'main', icon: 'file-text' })}
    </div>
  </form>`;
}

function pastImports(visit: Visit, runs: ListedRun[], names: Map<string, string>): Piece {
  if (runs.length === 0) return '';
  return html`<h2 class="imports-title">Imports so far</h2>
    <ul class="rows imports-past">
      ${runs.map((run) => pastImport(visit, run, names))}
    </ul>`;
}

function pastImport({ href, business, now }: Visit, run: ListedRun, names: Map<string, string>): Html {
  return html`<li>
    <div>
      <a href="${href(`/imports/${run.id}`)}">${fileName(run)}</a>
      ${statePill(run)} ${run.open > 0 ? pill(count(run.open, 'question'), 'warn') : ''}
    </div>
    <p>${outcome(run)}</p>
    <p class="quiet">${moment(run.started_at, business.zone, now)}, by ${who(run.by, names)}</p>
  </li>`;
}
