import { apartInHtml, apartInText, type Direction, holdTogether, wayOf } from './apart.ts';
import type { StoredCard } from './card.ts';
import { cleanLines, cleanText, MAX_VALUE } from './clean.ts';
import { readExpressions } from './expressions.ts';
import { FIELDS, type Field, MAX_ANSWERS, type MergeData, type SurveyAnswer } from './fields.ts';
import { type Fill, isBlank, prepare } from './handlebars.ts';
import { directionOf } from './script.ts';

export interface RenderedCard {
  subject: string;
  html: string;
  text: string;
  /** A card with any cannot be sent. */
  errors: RenderFault[];
}

export interface RenderFault {
  /** Plain. */
  sentence: string;
  /** The field that this customer lacks, where that is all that is wrong. */
  missing?: string;
}

/** Gmail cuts a message off beyond 102 KB of HTML, and with it the footer. */
export const MAX_HTML_BYTES = 90_000;
export const TOO_LARGE = 'The card is larger than 90 KB, where mail programs cut it off. Make it shorter.';
const MAX_SUBJECT = 120;

/**
 * One customer's card. Pure; preview and sending are this same function. What is missing or unsafe is said in `errors`.
 * Sending calls it in its own process: a published card cannot run away. It knows no loop but one over at most 20 answers and none
 * inside it, at most 600 fillings (expressions.ts) of at most 2,000 letters each, in a source of at most 90 KB: a quarter of a second if all were quotes.
 */
export function renderCard(card: StoredCard, data: MergeData): RenderedCard {
  return renderAs(card, data, true);
}

/** As cards were made before values that read the other way stood apart: what was frozen then goes with its own bytes. */
export function renderAsBefore(card: StoredCard, data: MergeData): RenderedCard {
  return renderAs(card, data, false);
}

function renderAs(card: StoredCard, data: MergeData, apart: boolean): RenderedCard {
  const { required, fills, ways } = prepared(card);
  const { values, faults } = plainValues(data, apart ? [...new Set(Object.values(ways))] : []);
  const missing = required.filter((path) => isBlank(valueAt(values, path)));
  for (const path of missing) setValue(values, path, '');
  const rendered = fillParts(card, { fills, ways }, values, { missing, faults });
  const lacks = [...new Set(missing)].map((path) => ({ sentence: `${path} is missing for this customer.`, missing: path }));
  return { ...rendered, errors: [...lacks, ...[...new Set(faults)].map((sentence) => ({ sentence }))] };
}

function fillParts(
  card: StoredCard,
  { fills, ways }: Pick<Ready, 'fills' | 'ways'>,
  values: Values,
  { missing, faults }: { missing: string[]; faults: string[] },
): Omit<RenderedCard, 'errors'> {
  const fill = (part: keyof Fills): string => {
    try {
      return fills[part](values, card.language);
    } catch (error) {
      const path = missingField(card[part], error);
      if (path) missing.push(path);
      else faults.push('The card could not be filled in. Publish it again, and tell us if that does not help.');
      return '';
    }
  };
  const rendered = {
    subject: oneLine(apartInText(fill('subject'), ways.subject)),
    html: apartInHtml(fill('html'), ways.html),
    text: apartInText(tidyText(fill('text')), ways.text),
  };
  if (rendered.html.length * 3 > MAX_HTML_BYTES && Buffer.byteLength(rendered.html) > MAX_HTML_BYTES) faults.push(TOO_LARGE);
  if (missing.length + faults.length === 0 && !(rendered.subject && rendered.html && rendered.text))
    faults.push('The card has an empty part.');
  return rendered;
}

/** Fields that stand in a card with nothing to say instead. */
function requiredFields(card: StoredCard): string[] {
  const bare = [card.subject, card.html, card.text].flatMap((source) => readExpressions(source, 'card').bare);
  return [...new Set(bare)];
}

type Fills = Record<'subject' | 'html' | 'text', Fill>;

interface Ready {
  required: readonly string[];
  fills: Fills;
  ways: Record<keyof Fills, Direction>;
}

const MAX_READY = 300;
const ready = new Map<string, Ready>();

/** A card's functions, kept for the cards used last. A hash stands for the same sources always. */
function prepared(card: StoredCard): Ready {
  const known = ready.get(card.hash);
  if (known && ready.size < MAX_READY / 2) return known;
  const parts = known ?? { required: requiredFields(card), fills: prepareParts(card), ways: waysOf(card) };
  ready.delete(card.hash);
  ready.set(card.hash, parts);
  if (ready.size > MAX_READY) ready.delete(ready.keys().next().value ?? '');
  return parts;
}

function prepareParts(card: StoredCard): Fills {
  return { subject: prepare(card.subject, false), html: prepare(card.html, true), text: prepare(card.text, false) };
}

function waysOf({ subject, text, language }: StoredCard): Ready['ways'] {
  return { subject: wayOf(subject, language), html: directionOf(language), text: wayOf(text, language) };
}

/** Strict mode throws with the place of the field that was missing; its name is read there. */
function missingField(source: string, error: unknown): string | undefined {
  const { lineNumber, column } = error as { lineNumber?: number; column?: number };
  const line = source.split('\n')[(lineNumber ?? 0) - 1] ?? '';
  return /^[\w./]+/.exec(line.slice(column ?? 0))?.[0];
}

type Values = Record<string, unknown>;

/** A plain copy of the known fields only, so that nothing else that the data may hold is within reach. */
function plainValues(data: MergeData, ways: readonly Direction[]): { values: Values; faults: string[] } {
  const values: Values = { customer: {}, business: {}, occasion: {}, date: {}, purchase: {}, survey: {}, links: {} };
  const faults: string[] = [];
  for (const field of FIELDS) {
    const value = plainValue(field, valueAt(data, field.path), { faults, ways });
    if (!isBlank(value)) setValue(values, field.path, value);
    else if (field.always) faults.push(`${field.path} is missing.`);
  }
  return { values, faults };
}

interface Reading {
  faults: string[];
  /** The ways that the card's parts are read: a value that runs against one is held together. */
  ways: readonly Direction[];
}

function plainValue(field: Field, value: unknown, { faults, ways }: Reading): unknown {
  if (field.kind === 'list') return plainAnswers(value, { faults, ways });
  if (field.kind === 'flag') return value === true ? true : undefined;
  if (field.kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (field.kind === 'url') return safeAddress(value, field.path, faults);
  return holdTogether(field.kind === 'lines' ? cleanLines(value) : cleanText(value), ways);
}

function plainAnswers(value: unknown, { faults, ways }: Reading): unknown {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.length > MAX_ANSWERS) faults.push(`The survey has more than ${MAX_ANSWERS} answers.`);
  return (value as Record<keyof SurveyAnswer, unknown>[]).slice(0, MAX_ANSWERS).map((answer) => ({
    label: holdTogether(cleanText(asText(answer.label)), ways),
    value: cleanText(asText(answer.value)),
    url: safeAddress(asText(answer.url), 'survey.answers.url', faults),
  }));
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function safeAddress(value: string, path: string, faults: string[]): string {
  if (value.length <= MAX_VALUE && /^https?:\/\/[^\s"'<>\\`]+$/i.test(value)) return value;
  faults.push(`${path} is not a web address.`);
  return '';
}

function oneLine(text: string): string {
  const line = cleanText(text);
  if (line.length <= MAX_SUBJECT) return line;
  const letters = Array.from(new Intl.Segmenter().segment(line.slice(0, MAX_SUBJECT * 2)), ({ segment }) => segment);
  let cut = '';
  for (const letter of letters) {
    if (cut.length + letter.length > MAX_SUBJECT) break;
    cut += letter;
  }
  const space = cut.lastIndexOf(' ');
  return `${(space > MAX_SUBJECT - 30 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

function tidyText(text: string): string {
  const lines = text.replaceAll(/[ \t]*\n[ \t]*/g, '\n').replaceAll(/[ \t]{2,}/g, ' ');
  return `${lines.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`.replace(/^\n$/, '');
}

function valueAt(data: object, path: string): unknown {
  const dot = path.indexOf('.');
  if (dot < 0) return (data as Values)[path];
  return ((data as Values)[path.slice(0, dot)] as Values | undefined)?.[path.slice(dot + 1)];
}

function setValue(values: Values, path: string, value: unknown): void {
  const dot = path.indexOf('.');
  if (dot < 0) values[path] = value;
  else (values[path.slice(0, dot)] as Values)[path.slice(dot + 1)] = value;
}
