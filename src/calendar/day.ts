// Local days as ISO text. Everything here is UTC arithmetic on whole days: no zone, no clock, and quick enough for millions of calls.

/** A local day, 'YYYY-MM-DD', years 0001 to 9999. Days sort and compare as text. */
export type Day = string;

/** Monday is 1 and Sunday 7, as in ISO 8601 and in Intl's week info. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const MS_PER_DAY = 86_400_000;
const FIRST_DAY = -719_162; // 0001-01-01
const LAST_DAY = 2_932_896; // 9999-12-31

/** The day that a text names, if it is exactly 'YYYY-MM-DD' and that day is real; else undefined. */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return undefined;
  const ms = Date.parse(text);
  // 31 February parses, as 3 March: only a text that comes back unchanged was a real day.
  return !Number.isNaN(ms) && dayFromNumber(ms / MS_PER_DAY) === text ? text : undefined;
}

/** The day `n` days later; earlier when `n` is negative. */
export function addDays(day: Day, n: number): Day {
  return dayFromNumber(dayNumber(day) + n);
}

/** Days from one day to another: 1 from a day to the next, negative backwards. */
export function daysBetween(from: Day, to: Day): number {
  return dayNumber(to) - dayNumber(from);
}

/** Every day from `from` to `to`, both included; none when `to` is the earlier. */
export function eachDay(from: Day, to: Day): Day[] {
  const first = dayNumber(from);
  return Array.from({ length: Math.max(0, dayNumber(to) - first + 1) }, (_, n) => dayFromNumber(first + n));
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

export function weekdayOf(day: Day): Weekday {
  const sinceThursday = (dayNumber(day) + 3) % 7; // 1970-01-01 was a Thursday
  return (((sinceThursday + 7) % 7) + 1) as Weekday;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The day made of its parts, which the caller knows to be real. */
export function dayFromParts(year: number, month: number, day: number): Day {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** Days since 1970-01-01. A text that is no day throws a RangeError: what comes from outside goes through parseDay first. */
export function dayNumber(day: Day): number {
  const number = Date.parse(day) / MS_PER_DAY;
  if (day.length !== 10 || !Number.isInteger(number)) throw new RangeError(`Not a day: ${JSON.stringify(day)}`);
  return number;
}

/** The inverse of dayNumber. Outside the years 0001 to 9999 it throws a RangeError. */
export function dayFromNumber(number: number): Day {
  if (!(number >= FIRST_DAY && number <= LAST_DAY)) throw new RangeError(`Not a day number: ${number}`);
  const date = new Date(number * MS_PER_DAY);
  return dayFromParts(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, '0');
}
