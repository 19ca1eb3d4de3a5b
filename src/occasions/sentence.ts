import type { Occasion, OccasionField } from './occasion-shape.ts';

/** What an occasion's ids are called. */
export interface SentenceNames {
  card: string;
  survey?: string | undefined;
}

/** A stretch of the sentence: plain words, or words that stand for a field and can be changed in place. */
export type Part = string | { field: 'when' | OccasionField; text: string };

type Told = Pick<
  Occasion,
  'trigger' | 'date_kind' | 'month' | 'day' | 'offset_days' | 'hour' | 'late_days' | 'mode' | 'survey_id'
>;

/** The occasion as one plain English sentence. Pure; the page puts a control in the place of each part that is a field. */
export function partsOf(occasion: Told, names: SentenceNames): Part[] {
  return [
    { field: 'when', text: whenWords(occasion) },
    ` ${anchorWords(occasion)} at `,
    { field: 'hour', text: hourWords(occasion.hour) },
    ' their time, send ',
    { field: 'cardId', text: names.card },
    ...(occasion.survey_id === null ? [] : [' and ask ', { field: 'surveyId', text: names.survey ?? 'a question' } as const]),
    '; if missed, ',
    { field: 'lateDays', text: lateWords(occasion.late_days) },
    '; ',
    { field: 'mode', text: modeWords(occasion.mode) },
    '.',
  ];
}

/** "On a customer’s birthday at 9:00 their time, send Warm balloons; if missed, skip it; automatic." */
export function sentenceOf(occasion: Told, names: SentenceNames): string {
  return partsOf(occasion, names)
    .map((part) => (typeof part === 'string' ? part : part.text))
    .join('');
}

/** A column as the history keeps it. */
export type Value = string | number | null | undefined;

/** What comes first, as far as the offset decides it: "On", "3 days before", "A week after". */
function whenWords({ offset_days: days, trigger }: Pick<Occasion, 'offset_days' | 'trigger'>): string {
  if (days === 0) return trigger === 'joined' || trigger === 'purchase' ? 'On the day of' : 'On';
  const span = spanWords(Math.abs(days));
  return `${span.slice(0, 1).toUpperCase()}${span.slice(1)} ${days < 0 ? 'before' : 'after'}`;
}

/** What it is about: "a customer’s birthday", "a purchase", "1 January". */
export function anchorWords(occasion: Pick<Occasion, 'trigger' | 'date_kind' | 'month' | 'day'>): string {
  switch (occasion.trigger) {
    case 'date':
      return kindWords(occasion.date_kind ?? '');
    case 'years':
      return 'the day a customer came to you, each year,';
    case 'joined':
      return 'a customer’s joining';
    case 'purchase':
      return 'a purchase';
    case 'day':
      return fixedDayWords(occasion.month ?? 1, occasion.day ?? 1);
  }
}

export function kindWords(kind: string): string {
  if (kind === '*') return 'any other yearly day of a customer';
  return `a customer’s ${kind.replaceAll('-', ' ')}`;
}

function fixedDayWords(month: number, day: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return format.format(Date.UTC(2000, month - 1, day));
}

/** '09:00:00' is 9:00. */
export function hourWords(hour: string): string {
  return hour.slice(0, 5).replace(/^0(?=\d)/, '');
}

export function lateWords(days: number): string {
  return days === 0 ? 'skip it' : `send it up to ${spanWords(days)} late`;
}

function modeWords(mode: Occasion['mode']): string {
  return { automatic: 'automatic', ask: 'ask me first', off: 'switched off' }[mode];
}

export function workdayWords(rule: Occasion['workday_rule']): string {
  if (rule === null) return 'it goes all the same';
  return rule === 'before' ? 'it goes on the working day before' : 'it goes on the next working day';
}

/** "a day", "10 days", "a week", "3 weeks". */
function spanWords(days: number): string {
  if (days === 1) return 'a day';
  if (days === 7) return 'a week';
  return days % 7 === 0 && days <= 28 ? `${days / 7} weeks` : `${days} days`;
}

/** One change of an occasion as people say it: what it was and what it became. Undefined for what nobody sees. */
export function changeWords(
  column: string,
  before: Value,
  after: Value,
  names: (id: string) => string | undefined,
): string | undefined {
  const label = LABELS[column];
  if (label === undefined) return undefined;
  return `${label}: ${valueWords(column, before, names)} → ${valueWords(column, after, names)}`;
}

export function labelWords(column: string): string | undefined {
  return LABELS[column];
}

const LABELS: Record<string, string> = {
  name: 'name',
  offset_days: 'day',
  hour: 'hour',
  late_days: 'if missed',
  late_hour: 'last hour of a day',
  workday_rule: 'on weekends and holidays',
  mode: 'mode',
  min_gap_days: 'days between two of them',
  card_id: 'card',
  survey_id: 'survey',
  reminder_days: 'reminder',
  date_kind: 'which day',
  month: 'month',
  day: 'day of the month',
};

/** A field's value as people say it. */
export function valueWords(column: string, value: Value, names: (id: string) => string | undefined): string {
  if (column === 'workday_rule') return workdayWords(value as Occasion['workday_rule']);
  if (value === null || value === undefined) return 'none';
  switch (column) {
    case 'offset_days':
      return whenWords({ offset_days: Number(value), trigger: 'date' }).toLowerCase();
    case 'hour':
    case 'late_hour':
      return hourWords(String(value));
    case 'late_days':
      return lateWords(Number(value));
    case 'mode':
      return modeWords(value as Occasion['mode']);
    case 'min_gap_days':
    case 'reminder_days':
      return spanWords(Number(value));
    case 'card_id':
    case 'survey_id':
      return names(String(value)) ?? 'one that is gone';
    case 'date_kind':
      return kindWords(String(value));
    default:
      return String(value);
  }
}
