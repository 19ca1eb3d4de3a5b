import type { Day } from '../../calendar/day.ts';
import { dateNamed } from './column-names.ts';
import type { DateOrder } from './dates.ts';
import { keepable } from './cell-text.ts';
import { type Entry, entryFrom, type Refusal, type Values } from './entry.ts';
import { type Encoding, type Source, textOf } from './source.ts';
import { type Card, partsOf, readCards, textOfValue } from './vcard.ts';
import type { Property } from './vcard-text.ts';

/** The people on a file's address cards, and the cards that hold nobody to write to. */
export async function* cardEntries(
  source: Source,
  encoding: Encoding,
  options: { today: Day; dateOrder?: DateOrder | undefined },
  onBytes?: (read: number) => void,
): AsyncGenerator<(Entry | Refusal)[]> {
  for await (const cards of readCards(textOf(source, encoding, onBytes))) {
    yield cards.map((card) => entryOfCard(card, options.today, options.dateOrder));
  }
}

function entryOfCard(card: Card, today: Day, order: DateOrder | undefined): Entry | Refusal {
  const at = { line: card.line, raw: keepable(card.raw) };
  const reason = card.trouble ?? notAPerson(card.properties);
  return reason === undefined ? entryFrom(valuesOf(card.properties, order), at, today) : { ...at, reason, emailKey: null };
}

function notAPerson(properties: Property[]): string | undefined {
  const value = (name: string): string =>
    properties
      .find((property) => property.name === name)
      ?.value.trim()
      .toLowerCase() ?? '';
  if (properties.some(({ name }) => name === 'DEATHDATE' || name === 'X-DEATHDATE'))
    return 'The card says that this person has died.';
  if (['org', 'group', 'location'].includes(value('KIND')) || value('X-ADDRESSBOOKSERVER-KIND') === 'group')
    return "This card is not a person's.";
  return value('X-ABSHOWAS') === 'company' ? "This card is a company's, not a person's." : undefined;
}

function valuesOf(properties: Property[], order: DateOrder | undefined): Values {
  const first = (name: string): string | undefined =>
    properties.find((property) => property.name === name && property.value.trim() !== '')?.value;
  const [family = '', given = '', middle = ''] = partsOf(first('N') ?? '');
  const zone = textOfValue(first('TZ') ?? '');
  return {
    ...(given && { given }),
    ...(middle && { middle }),
    ...(family && { family }),
    name: textOfValue(first('FN') ?? ''),
    emails: preferred(properties, 'EMAIL').map(textOfValue),
    phone: textOfValue(preferred(properties, 'TEL')[0] ?? '').replace(/^tel:/i, ''),
    language: textOfValue(preferred(properties, 'LANG')[0] ?? ''),
    ...(zone.includes('/') && { zone }),
    notes: textOfValue(first('NOTE') ?? ''),
    dates: properties.flatMap((property) => datesOn(property, properties, order)),
    custom: {},
  };
}

// PREF is a number in 4.0 (1 goes first), and a type in 2.1 and 3.0.
function preferred(properties: Property[], name: string): string[] {
  const rank = ({ parameters }: Property): number => {
    if (parameters.has('PREF')) return Number(parameters.get('PREF')) || 100;
    return /\bpref\b/i.test(parameters.get('TYPE') ?? '') ? 0 : 101;
  };
  return properties
    .filter((property) => property.name === name)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ value }) => value);
}

const anniversaries = new Set([
  'ANNIVERSARY',
  'X-ANNIVERSARY',
  'X-MS-ANNIVERSARY',
  'X-EVOLUTION-ANNIVERSARY',
  'X-KADDRESSBOOK-X-ANNIVERSARY',
]);

function datesOn(property: Property, all: Property[], order: DateOrder | undefined): Values['dates'] {
  const from = { text: dateText(property), order };
  if (property.name === 'BDAY') return [{ ...from, column: 'Birthday', kind: 'birthday', label: '' }];
  if (anniversaries.has(property.name)) return [{ ...from, column: 'Anniversary', kind: 'anniversary', label: '' }];
  if (property.name === 'X-ABDATE') {
    const label = all.find(({ name, group }) => name === 'X-ABLABEL' && group === property.group)?.value;
    const column = textOfValue(label ?? 'other');
    return [{ ...from, column: column.replace(/^_\$!<(.*)>!\$_$/, '$1'), ...dateNamed(column) }];
  }
  return property.name === 'X-ANDROID-CUSTOM' ? androidDate(property.value, order) : [];
}

/** The value as the date reader takes it: Apple's year that means none, and the forms that only vCard has. */
function dateText({ value, parameters }: Property): string {
  const text = textOfValue(value);
  const omitted = parameters.get('X-APPLE-OMIT-YEAR');
  if (omitted && text.startsWith(omitted)) return `--${text.slice(omitted.length).replace(/^-/, '').slice(0, 5)}`;
  // A day is local wherever it was written, so hours and offsets beside it say nothing; only UTC may mean another day.
  return text
    .replace(/^(\d{4}-?\d{2}-?\d{2}|--\d{2}-?\d{2})T.*[^Zz]$/, '$1')
    .replace(/^(\d{4}-?\d{2}-?\d{2})T(\d{2}):?(\d{2}).*$/, '$1 $2:$3 Z');
}

// vnd.android.cursor.item/contact_event;1985-03-14;3;… : 1 is an anniversary, 3 a birthday, 0 has its own label after it.
function androidDate(value: string, order: DateOrder | undefined): Values['dates'] {
  const [what, text = '', type, label = ''] = partsOf(value);
  if (!what?.endsWith('/contact_event') || text === '') return [];
  const name = type === '3' ? 'birthday' : type === '1' ? 'anniversary' : label || 'other';
  return [{ column: name, text, order, ...dateNamed(name) }];
}
