import type { OccasionChange, OccasionField } from '../../../occasions/occasion-shape.ts';
import { type Form, textOf } from '../../forms.ts';

/** A form about an occasion as it was posted: what is asked for, what was shown, and a sentence where a field makes no sense. */
export interface Posted {
  change: OccasionChange;
  seen: OccasionChange | undefined;
  problem?: string;
}

export function readOccasion(form: Form): Posted {
  const change: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, read] of Object.entries(READERS)) {
    if (form[name] === undefined) continue;
    const value = read(textOf(form, name).trim(), form);
    if (value instanceof Error) problems.push(value.message);
    else if (value !== undefined) change[name === 'side' ? 'offsetDays' : name] = value;
  }
  return { change, seen: seenIn(textOf(form, 'was')), ...(problems[0] ? { problem: problems[0] } : {}) };
}

/** The same fields as a form posts them, for the way back. */
export function asFields(shape: Partial<Record<OccasionField, unknown>>): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  for (const [field, value] of Object.entries(shape)) {
    if (field === 'offsetDays') Object.assign(fields, offsetFields(Number(value)));
    else fields[field] = typeof value === 'number' || typeof value === 'string' ? value : '';
  }
  return fields;
}

export function offsetFields(offset: number): { side: string; days: number } {
  return { side: offset === 0 ? 'on' : offset < 0 ? 'before' : 'after', days: Math.abs(offset) };
}

type Reader = (text: string, form: Form) => unknown;

const READERS: Record<string, Reader> = {
  name: (text) => text,
  side: (text, form) => offsetIn(text, textOf(form, 'days').trim()),
  hour: hourIn,
  lateDays: (text) => wholeIn(text, 'Say how many days late a card may be.'),
  lateHour: hourIn,
  workdayRule: (text) => (text === 'before' || text === 'after' ? text : null),
  mode: (text) => (text === 'automatic' || text === 'ask' || text === 'off' ? text : undefined),
  minGapDays: (text) => (text === '' ? null : wholeIn(text, 'Say how many days there are between two cards, or leave it empty.')),
  cardId: idIn('There is no such card.'),
  surveyId: (text) => (text === '' ? null : idIn('There is no such survey.')(text)),
  reminderDays: (text) => (text === '' ? null : wholeIn(text, 'Say after how many days to ask once more, or leave it empty.')),
  // '*' stands for all other days; else a few words become the name that customers' dates go by.
  dateKind: (text) => (text === '*' ? text : kindIn(text)),
  month: (text) => wholeIn(text, 'Choose a month.'),
  day: (text) => wholeIn(text, 'Choose a day of the month.'),
};

/** "Name day" is kept as 'name-day', as imports write it. */
function kindIn(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
}

function offsetIn(side: string, days: string): number | Error {
  if (side !== 'before' && side !== 'after') return 0;
  const n = wholeIn(days === '' ? '1' : days, 'Say how many days, as a whole number.');
  if (n instanceof Error) return n;
  return side === 'before' ? 0 - n : n;
}

function wholeIn(text: string, problem: string): number | Error {
  return /^\d{1,4}$/.test(text) ? Number(text) : new Error(problem);
}

/** 9, 9:30, 9.30 and 0930 are all times of day. */
function hourIn(text: string): string | Error {
  const [, hours = '', minutes = '00'] = /^(\d{1,2})(?:[:.h]?(\d\d))?(?::\d\d)?$/.exec(text) ?? [];
  const fits = hours !== '' && Number(hours) < 24 && Number(minutes) < 60;
  return fits ? `${hours.padStart(2, '0')}:${minutes}` : new Error('Write the time of day like 9:00.');
}

function idIn(problem: string): (text: string) => string | Error {
  return (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : new Error(problem));
}

function seenIn(text: string): OccasionChange | undefined {
  try {
    const seen: unknown = JSON.parse(text);
    return typeof seen === 'object' && seen !== null ? seen : undefined;
  } catch {
    return undefined;
  }
}
