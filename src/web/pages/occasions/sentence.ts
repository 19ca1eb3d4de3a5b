import { html } from 'hono/html';
import type { Choices } from '../../../occasions/occasion-outlook.ts';
import { columnsOf, type Occasion, type OccasionChange } from '../../../occasions/occasion-shape.ts';
import { hourWords, lateWords, type Part, partsOf } from '../../../occasions/sentence.ts';
import type { Html } from '../../layout.ts';
import type { Option } from '../../parts.ts';
import { offsetFields } from './read.ts';

interface How {
  /** What was typed and not kept. */
  change?: OccasionChange | undefined;
  /** Where an occasion that is off is switched on. */
  onPage: string;
}

/** The sentence, with a control in the place of each word that can be changed. */
export function sentenceControls(occasion: Occasion, choices: Choices, { change = {}, onPage }: How): Html[] {
  const typed = { ...occasion, ...columnsOf(change) };
  const names = { card: '', survey: undefined };
  return partsOf(typed, names).map((part) => control(part, typed, choices, onPage));
}

function control(part: Part, occasion: Occasion, choices: Choices, onPage: string): Html {
  // A word joiner: a line never begins with the comma after a control.
  if (typeof part === 'string') return html`${part.replace(/^(?=[;,.])/, '\u2060')}`;
  switch (part.field) {
    case 'when':
      return whenControl(occasion);
    case 'hour':
      return html`<input
        type="time"
        name="hour"
        value="${occasion.hour.slice(0, 5)}"
        aria-label="Time of day"
        title="${hourWords(occasion.hour)}"
      />`;
    case 'cardId':
      return inline('cardId', 'Card', named(choices.cards, occasion.card_id), occasion.card_id);
    case 'surveyId':
      return inline('surveyId', 'Survey', named(choices.surveys, occasion.survey_id), occasion.survey_id);
    case 'lateDays':
      return inline('lateDays', 'If missed', lateOptions(occasion.late_days), String(occasion.late_days));
    case 'mode':
      return occasion.mode === 'off'
        ? html`<a href="${onPage}">switched off: see whom it would reach, and switch it on</a>`
        : inline('mode', 'Mode', modeOptions, occasion.mode);
    default:
      return html`${part.text}`;
  }
}

const modeOptions = [
  { value: 'automatic', label: 'automatic' },
  { value: 'ask', label: 'ask me first' },
  { value: 'off', label: 'switch it off' },
];

/** "On", or a number and "days before". What only happens, as a purchase does, has no before. */
export function whenControl({ offset_days: offset, trigger }: Pick<Occasion, 'offset_days' | 'trigger'>): Html {
  const { side, days } = offsetFields(offset);
  const happens = trigger === 'purchase' || trigger === 'joined';
  const sides = [
    { value: 'on', label: happens ? 'On the day of' : 'On' },
    ...(happens ? [] : [{ value: 'before', label: days === 1 ? 'day before' : 'days before' }]),
    { value: 'after', label: days === 1 ? 'day after' : 'days after' },
  ];
  return html`<span class="occasions-when"
    ><input
      type="number"
      name="days"
      value="${days === 0 ? 1 : days}"
      min="0"
      aria-label="How many days"
    />${inline('side', 'On the day, before or after', sides, side)}</span
  >`;
}

export function inline(name: string, label: string, options: readonly Option[], chosen: string | null): Html {
  return html`<select name="${name}" aria-label="${label}">
    ${options.map((option) => html`<option value="${option.value}" ${option.value === chosen ? html`selected` : ''}>${option.label}</option>`)}
  </select>`;
}

/** What is chosen stays to be seen, even if it was put away. */
function named(list: readonly { id: string; name: string }[], chosen: string | null): Option[] {
  const options = list.map(({ id, name }) => ({ value: id, label: name }));
  const known = chosen === null || options.some(({ value }) => value === chosen);
  return known ? options : [{ value: chosen, label: 'one that was put away' }, ...options];
}

export function lateOptions(chosen: number): Option[] {
  const days = [...new Set([0, 1, 2, 3, 5, 7, 14, 30, chosen])].toSorted((a, b) => a - b);
  return days.map((n) => ({ value: String(n), label: lateWords(n) }));
}
