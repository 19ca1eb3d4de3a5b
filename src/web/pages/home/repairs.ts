import { html } from 'hono/html';
import type { NothingRow } from '../../../touchpoints/nothing.ts';
import { button, field, type Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** What was typed into a repair, and what is wrong with it. */
export interface Typed {
  value?: string;
  problem?: string;
}

/** What puts it right, at one press where that can be. */
export function repair(visit: Visit, reason: string, row: NothingRow, typed: Typed): Piece {
  switch (reason) {
    case 'no email':
    case 'hard bounce':
      return form(visit, row, typed, { verb: 'email', label: `E-mail of ${row.customer}`, type: 'email', button: 'Add' });
    case 'no basis':
      return form(visit, row, typed, {
        verb: 'basis',
        label: `How ${row.customer} agreed`,
        hint: 'Such as “told us at the till”.',
        button: 'Note it',
      });
    case 'field missing':
      return row.givenName === null
        ? form(visit, row, typed, { verb: 'name', label: 'Given name', button: 'Fill in' })
        : link(visit, `/cards/${row.cardId}`, 'Open the card');
    case 'card broken':
      return link(visit, `/cards/${row.cardId}`, 'Open the card');
    case 'open complaint':
      return link(visit, '/follow-ups', 'Open the follow-up');
    case 'capped':
    case 'too soon':
    case 'crashed':
      return link(visit, `/coming/${row.id}`, 'See the card');
    case 'paused by customer':
    case 'occasion declined':
    case 'date declined':
    case 'unsubscribed':
    case 'complained':
      return link(visit, `/customers/${row.customerId}`, 'See what they asked for');
    case 'consent ended':
      return link(visit, `/customers/${row.customerId}`, 'See why, and what helps');
    default:
      return '';
  }
}

interface Wanted {
  verb: 'email' | 'basis' | 'name';
  label: string;
  type?: 'email';
  hint?: string;
  button: string;
}

function form({ href }: Visit, row: NothingRow, { value, problem }: Typed, wanted: Wanted): Piece {
  const { verb, label, hint, type = 'text' } = wanted;
  const at = href(`/nothing/${row.id}/${verb}`);
  return html`<form class="home-repair" method="post" action="${at}">
    ${field({ name: verb, form: row.id, label, type, value: value ?? '', problem, required: true, ...(hint ? { hint } : {}) })}
    ${button(wanted.button, { says: `${wanted.button}: ${label}` })}
  </form>`;
}

function link({ href }: Visit, to: string, words: string): Piece {
  return html`<a class="home-mend" href="${href(to)}">${words}</a>`;
}
