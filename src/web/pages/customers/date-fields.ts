import { html } from 'hono/html';
import type { NewDate } from '../../../customers/dates.ts';
import { dateNamed } from '../../../customers/import/column-names.ts';
import { orderOf } from '../../../customers/one-line-days.ts';
import { monthNames } from '../../days.ts';
import { type Form, numberOf, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { field, select } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { dayName } from './words.ts';

/** A yearly day as a form has it: all as typed. */
export interface TypedDate {
  what: string;
  day: string;
  month: string;
  year: string;
}

const SUGGESTED = ['Birthday', 'Wedding', 'Anniversary', 'Name day'];

export interface DateLook {
  /** Tells several of these on one page apart. */
  form: string;
  typed?: Partial<TypedDate>;
  problem?: string | undefined;
  /** False where it is known which day it is. */
  named?: boolean;
  /** Before the names of the fields, where one form holds several days: '0-'. */
  prefix?: string;
}

/** Which day it is, and day, month and year as the country puts them in order. */
export function dateFields(visit: Visit, look: DateLook): Html {
  const { named = true, prefix = '', typed, form, problem } = look;
  const name = `${named ? 'A day' : 'The day'}${prefix === '' ? '' : ` ${Number.parseInt(prefix, 10) + 1}`}`;
  const what = {
    form,
    name: `${prefix}what`,
    label: 'Which day',
    list: SUGGESTED,
    maxlength: 60,
    value: typed?.what ?? '',
    problem,
  };
  return html`<div class="customers-date-fields" role="group" aria-label="${name}">
    ${named ? field(what) : ''}
    <div class="customers-three">${inOrder(visit, look)} ${yearField(look)}</div>
  </div>`;
}

function inOrder({ business }: Visit, { form, typed, problem, named = true, prefix = '' }: DateLook): Html[] {
  const months = monthNames('en', business.country).map((label, n) => ({ value: String(n + 1), label }));
  const wrong = named ? undefined : problem;
  const day = field({
    form,
    name: `${prefix}day`,
    label: 'Day',
    inputmode: 'numeric',
    maxlength: 4,
    value: typed?.day,
    problem: wrong,
  });
  const options = [{ value: '', label: '' }, ...months];
  const month = select({ form, name: `${prefix}month`, label: 'Month', options, value: typed?.month });
  return orderOf(business.country) === 'mdy' ? [month, day] : [day, month];
}

function yearField({ form, typed, prefix = '' }: DateLook): Html {
  const look = { label: 'Year', inputmode: 'numeric', maxlength: 4, placeholder: 'if known' } as const;
  return field({ ...look, form, name: `${prefix}year`, value: typed?.year });
}

/** What was typed; undefined where nothing was. A date that lacks something is a sentence. */
export function readTypedDate(form: Form, prefix = '', known?: { kind: string; label: string }): NewDate | string | undefined {
  const what = textOf(form, `${prefix}what`).trim();
  const [day, month, year] = ['day', 'month', 'year'].map((name) => numberOf(form, prefix + name));
  const filled = ['day', 'month', 'year'].some((name) => textOf(form, prefix + name).trim() !== '');
  if (!filled && (known !== undefined || what === '' || prefix !== ''))
    return known === undefined ? undefined : 'Give the day and the month.';
  if (day === undefined || month === undefined) return 'Give the day and the month; the year only if you know it.';
  if (textOf(form, `${prefix}year`).trim() !== '' && year === undefined)
    return 'Give the whole year, such as 1980, or leave it out.';
  const { kind, label } = known ?? (what === '' ? { kind: 'birthday', label: '' } : dateNamed(what));
  return { kind, label, month, day, year: year ?? null };
}

export function typedDate(form: Form, prefix = ''): TypedDate {
  const text = (name: string): string => textOf(form, prefix + name);
  return { what: text('what'), day: text('day'), month: text('month'), year: text('year') };
}

export function asTyped(date: { kind: string; label?: string; month: number; day: number; year?: number | null }): TypedDate {
  const what =
    date.kind === 'anniversary' && date.label ? date.label.slice(0, 1).toUpperCase() + date.label.slice(1) : dayName(date);
  return { what, day: String(date.day), month: String(date.month), year: date.year ? String(date.year) : '' };
}
