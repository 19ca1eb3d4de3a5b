import { type Day, dayFromParts, isLeapYear, yearOf } from './day.ts';

/** The day on which somebody of 29 February celebrates in a common year. In a leap year it is always 29 February. */
export type LeapRule = 'feb28' | 'mar1';

/** A yearly date as it was entered: month 1 to 12, day 1 to 31; 29 February included. */
export type MonthDay = { month: number; day: number };

/** A stored month and day that falls on some day; with a leap rule, only for those who follow that rule. */
export type MonthDayOn = MonthDay & { leapRule?: LeapRule };

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether some year has this month and day: 29 February is one, 31 April is not. */
export function isMonthDay({ month, day }: MonthDay): boolean {
  return Number.isInteger(day) && day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** The one occurrence in a year. It always starts from the month and day as entered. Throws a RangeError when no year has that day. */
export function occurrenceIn(year: number, date: MonthDay, leapRule: LeapRule): Day {
  if (!isMonthDay(date)) throw new RangeError(`No year has day ${date.day} of month ${date.month}`);
  if (!isLeapDay(date) || isLeapYear(year)) return dayFromParts(year, date.month, date.day);
  return leapRule === 'feb28' ? dayFromParts(year, 2, 28) : dayFromParts(year, 3, 1);
}

/** Every occurrence from `from` to `to`, both included, in order. */
export function occurrencesBetween(date: MonthDay, leapRule: LeapRule, from: Day, to: Day): Day[] {
  const years = Array.from({ length: Math.max(0, yearOf(to) - yearOf(from) + 1) }, (_, n) => yearOf(from) + n);
  return years.map((year) => occurrenceIn(year, date, leapRule)).filter((day) => day >= from && day <= to);
}

/** Whose day is it? The inverse of occurrenceIn: the stored month and days that fall on this day, ready for a lookup by index. */
export function monthDaysOn(day: Day): MonthDayOn[] {
  const own = { month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
  if (isLeapYear(yearOf(day))) return [own];
  if (own.month === 2 && own.day === 28) return [own, { month: 2, day: 29, leapRule: 'feb28' }];
  if (own.month === 3 && own.day === 1) return [own, { month: 2, day: 29, leapRule: 'mar1' }];
  return [own];
}

/** The age, or the years together, on an occurrence; undefined while there is none to tell: year unknown, the first day itself, or before it. */
export function yearsOn(occurrence: Day, year: number | null): number | undefined {
  if (year === null) return undefined;
  const years = yearOf(occurrence) - year;
  return years > 0 ? years : undefined;
}

function isLeapDay({ month, day }: MonthDay): boolean {
  return month === 2 && day === 29;
}
