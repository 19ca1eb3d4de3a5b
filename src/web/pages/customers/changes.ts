import { html } from 'hono/html';
import type { NameOf } from '../../../businesses/authors.ts';
import type { StoryLine } from '../../../customers/story.ts';
import { todayOf } from '../../days.ts';
import type { Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { basisNames, dayName, fieldNames, sentenceCase, stopSentence, yearlyText } from './words.ts';

export type ChangeLine = Pick<Extract<StoryLine, { is: 'change' }>, 'what' | 'by' | 'before' | 'after'>;

/** Who changed what, in a sentence without the values. */
export function changeWords(visit: Visit, { what, by, before, after }: ChangeLine, who: NameOf): Piece {
  const name = sentenceCase(who(by));
  const date = (value: unknown): string => dateWords(visit, value);
  switch (what) {
    case 'customer added':
      return `${name} added this customer.`;
    case 'customer changed':
      return `${name} changed: ${fieldsIn(after).join(', ') || 'details'}.`;
    case 'date set':
      return before ? `${name} changed a day: ${date(after)}.` : `${name} noted a day: ${date(after)}.`;
    case 'date removed':
      return `${name} removed a day: ${date(before)}.`;
    case 'purchase voided':
      return `${name} took a purchase back.`;
    case 'purchase restored':
      return `${name} had a purchase count again.`;
    case 'purchase added':
      return `${name} noted a purchase.`;
    case 'stop added':
      return `${name} noted: ${stopWords(visit, after)}`;
    case 'stop lifted':
      return `${name} lifted a stop.`;
    case 'customers merged':
      return `${name} joined this customer with another one who was the same person.`;
    case 'merge undone':
      return `${name} undid the merge: they are two customers again.`;
    case 'follow-up opened':
      return 'A follow-up was opened.';
    case 'follow-up closed':
      return `${name} closed a follow-up.`;
    case 'answer given':
      return 'An answer came.';
    case 'answer changed':
      return 'The customer changed an answer.';
    default:
      return html`${name}: ${what}.`;
  }
}

export interface Detail {
  what: string;
  before: string;
  after: string;
}

/** Field by field, what it was and what it became. */
export function changeDetails(visit: Visit, { what, before, after }: ChangeLine): Detail[] {
  if (what === 'date set' || what === 'date removed')
    return [{ what: dayName(asDate(after ?? before)), before: day(visit, before), after: day(visit, after) }];
  if (what !== 'customer changed') return [];
  const [was, is] = [asRow(before), asRow(after)];
  return columnsIn(is).map((column) => ({
    what: sentenceCase(fieldNames[column] ?? column),
    before: text(column, was[column]),
    after: text(column, is[column]),
  }));
}

function fieldsIn(after: unknown): string[] {
  return [...new Set(columnsIn(asRow(after)).map((column) => fieldNames[column] ?? column))];
}

// In the order of a form: the history keeps none.
function columnsIn(row: Record<string, unknown>): string[] {
  return Object.keys(fieldNames).filter((column) => column in row);
}

function text(column: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (column === 'basis_kind' && typeof value === 'string') return basisNames[value] ?? value;
  if (column === 'custom')
    return Object.entries(fieldsOf(value))
      .map(([name, own]) => `${name}: ${own}`)
      .join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fieldsOf(value: unknown): Record<string, string> {
  try {
    return (typeof value === 'string' ? JSON.parse(value) : value) as Record<string, string>;
  } catch {
    return {};
  }
}

interface Dated {
  kind: string;
  label: string;
  month: number;
  day: number;
  year: number | null;
}

function dateWords(visit: Visit, value: unknown): string {
  return `${dayName(asDate(value))}, ${day(visit, value)}`;
}

function day({ business }: Visit, value: unknown): string {
  return value ? yearlyText(asDate(value), business.country) : '';
}

function asDate(value: unknown): Dated {
  const row = asRow(value);
  const number = (name: string): number => (typeof row[name] === 'number' ? row[name] : 1);
  const word = (name: string): string => (typeof row[name] === 'string' ? row[name] : '');
  const year = typeof row['year'] === 'number' ? row['year'] : null;
  return { kind: word('kind') || 'day', label: word('label'), month: number('month'), day: number('day'), year };
}

function stopWords(visit: Visit, after: unknown): string {
  const row = asRow(after);
  const kind = row['kind'];
  if (typeof kind !== 'string') return 'a stop.';
  const until = typeof row['until'] === 'string' ? row['until'] : null;
  const date = typeof row['dateKind'] === 'string' ? row['dateKind'] : null;
  return stopSentence({ kind: kind as 'paused', until, date_kind: date, occasion: null }, todayOf(visit));
}

function asRow(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
