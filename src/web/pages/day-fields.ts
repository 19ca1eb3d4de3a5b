import { html } from 'hono/html';
import { isMonthDay } from '../../calendar/occurrence.ts';
import { dayOrder, monthNames } from '../days.ts';
import type { Html } from '../layout.ts';
import type { Speech } from '../words.ts';

/** Says what is wrong with a day that cannot be. */
export function wrongDay(typed: { month: number; day: number; year?: number }, { preferences: say }: Speech['words']): string {
  return wrongPart(typed) === 'year' ? say.wrongYear : say.wrongDay;
}

/** The year, where the rest can be. */
export function wrongPart(typed: { month: number; day: number; year?: number }): 'day' | 'year' {
  return typed.year !== undefined && isMonthDay(typed) ? 'year' : 'day';
}

/** Day, month and year to fill in, in the order in which the language writes them; 0 is not filled in yet. `id` tells several on one page apart; `focus` is to be mended. */
export function dayFields(
  id: string,
  { day, month, year }: { day: number; month: number; year?: number },
  { language, words }: Speech,
  country: string,
  focus?: 'day' | 'year',
): Html {
  const say = words.preferences;
  const months = monthNames(language, country).map(
    (name, n) => html`<option value="${n + 1}" ${month === n + 1 ? 'selected' : ''}>${name}</option>`,
  );
  const box = (name: string, length: number, value: number | undefined, more: Html | '' = '') =>
    html`<input
      id="${id}-${name}"
      name="${name}"
      inputmode="numeric"
      maxlength="${length}"
      size="${length + 1}"
      autocomplete="off"
      value="${value || ''}"
      ${more}
    />`;
  const parts = {
    day: html`<label for="${id}-day"
      >${say.day} ${box('day', 2, day, html`required ${focus === 'day' ? 'autofocus' : ''}`)}</label
    >`,
    month: html`<label class="month" for="${id}-month"
      >${say.month}
      <select id="${id}-month" name="month" required>
        ${month === 0 ? html`<option value=""></option>` : ''} ${months}
      </select></label
    >`,
    year: html`<label for="${id}-year"
      >${say.year} ${box('year', 4, year, html`aria-describedby="${id}-hint" ${focus === 'year' ? 'autofocus' : ''}`)}</label
    >`,
  };
  return html`<div class="parts">${dayOrder(language, country).map((part) => parts[part])}</div>
    <p class="quiet" id="${id}-hint">${say.yearHint}</p>`;
}
