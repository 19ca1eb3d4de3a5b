import { readAddress } from '../mail/address.ts';
import type { Day } from '../database/schema.ts';
import type { NewCustomer } from './customer.ts';
import type { NewDate } from './dates.ts';
import { dateNamed, fieldNamed, fold } from './import/column-names.ts';
import { type DateOrder, isOpen, provenOrder, type Reading, readDate, settleDate, type YearlyDay } from './import/dates.ts';
import { monthNumbers } from './import/month-names.ts';
import { splitName } from './import/names.ts';

/** A customer as somebody typed them in one line, and how it was understood. */
export type LineRead =
  | {
      ok: true;
      customer: NewCustomer;
      /** Part by part, for a person to check: what it was taken for, and as what. */
      understood: { what: string; text: string }[];
      /** Doubts, in sentences: with none of them the customer can be added as they are. */
      questions: { about: string; text: string }[];
    }
  | { ok: false; reason: string };

export interface LineContext {
  /** Two letters; decides whether 3/4 is more likely in March or April, which is asked all the same. */
  country: string;
  /** The business's local day. */
  today: Day;
}

const LONGEST = 1_000;

/**
 * Reads "Maria Lopez, maria@example.com, 14 March": names, an address, a phone number, days ("wedding 2 May 2011"; without a word the first is
 * the birthday), "#1034" for the shop's own number, and "customer since 2019-05-01", in English, German, French and Spanish and in any order, commas or
 * not. What is left over becomes a note, so nothing typed is lost. What can mean two things is asked. Pure.
 */
export function readLine(text: string, { country, today }: LineContext): LineRead {
  const line = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  if (line === '') return { ok: false, reason: 'Type a name, and what else you know.' };
  if (line.length > LONGEST) return { ok: false, reason: 'That is too long for one customer. Use the form, or import a file.' };
  const take = taker(line);
  const emails = take(/[^\s,;<>()"]+@[^\s,;<>()"]+/gu).map((email) => email.replace(/[.:]+$/, ''));
  const read = emails[0] === undefined ? undefined : readAddress(emails[0]);
  if (read && 'reason' in read) return { ok: false, reason: read.reason };
  const days = take(dayShape);
  const reference = take(/(?<=^|[\s,;])#\s?[\p{L}\p{N}][\p{L}\p{N}-]*/gu);
  const phones = take(/(?<![\p{L}\p{N}])(?:\+|0)[\d\s()./-]{5,}\d(?![\p{L}\p{N}])/gu);
  const parts = partsOf(take.rest(), days);
  const order = orderOf(country);
  const doubts: { about: string; text: string }[] = [];
  const dates = readDays(parts.days, { order, today, country, doubts });
  const name = readName(parts.texts, doubts);
  const notes = [...name.rest, ...emails.slice(1), ...phones.slice(1), ...reference.slice(1), ...dates.unread];
  if (emails.length > 1)
    doubts.push({ about: 'E-mail', text: `Cards go to one address. Is it ${emails[0]}? The other went into the notes.` });
  const customer: NewCustomer = {
    ...name.names,
    ...(read ? { email: read.address } : {}),
    ...(phones[0] ? { phone: phones[0].trim() } : {}),
    ...(reference[0] ? { reference: reference[0].replace(/^#\s?/, '') } : {}),
    ...(dates.joinedOn ? { joinedOn: dates.joinedOn } : {}),
    ...(dates.dates.length > 0 ? { dates: dates.dates } : {}),
    ...(notes.length > 0 ? { notes: notes.join(', ') } : {}),
  };
  if (!customer.givenName && !customer.familyName && !customer.email)
    return { ok: false, reason: 'There is no name in it and no e-mail address. Begin with the name.' };
  return { ok: true, customer, understood: tell(customer, country), questions: doubts };
}

/** The order in which a country writes day and month; 'dmy' where it is not known. */
export function orderOf(country: string): DateOrder {
  const parts = formatIn(country, { day: 'numeric', month: 'numeric' }).formatToParts(0);
  const [first] = parts.filter(({ type }) => type === 'day' || type === 'month');
  return first?.type === 'month' ? 'mdy' : 'dmy';
}

interface Taker {
  (shape: RegExp): string[];
  rest(): string;
}

/** Takes what has a shape out of a line and leaves a mark: where days stood is told by the words beside them. */
function taker(line: string): Taker {
  let rest = line;
  const take = (shape: RegExp): string[] => {
    const taken: string[] = [];
    rest = rest.replaceAll(shape, (found) => {
      taken.push(found);
      return shape === dayShape ? ` ${MARK}${taken.length - 1}${MARK} ` : ' , ';
    });
    return taken;
  };
  return Object.assign(take, { rest: () => rest });
}

const MARK = '\u0001';
const months = [...monthNumbers.keys()].toSorted((a, b) => b.length - a.length).join('|');
const accented = 'janvier|février|août|décembre|märz|jänner';
const month = `(?:${accented}|${months})\\.?(?![\\p{L}])`;
const year = `(?:,?\\s*(?:de\\s+)?\\d{4}(?!\\d))?`;
/** A day with its month, in numbers or in words, the year beside it or not. */
const dayShape = new RegExp(
  [
    `(?<![\\d./-])\\d{4}[-./]\\d{1,2}[-./]\\d{1,2}(?![\\d/-])`,
    `(?<![\\d./+-])\\d{1,2}\\s?[./-]\\s?\\d{1,2}(?:\\s?[./-]\\s?(?:\\d{4}|\\d{2}))?\\.?(?![\\d/-])`,
    `(?<![\\d])\\d{1,2}\\s*(?:st|nd|rd|th|er|\\.|º)?\\s+(?:of\\s+|de\\s+)?${month}${year}`,
    `(?<![\\p{L}])${month}\\s*\\d{1,2}(?:st|nd|rd|th)?(?!\\d)${year}`,
  ].join('|'),
  'giu',
);

interface Parts {
  /** Each with the name that stands beside it; '' where there is none. */
  days: { text: string; name: string }[];
  texts: string[];
}

function partsOf(rest: string, days: string[]): Parts {
  const parts: Parts = { days: [], texts: [] };
  for (const segment of rest.replaceAll(/[()]/gu, ' ').split(/[,;|]/u)) {
    const pieces = segment.split(new RegExp(`${MARK}(\\d+)${MARK}`, 'u'));
    for (let n = 1; n < pieces.length; n += 2) {
      const named = nameBeside(pieces, n, parts.texts.length > 0);
      parts.days.push({ text: days[Number(pieces[n])] ?? '', name: named });
    }
    const text = pieces
      .filter((_, n) => n % 2 === 0)
      .map(bare)
      .filter(Boolean)
      .join(' ');
    if (text) parts.texts.push(text);
  }
  return parts;
}

/** Takes the words out of the pieces that say which day it is: those known, or all before it once the customer's name is known. */
function nameBeside(pieces: string[], n: number, named: boolean): string {
  const before = bare(pieces[n - 1] ?? '')
    .split(' ')
    .filter(Boolean);
  for (let from = 0; from < before.length; from++) {
    const words = before.slice(from).join(' ');
    if (isNameOfDay(words)) {
      pieces[n - 1] = before.slice(0, from).join(' ');
      return words;
    }
  }
  const behind = bare(pieces[n + 1] ?? '')
    .split(' ')
    .filter(Boolean);
  for (let to = behind.length; to > 0; to--) {
    const words = behind.slice(0, to).join(' ');
    if (isNameOfDay(words)) {
      pieces[n + 1] = behind.slice(to).join(' ');
      return words;
    }
  }
  if (!named || before.length === 0) return '';
  pieces[n - 1] = '';
  return before.join(' ');
}

const alsoMean: Record<string, string> = {
  married: 'wedding',
  'married on': 'wedding',
  'married since': 'wedding',
  wed: 'wedding',
  verheiratet: 'wedding',
  'verheiratet seit': 'wedding',
  marie: 'wedding',
  mariee: 'wedding',
  casado: 'wedding',
  casada: 'wedding',
  'b day': 'birthday',
  nee: 'birthday',
  ne: 'birthday',
  nacido: 'birthday',
  nacida: 'birthday',
  geburtstag: 'birthday',
  since: 'customer since',
  seit: 'customer since',
  depuis: 'customer since',
  desde: 'customer since',
};

function meant(words: string): string {
  const folded = fold(words);
  return alsoMean[folded] ?? folded;
}

function isNameOfDay(words: string): boolean {
  const field = fieldNamed(meant(words));
  return field?.is === 'date' || field?.is === 'joined';
}

interface DayContext {
  order: DateOrder;
  today: Day;
  country: string;
  doubts: { about: string; text: string }[];
}

/** `unread` are days that could not be: they go into the notes. */
function readDays(days: Parts['days'], context: DayContext): { dates: NewDate[]; joinedOn?: Day; unread: string[] } {
  const dates: NewDate[] = [];
  const unread: string[] = [];
  let joinedOn: Day | undefined;
  for (const { text, name } of days) {
    const joined = name !== '' && fieldNamed(meant(name))?.is === 'joined';
    const first = !dates.some(({ kind }) => kind === 'birthday');
    const { kind, label } = name === '' ? { kind: first ? 'birthday' : 'anniversary', label: '' } : dateNamed(meant(name));
    const about = joined ? 'Customer since' : dayName({ kind, label });
    const day = readDay(text, joined ? 'joined' : kind === 'birthday' ? 'birthday' : 'date', { ...context, about });
    if (name === '' && !first)
      context.doubts.push({ about, text: `Which day is ${text.trim()}? It was taken for an anniversary.` });
    if (name !== '' && !isNameOfDay(name))
      context.doubts.push({ about, text: `Is "${name}" a day of its own, with its own occasion?` });
    const taken = dates.some((date) => date.kind === kind && (date.label ?? '') === label);
    if (!day || taken) unread.push([name, text.trim()].filter(Boolean).join(' '));
    else if (joined && day.year !== null) joinedOn = isoOf({ ...day, year: day.year });
    else dates.push({ kind, ...(label ? { label } : {}), month: day.month, day: day.day, year: day.year });
  }
  return { dates, unread, ...(joinedOn ? { joinedOn } : {}) };
}

type About = DayContext & { about: string };

function readDay(text: string, role: 'birthday' | 'date' | 'joined', context: About): YearlyDay | undefined {
  const { order, today, doubts, about, country } = context;
  const whole = withWholeYear(text.trim(), role, today);
  if (whole.asked) doubts.push({ about, text: `Which year is meant in ${text.trim()}? The day was taken without a year.` });
  const reading: Reading = readDate(whole.text);
  const settled = settleDate(reading, provenOrder(reading) ?? order, role, today);
  if ('why' in settled || settled.date === null) {
    doubts.push({ about, text: `${text.trim()}: ${'why' in settled ? settled.why : 'This is no day.'} It was left out.` });
    return undefined;
  }
  // With full stops the day comes first wherever days are written first.
  const sure = order === 'dmy' && /^\d+\s?\./.test(text.trim());
  if (isOpen(reading) && !sure)
    doubts.push({
      about,
      text: `Is ${text.trim()} ${asDay(settled.date, country)} or ${asDay(swapped(settled.date), country)}?`,
    });
  return settled.date;
}

/** 14.3.80 was 1980, because 2080 is to come. Where either century may be meant, the year is left out and asked. */
function withWholeYear(text: string, role: string, today: Day): { text: string; asked: boolean } {
  const match = /^(\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?)(\d{2})\.?$/.exec(text);
  if (!match?.[1] || !match[2]) return { text, asked: false };
  const thisYear = Number(today.slice(0, 4));
  const recent = 2000 + Number(match[2]);
  if (recent > thisYear) return { text: `${match[1]}${recent - 100}`, asked: false };
  // Few customers are children, and fewer are over a hundred.
  const sure = role !== 'birthday' || recent <= thisYear - 16;
  return sure ? { text: `${match[1]}${recent}`, asked: false } : { text: match[1].replace(/\s?[./-]\s?$/, ''), asked: true };
}

function swapped({ month, day, year }: YearlyDay): YearlyDay {
  return { month: day, day: month, year };
}

interface Named {
  names: Pick<NewCustomer, 'givenName' | 'familyName'>;
  rest: string[];
}

/** The first words are the name. "Lopez, Maria" may be one either way. */
function readName(texts: string[], doubts: { about: string; text: string }[]): Named {
  const [first, second, ...rest] = texts;
  if (first === undefined) return { names: {}, rest: [] };
  const single = (text: string | undefined): text is string => text !== undefined && /^[\p{L}\p{M}’'-]+\.?$/u.test(text);
  if (single(first) && single(second)) {
    doubts.push({ about: 'Name', text: `Is ${second} the first name and ${first} the family name?` });
    return { names: { givenName: second, familyName: first }, rest };
  }
  const { given, family } = splitName(first);
  return {
    names: { ...(given ? { givenName: given } : {}), ...(family ? { familyName: family } : {}) },
    rest: second ? [second, ...rest] : rest,
  };
}

function tell(customer: NewCustomer, country: string): { what: string; text: string }[] {
  const { givenName, familyName, email, phone, reference, joinedOn, notes } = customer;
  const parts: [string, string | null | undefined][] = [
    ['First name', givenName],
    ['Family name', familyName],
    ['E-mail', email],
    ['Phone', phone],
    ...(customer.dates ?? []).map((date): [string, string] => [
      dayName(date),
      asDay({ ...date, year: date.year ?? null }, country),
    ]),
    ['Customer since', joinedOn && asDay(partsOfDay(joinedOn), country)],
    ['Your number', reference],
    ['Note', notes],
  ];
  return parts.flatMap(([what, text]) => (text ? [{ what, text }] : []));
}

/** What a yearly day is called on members' pages: 'Birthday', 'Wedding anniversary', 'Name day'. */
export function dayName({ kind, label = '' }: { kind: string; label?: string }): string {
  const plain = label ? (kind === 'anniversary' ? `${label} anniversary` : `${kind} (${label})`) : kind;
  const words = plain.replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function asDay({ month, day, year }: YearlyDay, country: string): string {
  const at = new Date(0);
  at.setUTCFullYear(year ?? 2000, month - 1, day);
  return formatIn(country, { day: 'numeric', month: 'long', ...(year === null ? {} : { year: 'numeric' }) }).format(at);
}

function formatIn(country: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = /^[A-Z]{2}$/.test(country) ? `en-${country}` : 'en-GB';
  return new Intl.DateTimeFormat(locale, { ...how, calendar: 'gregory', timeZone: 'UTC' });
}

function partsOfDay(day: Day): YearlyDay {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
}

function isoOf({ year, month: m, day }: { year: number; month: number; day: number }): Day {
  return `${String(year).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function bare(text: string): string {
  return text
    .replaceAll(/(?:^|(?<=\s))[:*=.–—-]+(?=\s|$)|[:*=]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
