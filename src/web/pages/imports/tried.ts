import { html } from 'hono/html';
import type { FoundImport } from '../../../customers/import/report.ts';
import type { TrialReport } from '../../../customers/import/try-run.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { linkButton, type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { head } from './head.ts';
import { capital, count, dayWords, fieldName, number, valueWords } from './words.ts';

/** What the import would do, in numbers and in its first rows; and the press that does it. */
export async function triedPage(visit: Visit, found: FoundImport & { trial: TrialReport }): Promise<Response> {
  const { run, trial, inspection } = found;
  const { country } = visit.business;
  const content = html`${head(visit, found, 'This is what would happen. Nothing has come in yet.')} ${tiles(trial)}
    ${stoppedWords(trial)}
    <div class="actions imports-go">
      ${trial.created + trial.updated > 0 || trial.stopped > 0 ? press(visit.href(`/imports/${run.id}/go`), goWords(trial), { kind: 'main', icon: 'check' }) : ''}
      ${linkButton(visit.href(`/imports/${run.id}?columns`), inspection?.kind === 'vcard' ? 'Back' : 'Change the columns', { icon: 'pencil' })}
      ${press(visit.href(`/imports/${run.id}/cancel`), 'Throw this file away', { icon: 'trash-2' })}
    </div>
    ${newPart(trial, country)} ${changedPart(trial, country)} ${refusedPart(trial)} ${askedPart(trial)}`;
  return membersPage(visit, { title: 'What would happen', section: 'customers', content });
}

function tiles({ created, updated, unchanged, rejected }: TrialReport): Html {
  return html`<ul class="imports-tiles box">
    <li><strong>${number(created)}</strong> new</li>
    <li><strong>${number(updated)}</strong> changed</li>
    <li><strong>${number(unchanged)}</strong> as they are</li>
    <li><strong>${number(rejected)}</strong> refused</li>
  </ul>`;
}

function stoppedWords({ stopped, created, updated }: TrialReport): Piece {
  if (created + updated + stopped === 0)
    return html`<p class="imports-notice">Nothing would change: everybody in this file is here already.</p>`;
  if (stopped === 0) return '';
  return html`<p class="imports-notice">
    By this file ${count(stopped, 'person has', 'people have')} unsubscribed, or an address that no longer works. They come in,
    and nothing is sent to them.
  </p>`;
}

function goWords({ created, updated }: TrialReport): string {
  if (created > 0 && updated > 0) return `Bring in ${number(created)}, change ${number(updated)}`;
  return created > 0 ? `Bring in ${count(created, 'customer')}` : `Change ${count(updated, 'customer')}`;
}

function newPart({ new: people, created }: TrialReport, country: string): Piece {
  if (people.length === 0) return '';
  return html`<h2 class="imports-title">New${some(people.length, created)}</h2>
    <ul class="rows imports-people">
      ${people.map(({ name, says }) => html`<li><strong>${name}</strong><span>${says.map((text) => sayWords(text, country)).join(' · ')}</span></li>`)}
    </ul>`;
}

// 'birthday: 1980-03-14', an address or a number.
function sayWords(text: string, country: string): string {
  const [, what, day] = /^(.+): ((?:\d{4}|-)-\d\d-\d\d)$/.exec(text) ?? [];
  return what && day ? `${capital(what.replaceAll('-', ' '))} ${dayWords(day, country)}` : text;
}

function changedPart({ changed, updated }: TrialReport, country: string): Piece {
  if (changed.length === 0) return '';
  return html`<h2 class="imports-title">Changed${some(changed.length, updated)}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="What would change">
      <table>
        <thead>
          <tr>
            <th scope="col">Customer</th>
            <th scope="col">What</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          ${changed.flatMap(({ name, fields }) =>
            fields.map(
              ({ field, before, after }, i) =>
                html`<tr>
                  <td>${i === 0 ? name : ''}</td>
                  <td>${fieldName(field)}</td>
                  <td>${valueWords(before, country)}</td>
                  <td>${valueWords(after, country)}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>`;
}

function refusedPart({ refused, rejected }: TrialReport): Piece {
  if (refused.length === 0) return '';
  return html`<h2 class="imports-title">Refused${some(refused.length, rejected)}</h2>
    <p>They stay out, and you get them as a file to mend.</p>
    ${refusedRows(refused)}`;
}

/** Refused rows, each with its line, why, and how it stands in the file. */
export function refusedRows(rows: { line: number; reason: string; raw: string }[]): Html {
  return html`<ul class="rows imports-refused">
    ${rows.map(
      ({ line, reason, raw }) =>
        html`<li><strong>Line ${number(line)}</strong><span>${reason}</span><code>${raw.slice(0, 300)}</code></li>`,
    )}
  </ul>`;
}

function askedPart({ asked, questions }: TrialReport): Piece {
  if (asked.length === 0) return '';
  return html`<h2 class="imports-title">Single values in doubt${some(asked.length, questions)}</h2>
    <p>These customers come in without that value. Afterwards you find the list here, each with a link to fill it in.</p>
    <ul class="rows imports-refused">
      ${asked.map(
        ({ line, question, samples }) =>
          html`<li>
            <strong>Line ${number(line)}</strong
            ><span>${question}</span>${samples.length > 0 ? html`<code>${samples.join(', ')}</code>` : ''}
          </li>`,
      )}
    </ul>`;
}

function some(shown: number, all: number): string {
  return all > shown ? `: the first ${number(shown)} of ${number(all)}` : `: ${number(all)}`;
}
