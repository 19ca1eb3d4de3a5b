import { html } from 'hono/html';
import { authorsOf, type NameOf } from '../../../businesses/authors.ts';
import { type HistoryLine, historyOf } from '../../../customers/history.ts';
import { openMerge } from '../../../customers/merge-memory.ts';
import { nameOf } from '../../../customers/profile.ts';
import { UNDOABLE } from '../../../customers/undo.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { pager, type Piece, press } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { changeDetails, changeWords } from './changes.ts';
import { lookUp } from './look-up.ts';
import { undoMergePress } from './merge-undo.ts';
import { momentOf } from './words.ts';

const PAGE = 50;

/** Who changed what and when, with what it was before; what a member did can be taken back where that is still possible. */
export async function historyPage(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { customer, person } = found.profile;
  const { db, business, href } = visit;
  const before = idIn(visit.c.req.query('before'));
  const { lines, next } = await historyOf(db, business.id, customer.id, before ? { before } : {}, PAGE);
  const who = await authorsOf(db, business.id);
  const merge = await openMerge(db, business.id, customer.id, visit.now);
  const name = nameOf(person);
  const content = html`<p class="customers-back">
      <a href="${href(`/customers/${customer.id}`)}"><bdi>${name}</bdi></a>
    </p>
    <div class="head">
      <div><h1>Who changed what</h1></div>
    </div>
    <ol class="rows customers-history">
      ${lines.map((line) => row(visit, line, who, undoMergePress(visit, customer.id, line, merge, 'Undo') || undo(visit, customer.id, line)))}
    </ol>
    ${pager({ previous: before ? href(`/customers/${customer.id}/history`) : undefined, next: next ? href(`/customers/${customer.id}/history?before=${next}`) : undefined })}`;
  return membersPage(visit, { title: `Who changed what: ${name}`, section: 'customers', content });
}

function row(visit: Visit, line: HistoryLine, who: NameOf, undo: Piece): Html {
  const details = changeDetails(visit, line);
  return html`<li>
    <div>
      <p>${changeWords(visit, line, who)}</p>
      ${
        details.length > 0
          ? html`<ul>
              ${details.map(({ what, before, after }) => html`<li><span class="quiet">${what}:</span> ${value(before)} <span aria-hidden="true">→</span><span class="unseen"> became </span> ${value(after)}</li>`)}
            </ul>`
          : ''
      }
      <p class="quiet"><time datetime="${line.at.toISOString()}">${momentOf(line.at, visit)}</time></p>
    </div>
    ${undo}
  </li>`;
}

function value(text: string): Piece {
  return text === '' ? html`<em>nothing</em>` : html`<bdi>${text.length > 200 ? `${text.slice(0, 200)}…` : text}</bdi>`;
}

function undo(visit: Visit, customerId: string, { id, what, by }: HistoryLine): Piece {
  if (!by.startsWith('member:') || !UNDOABLE.includes(what)) return '';
  return press(visit.href(`/customers/${customerId}/undo`), 'Undo', {
    icon: 'undo-2',
    says: `Undo: ${what}`,
    fields: { change: id },
  });
}
