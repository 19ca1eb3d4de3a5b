import { dayFromNumber, dayFromParts, type Day, isLeapYear } from '../../calendar/day.ts';
import { emptyWords, monthNumbers } from './month-names.ts';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** A yearly day; the year may be unknown. */
export interface YearlyDay {
  month: number;
  day: number;
  year: number | null;
}

/** What a text says as a date, before anybody knows whether the column puts the day or the month first. */
export type Reading =
  | { says: 'nothing' }
  /** `moment`: an hour in UTC stood beside it, so that for the shop it may have been another day. */
  | { says: 'day'; date: YearlyDay; moment?: true }
  /** Two numbers of which either may be the month. */
  | { says: 'either'; first: number; second: number; year: number | null }
  | { says: 'doubt'; why: string; order?: DateOrder };

/** A date as it goes in, or why it does not, in words. */
export type Settled = { date: YearlyDay | null } | { why: string };

export type DateRole = 'birthday' | 'date' | 'joined';

const nothing: Reading = { says: 'nothing' };
const blanks = new Set(
  '- -- --- . / ? x n/a na n.a. none null nil unknown unbekannt keine inconnu aucun desconocido ninguno 0'.split(' '),
);
const noDate = /^(?:0{1,2}([./-])0{1,2}\1(?:0{2}|0{4})|0{4}([./-])0{1,2}\2[0]{1,2}|0{8}|0001-01-01)(?:[ T].*)?$/;
const timeOfDay = /^(.*?\d)(?:T|\s+)(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(?:[ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;

// Apple and some phones write these years when they know none.
const noYears = new Set([0, 1, 1604]);

/** Reads a date in any usual form; a question of order stays open. Impossible days and doubtful ones come back as `doubt`. */
export function readDate(text: string): Reading {
  const trimmed = text.normalize('NFKC').trim();
  if (trimmed === '' || blanks.has(trimmed.toLowerCase()) || noDate.test(trimmed)) return nothing;
  if (trimmed.length > 60) return doubt('This is too long to be a date.');
  const timed = timeOfDay.exec(trimmed);
  const day = timed?.[1] ?? trimmed;
  const reading = yearFirst(day) ?? yearless(day) ?? twoNumbersAndYear(day) ?? digitsOnly(day) ?? inWords(day) ?? notUnderstood();
  return reading.says === 'day' &&
    /^(?:Z|UTC|GMT|[+-]00:?00)$/i.test(timed?.[3] ?? '') &&
    !/^0?0:00(?::00(?:[.,]0+)?)?$/.test(timed?.[2] ?? '')
    ? { ...reading, moment: true }
    : reading;
}

/** The date under the column's order, held against what a birthday or a first visit can be. `today` is the business's. */
export function settleDate(reading: Reading, order: DateOrder | undefined, role: DateRole, today: Day): Settled {
  if (reading.says === 'nothing') return { date: null };
  if (reading.says === 'doubt') return { why: reading.why };
  const date = reading.says === 'day' ? reading.date : ordered(reading, order ?? provenOrder(reading));
  if (reading.says === 'day' && reading.moment && role !== 'joined')
    return { why: 'This is an hour in UTC: for the shop it may be the day before or after.' };
  if (date === undefined) return { why: 'Either number can be the month, and the file does not say which.' };
  const why = impossible(date) ?? unlikely(date, role, today);
  return why === undefined ? { date } : { why };
}

/** The order that one value proves; undefined when it proves none. */
export function provenOrder(reading: Reading): DateOrder | undefined {
  if (reading.says === 'doubt') return reading.order;
  if (reading.says !== 'either') return undefined;
  const { first, second } = reading;
  if (first > 12 && first <= 31 && second <= 12) return 'dmy';
  return second > 12 && second <= 31 && first <= 12 ? 'mdy' : undefined;
}

/** Whether the order decides what the value means: 5/6 is two days, 5/5 is one. */
export function isOpen(reading: Reading): boolean {
  return reading.says === 'either' && reading.first <= 12 && reading.second <= 12 && reading.first !== reading.second;
}

function yearFirst(text: string): Reading | undefined {
  const match =
    /^(\d{4})(?:([-./])(\d{1,2})\2(\d{1,2})\.?|(\d{2})(\d{2}))$/.exec(text) ?? /^(\d{4})(年)(\d{1,2})月(\d{1,2})日$/.exec(text);
  if (!match) return undefined;
  const year = Number(match[1]);
  const [month, day] = [Number(match[3] ?? match[5]), Number(match[4] ?? match[6])];
  if (match[5] !== undefined && !(year >= 1850 && year < 2200)) return eightDigits(text);
  return { says: 'day', date: { month, day, year: noYears.has(year) ? null : year } };
}

// 14031980: as in 14/03/1980, without the strokes.
function eightDigits(text: string): Reading | undefined {
  const [first, second, year] = [Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4))];
  return year >= 1850 && year < 2200 ? { says: 'either', first, second, year } : undefined;
}

function yearless(text: string): Reading | undefined {
  const dashed = /^--(\d{1,2})-?(\d{2})$/.exec(text);
  if (dashed) return { says: 'day', date: { month: Number(dashed[1]), day: Number(dashed[2]), year: null } };
  if (/^---\d{1,2}$|^--\d{1,2}$/.test(text)) return doubt('This is only part of a date: the day and the month are both needed.');
  // 14.3. – a month with a full stop after it is only written day first.
  const stops = /^(\d{1,2})\. ?(\d{1,2})\.$/.exec(text);
  if (stops) return { says: 'day', date: { day: Number(stops[1]), month: Number(stops[2]), year: null } };
  const pair = /^(\d{1,2}) ?[./-] ?(\d{1,2})$/.exec(text);
  return pair && Number(pair[1]) <= 31 && Number(pair[2]) <= 31
    ? { says: 'either', first: Number(pair[1]), second: Number(pair[2]), year: null }
    : undefined;
}

function twoNumbersAndYear(text: string): Reading | undefined {
  const match = /^(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?[-./ ] ?'?(\d{4}|\d{2})$/.exec(text);
  if (!match) return undefined;
  const [first, second, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
  if (match[4]?.length === 4) return { says: 'either', first, second, year: noYears.has(year) ? null : year };
  const order = first > 31 ? undefined : provenOrder({ says: 'either', first, second, year: null });
  return { ...twoDigitYear(), ...(order && { order }) };
}

/** Numbers alone: a year is no date; a spreadsheet's count of days since 1900 is one. */
function digitsOnly(text: string): Reading | undefined {
  const match = /^(\d{4,6})(?:[.,]\d+)?$/.exec(text);
  const number = Number(match?.[1]);
  if (!match) return undefined;
  if (number >= 1850 && number <= 2100) return doubt('This is only a year: the day and the month are needed too.');
  if (match[1]?.length === 6 && number > 73_050) return twoDigitYear();
  if (match[1]?.startsWith('0') || number < 366 || number > 73_050) return undefined;
  return { says: 'day', date: partsOf(dayFromNumber(number - 25_569)) };
}

function inWords(text: string): Reading | undefined {
  const words =
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[ªº]/g, ' ')
      .match(/[a-z]+|\d+/g) ?? [];
  const months = words.map((word) => monthNumbers.get(word)).filter((month) => month !== undefined);
  const numbers = words.filter((word) => /^\d/.test(word));
  const others = words.filter((word) => !/^\d/.test(word) && !monthNumbers.has(word) && !emptyWords.has(word));
  const month = months.at(-1);
  if (month === undefined || others.length > 0 || new Set(months).size > 1) return undefined;
  if (numbers.length === 0 || numbers.length > 2) return doubt('The day is missing.');
  const year = numbers.find((number) => number.length === 4);
  const rest = numbers.filter((number) => number !== year);
  if (rest.length === 2) return twoDigitYear();
  const day = Number(rest[0] ?? Number.NaN);
  if (Number.isNaN(day)) return doubt('The day is missing.');
  return { says: 'day', date: { month, day, year: year === undefined || noYears.has(Number(year)) ? null : Number(year) } };
}

function ordered(
  { first, second, year }: { first: number; second: number; year: number | null },
  order?: DateOrder,
): YearlyDay | undefined {
  if (first === second || (first > 12 && second > 12)) return { day: first, month: second, year };
  if (order === undefined || (order === 'ymd' && year !== null)) return undefined;
  return order === 'dmy' ? { day: first, month: second, year } : { month: first, day: second, year };
}

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const names = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });

function impossible({ month, day, year }: YearlyDay): string | undefined {
  const length = lengths[month - 1];
  if (length === undefined) return `There is no month ${month}.`;
  if (day < 1 || day > length) return `There is no ${day} ${names.format(new Date(Date.UTC(2000, month - 1, 1)))}.`;
  if (month === 2 && day === 29 && year !== null && !isLeapYear(year)) return `${year} had no 29 February.`;
  return undefined;
}

// Days that programs write when they know none.
const stand = new Set(['1970-01-01', '1900-01-01', '1899-12-30', '1899-12-31', '1904-01-01', '1601-01-01']);

function unlikely({ month, day, year }: YearlyDay, role: DateRole, today: Day): string | undefined {
  if (year === null) return role === 'joined' ? 'The year is missing.' : undefined;
  if (year < 1 || year > 9999) return `The year ${year} cannot be right.`;
  const date = dayFromParts(year, month, day);
  if (stand.has(date)) return 'Programs write this day when they know none. Is it right?';
  if (date > today && role !== 'date') return 'This day is still to come.';
  if (year < Number(today.slice(0, 4)) - 120) return `The year ${year} is very long ago. Is it right?`;
  return year > Number(today.slice(0, 4)) + 5 ? 'This day is far in the future.' : undefined;
}

function partsOf(day: Day): YearlyDay {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8)) };
}

function doubt(why: string): Reading & { says: 'doubt' } {
  return { says: 'doubt', why };
}

function twoDigitYear(): Reading & { says: 'doubt' } {
  return doubt('The year has only two digits: 1924 and 2024 would look the same.');
}

function notUnderstood(): Reading {
  return doubt('This is not a date that can be understood.');
}
