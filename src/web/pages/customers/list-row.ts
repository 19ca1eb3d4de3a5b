import { html } from 'hono/html';
import type { ListedCustomer } from '../../../customers/listed.ts';
import { dayWords, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { icon, type Piece, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { dayName, stopMarks, yearlyText } from './words.ts';

/** One customer in the list: who, their days, what goes next, and what to mind. */
export function listRow(visit: Visit, customer: ListedCustomer): Html {
  const name = [customer.givenName, customer.familyName].filter(Boolean).join(' ');
  return html`<li class="customers-row">
    <span class="seal" aria-hidden="true">${(name || customer.email || '?').slice(0, 1).toUpperCase()}</span>
    <div class="customers-who">
      <a href="${visit.href(`/customers/${customer.id}`)}"
        ><bdi>${name || customer.email || customer.reference || 'No name yet'}</bdi></a
      >
      <small>${name ? (customer.email ?? customer.phone ?? '') : (customer.phone ?? '')}</small>
    </div>
    <div class="customers-days">${days(visit, customer)}</div>
    <div class="customers-next">${next(visit, customer)}</div>
    <div class="customers-marks">${marks(visit, customer)}</div>
  </li>`;
}

function days({ business }: Visit, { dates }: ListedCustomer): Piece {
  const shown = dates
    .slice(0, 2)
    .map(
      (date) =>
        html`<span
          >${icon(date.kind === 'birthday' ? 'cake' : 'calendar-heart')}<span class="unseen">${dayName(date)}: </span
          >${yearlyText(date, business.country)}</span
        >`,
    );
  return dates.length > 2 ? [...shown, html`<small>and ${dates.length - 2} more</small>`] : shown;
}

function next(visit: Visit, { next: card, stop, boughtOn }: ListedCustomer): Piece {
  if (card && !stop) return html`<span>${card.occasion}</span><small>${dayWords(card.day, todayOf(visit))}</small>`;
  return boughtOn ? html`<span>Bought last</span><small>${dayWords(boughtOn, todayOf(visit))}</small>` : '';
}

function marks(visit: Visit, { stop, email, basis, followUpDue }: ListedCustomer): Piece[] {
  return [
    ...(followUpDue
      ? [pill(followUpDue < todayOf(visit) ? 'Overdue' : 'Follow up', followUpDue < todayOf(visit) ? 'bad' : 'warn')]
      : []),
    ...(stop ? [pill(stopMarks[stop] ?? 'Stopped', stop === 'paused' ? 'calm' : 'bad')] : []),
    ...(!stop && email === null ? [pill('No e-mail', 'warn')] : []),
    ...(!stop && basis === 'none' ? [pill('May not write', 'warn')] : []),
  ];
}
