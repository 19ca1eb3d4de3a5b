import { html } from 'hono/html';
import { type FoundImport, paceOf, rowsDone } from '../../../customers/import/report.ts';
import type { ImportRun } from '../../../customers/import/runs.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { head } from './head.ts';
import { aboutSeconds, count, number } from './words.ts';

const words: Partial<Record<ImportRun['state'], { doing: string; tells: string }>> = {
  looking: { doing: 'Reading the file', tells: 'Nothing has come in yet. You may close this page, and come back.' },
  trying: { doing: 'Trying it out', tells: 'Nothing comes in by this. You may close this page, and come back.' },
  running: { doing: 'Bringing customers in', tells: 'It goes on when you close this page, and after a restart.' },
  paused: { doing: 'Paused', tells: 'What is in stays in. The rest waits.' },
  undoing: { doing: 'Taking it back', tells: 'It goes on when you close this page.' },
};

/** How far an import is. A browser asks again each second; the page that follows comes when it is done. */
export async function progressPage(visit: Visit, found: FoundImport): Promise<Response> {
  const { run } = found;
  const { doing = '', tells = '' } = words[run.state] ?? {};
  const part = html`${bar(visit, run, await paceWords(visit, run))} ${presses(visit, run)}`;
  if (visit.fragment) return visit.c.html(live(visit, run, part));
  const content = html`${head(visit, found, tells)} ${live(visit, run, part)}`;
  return membersPage(visit, { title: doing, section: 'customers', content });
}

function live(visit: Visit, { id, state }: ImportRun, part: Html): Html {
  const at = visit.href(`/imports/${id}?was=${state}`);
  if (state === 'paused') return html`<div id="imports-live" class="box">${part}</div>`;
  return html`<div id="imports-live" class="box" hx-get="${at}" hx-trigger="every 1s" hx-swap="outerMorph">
    ${part}
    <noscript
      ><p class="quiet"><a href="${visit.href(`/imports/${id}`)}">See how far it is</a></p></noscript
    >
  </div>`;
}

function bar(_: Visit, run: ImportRun, pace: string): Html {
  const { doing = '' } = words[run.state] ?? {};
  const done = run.state === 'running' || run.state === 'paused' ? `${number(rowsDone(run))}${of(run)}` : '';
  return html`<p class="imports-doing" id="imports-doing">${doing}</p>
    <progress max="1000" value="${run.share}" aria-labelledby="imports-doing">${Math.floor(run.share / 10)} %</progress>
    <p class="quiet">${[`${Math.floor(run.share / 10)} %`, done, pace].filter(Boolean).join(' · ')}</p>
    ${
      run.state === 'running' || run.state === 'paused'
        ? html`<ul class="imports-tiles">
            <li><strong>${number(run.created)}</strong> new</li>
            <li><strong>${number(run.updated)}</strong> changed</li>
            <li><strong>${number(run.unchanged)}</strong> as they were</li>
            <li><strong>${number(run.rejected)}</strong> refused</li>
          </ul>`
        : ''
    }`;
}

function of({ rows }: ImportRun): string {
  return rows === null ? ' rows' : ` of ${count(rows, 'row')}`;
}

async function paceWords({ db }: Visit, run: ImportRun): Promise<string> {
  if (run.state !== 'running') return '';
  const pace = await paceOf(db, run);
  if (!pace) return '';
  const left = pace.secondsLeft === undefined ? '' : `, ${aboutSeconds(pace.secondsLeft)} left`;
  return `${number(Math.round(pace.rate))} rows a second${left}`;
}

function presses({ href }: Visit, { id, state }: ImportRun): Piece {
  const at = (what: string): string => href(`/imports/${id}/${what}`);
  if (state === 'running')
    return html`<div class="actions">
      ${press(at('pause'), 'Pause', { icon: 'pause' })} ${press(at('cancel'), 'Stop here', { icon: 'x' })}
    </div>`;
  if (state === 'paused')
    return html`<div class="actions">
      ${press(at('resume'), 'Go on', { kind: 'main', icon: 'play' })} ${press(at('cancel'), 'Stop here', { icon: 'x' })}
    </div>`;
  if (state === 'undoing') return '';
  return html`<div class="actions">${press(at('cancel'), 'Throw this file away', { icon: 'trash-2' })}</div>`;
}
