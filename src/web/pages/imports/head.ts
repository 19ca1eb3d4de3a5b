import { html } from 'hono/html';
import type { FoundImport } from '../../../customers/import/report.ts';
import { moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import type { Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { count, fileName } from './words.ts';

/** The head of every page of one import, with a word where the same file came in before. */
export function head({ href, business, now }: Visit, { run, same }: FoundImport, words: Piece): Html {
  const waits = ['looking', 'asking', 'trying', 'tried'].includes(run.state);
  return html`<div class="head">
      <div>
        <p><a href="${href('/imports')}">Imports</a></p>
        <h1 class="imports-file">${fileName(run)}</h1>
        <p>${words}</p>
      </div>
    </div>
    ${
      same && waits
        ? html`<p class="imports-notice">
            This very file came in on ${moment(same.started_at, business.zone, now)} (<a href="${href(`/imports/${same.id}`)}"
              >${count(same.created, 'new customer')}</a
            >). Once more does no harm: what is here already is found again.
          </p>`
        : ''
    }`;
}
