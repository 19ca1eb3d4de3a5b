import { html } from 'hono/html';
import { memberNames } from '../../../businesses/members.ts';
import {
  type FoundImport,
  type ImportQuestion,
  listQuestions,
  listRefused,
  type RefusedRow,
} from '../../../customers/import/report.ts';
import type { ImportRun } from '../../../customers/import/runs.ts';
import { moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, icon, linkButton, type Piece, press } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { head } from './head.ts';
import { refusedRows } from './tried.ts';
import { capital, count, number, who } from './words.ts';

const A_PAGE = 50;
const REFUSED_SHOWN = 20;

/** What an import did, what it asks, and how it is taken back. */
export async function reportPage(visit: Visit, found: FoundImport): Promise<Response> {
  const { run } = found;
  const { db, business } = visit;
  const names = await memberNames(db, business.id);
  const questions = await listQuestions(db, business.id, run.id, A_PAGE + 1, placeIn(visit.c.req.query('after')));
  const refused = await listRefused(db, business.id, run.id, REFUSED_SHOWN);
  const content = html`${head(visit, found, begun(visit, run, names))}
  ${run.trouble ? html`<p class="problem">${run.trouble}</p>` : ''} ${undoneWords(visit, run, names)} ${tiles(run)}
  ${stoppedWords(run)} ${questionsPart(visit, run, questions)} ${refusedPart(visit, run, refused)} ${undoPart(visit, run)}`;
  return membersPage(visit, { title: 'What the import did', section: 'customers', content });
}

function placeIn(text: string | undefined): { line: number; id: string } | undefined {
  const [line, id] = (text ?? '').split('.');
  const known = idIn(id);
  return known !== undefined && /^\d{1,9}$/.test(line ?? '') ? { line: Number(line), id: known } : undefined;
}

function begun({ business, now }: Visit, run: ImportRun, names: Map<string, string>): string {
  const when = `${moment(run.started_at, business.zone, now)}, by ${who(run.by, names)}.`;
  if (run.state === 'cancelled')
    return `${when} It was stopped before its end: what is in stays in. The same file again completes it.`;
  if (run.state === 'elsewhere')
    return `${when} It was begun on the command line, and has not ended. The same file again completes it.`;
  return when;
}

function tiles(run: ImportRun): Html {
  return html`<ul class="imports-tiles box">
    <li><strong>${number(run.created)}</strong> new</li>
    <li><strong>${number(run.updated)}</strong> changed</li>
    <li><strong>${number(run.unchanged)}</strong> as they were</li>
    <li><strong>${number(run.rejected)}</strong> refused</li>
  </ul>`;
}

function undoneWords({ business, now }: Visit, run: ImportRun, names: Map<string, string>): Piece {
  if (run.state !== 'undone' || run.undone_at === null) return '';
  const { removed, restored, left_alone: alone, stopped } = run;
  const said = [
    `${capital(who(run.undone_by, names))} took this back on ${moment(run.undone_at, business.zone, now)}.`,
    removed > 0 && `${count(removed, 'customer')} went again.`,
    restored > 0 && `${count(restored, 'customer is', 'customers are')} as before.`,
    alone > 0 && `${count(alone, 'customer was', 'customers were')} left alone, because something happened with them since.`,
    stopped > 0 && 'Who unsubscribed stays so: nothing is sent to those addresses.',
  ];
  return html`<p class="imports-notice">${said.filter((sentence) => sentence !== false).join(' ')}</p>`;
}

function stoppedWords({ stopped, state }: ImportRun): Piece {
  if (stopped === 0 || state === 'undone') return '';
  return html`<p class="imports-notice">
    ${icon('hand')} By this file ${count(stopped, 'person has', 'people have')} unsubscribed, or an address that no longer works.
    Nothing is sent to them; each one’s page says so.
  </p>`;
}

function questionsPart(visit: Visit, run: ImportRun, questions: ImportQuestion[]): Piece {
  if (questions.length === 0) return '';
  const at = visit.href(`/imports/${run.id}/questions`);
  const last = questions[A_PAGE - 1];
  return html`<section class="imports-part">
    <div class="head">
      <div>
        <h2 id="questions">Single values in doubt</h2>
        <p>These customers came in without that value. Fill it in on their page, then tick it off.</p>
      </div>
      ${press(at, 'Tick off all', { icon: 'list-checks' })}
    </div>
    <ul class="rows imports-asked">
      ${questions.slice(0, A_PAGE).map((question) => questionRow(visit, at, question))}
    </ul>
    ${
      questions.length > A_PAGE && last
        ? html`<p>
            ${linkButton(visit.href(`/imports/${run.id}?after=${last.line}.${last.id}#questions`), 'More', { icon: 'chevron-right' })}
          </p>`
        : ''
    }
  </section>`;
}

function questionRow({ href }: Visit, at: string, { id, customer_id, line, name, question, samples }: ImportQuestion): Html {
  return html`<li>
    <div>
      <a href="${href(`/customers/${customer_id}`)}">${name}</a> <span class="quiet">line ${number(line)}</span>
      <p>${question} ${samples.length > 0 ? html`<code>${samples.join(', ')}</code>` : ''}</p>
    </div>
    ${press(`${at}/${id}`, 'Done', { icon: 'check', says: `Done with the question about ${name}, line ${line}` })}
  </li>`;
}

function refusedPart(visit: Visit, run: ImportRun, rows: RefusedRow[]): Piece {
  if (rows.length === 0) {
    return run.rejected > 0 ? html`<p class="quiet">The refused rows are kept for 30 days, and gone now.</p>` : '';
  }
  return html`<section class="imports-part">
    <div class="head">
      <div>
        <h2>Refused: ${number(run.rejected)}</h2>
        <p>Get them as a file, mend what the last column says, and drop the file again.</p>
      </div>
      ${linkButton(visit.href(`/imports/${run.id}/refused`), 'Get the refused rows', { icon: 'download' })}
    </div>
    ${refusedRows(rows)}
    ${run.rejected > rows.length ? html`<p class="quiet">All ${number(run.rejected)} are in the file.</p>` : ''}
  </section>`;
}

const KEPT_DAYS = 30;

function undoPart({ href, now }: Visit, run: ImportRun): Piece {
  const ended = run.ended_at;
  if (!['done', 'cancelled', 'failed'].includes(run.state) || ended === null || run.created + run.updated === 0) return '';
  if (now.getTime() - ended.getTime() > KEPT_DAYS * 86_400_000) return '';
  return html`<details class="box imports-undo">
    <summary>${icon('undo-2')}Take this import back</summary>
    <p>
      The ${count(run.created, 'customer')} it brought ${run.created === 1 ? 'goes' : 'go'} again, with everything that was
      planned for them. ${run.updated > 0 ? `What it changed about ${count(run.updated, 'customer')} goes back.` : ''} Whoever was
      changed, bought something or got a card since is left alone. It can be done within 30 days.
    </p>
    <form method="post" action="${href(`/imports/${run.id}/undo`)}">
      ${button(run.created > 0 ? `Take ${count(run.created, 'customer')} out again` : 'Take it back', { kind: 'danger', icon: 'undo-2' })}
    </form>
  </details>`;
}
