import { html } from 'hono/html';
import { daysBetween, yearOf } from '../../../calendar/day.ts';
import { occurrenceIn, yearsOn } from '../../../calendar/occurrence.ts';
import type { Profile } from '../../../customers/profile.ts';
import { todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { button, hidden, icon, type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { asTyped, dateFields, typedDate } from './date-fields.ts';
import { type Trouble, troubleAt } from './trouble.ts';
import { dayName, yearlyText } from './words.ts';

type Dated = Profile['dates'][number];

export function datesSection(visit: Visit, profile: Profile, trouble: Trouble | undefined): Html {
  const { customer, dates } = profile;
  const adding = troubleAt(trouble, 'date');
  const first = dates.some(({ kind }) => kind === 'birthday') ? '' : 'Birthday';
  return html`<section class="box customers-box" aria-labelledby="customers-days">
    <h2 id="customers-days">Their days</h2>
    ${dates.length === 0 ? html`<p class="quiet">No day is known yet. Ask for the birthday when they come next: the card goes by itself then.</p>` : ''}
    <ul class="customers-lines">
      ${dates.map((date) => row(visit, profile, date, trouble))}
    </ul>
    <details class="customers-fold" ${adding || dates.length === 0 ? html`open` : ''}>
      <summary>${icon('plus')}Add a day</summary>
      <form method="post" action="${visit.href(`/customers/${customer.id}/dates`)}">
        ${dateFields(visit, { form: 'new', typed: adding ? typedDate(adding.form) : { what: first }, problem: adding?.problem })}
        ${button('Add this day', { kind: 'main' })}
      </form>
    </details>
  </section>`;
}

function row(visit: Visit, profile: Profile, date: Dated, trouble: Trouble | undefined): Html {
  const at = visit.href(`/customers/${profile.customer.id}/dates`);
  const wrong = troubleAt(trouble, `date ${date.id}`);
  const name = dayName(date);
  return html`<li>
    <strong>${icon(date.kind === 'birthday' ? 'cake' : 'calendar-heart')}${name}</strong>
    <span>${yearlyText(date, visit.business.country)}</span>
    <p class="quiet">${coming(visit, profile, date)}</p>
    <details class="customers-fold" ${wrong ? html`open` : ''}>
      <summary aria-label="Change ${name}">Change</summary>
      <form method="post" action="${at}">
        ${hidden({ date: date.id, was: mark(date) })}
        ${dateFields(visit, { form: date.id, typed: wrong ? typedDate(wrong.form) : asTyped(date), problem: wrong?.problem, named: false })}
        ${button('Keep', { kind: 'main', says: `Keep ${name}` })}
      </form>
      ${press(`${at}/remove`, 'Remove', { icon: 'trash-2', says: `Remove ${name}`, fields: { date: date.id } })}
    </details>
  </li>`;
}

/** "In 12 days they turn 40." */
function coming(visit: Visit, { person }: Profile, date: Dated): Piece {
  const today = todayOf(visit);
  const rule = person.leap_rule ?? visit.business.leap_rule;
  const thisYear = occurrenceIn(yearOf(today), date, rule);
  const day = thisYear >= today ? thisYear : occurrenceIn(yearOf(today) + 1, date, rule);
  const days = daysBetween(today, day);
  const when = days === 0 ? 'Today' : days === 1 ? 'Tomorrow' : `In ${days} days`;
  const years = yearsOn(day, date.year);
  if (years === undefined) return `${when}.`;
  return date.kind === 'birthday' ? `${when} they turn ${years}.` : `${when}: ${years} ${years === 1 ? 'year' : 'years'}.`;
}

/** A day as a form carries it, to see whether it was changed meanwhile. */
export function mark({ month, day, year }: { month: number; day: number; year?: number | null }): string {
  return [year ?? '', month, day].join('-');
}
