import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachDay, parseDay, yearOf } from '../../src/calendar/day.ts';
import {
  type LeapRule,
  type MonthDay,
  isMonthDay,
  monthDaysOn,
  occurrenceIn,
  occurrencesBetween,
  yearsOn,
} from '../../src/calendar/occurrence.ts';
import { SEED } from '../support/seed.ts';

const LEAP_DAY = { month: 2, day: 29 };
const LEAP_RULES: LeapRule[] = ['feb28', 'mar1'];
const DAYS = eachDay('1896-01-01', '2104-12-31');
const MONTH_DAYS = DAYS.filter((day) => day.startsWith('1896')).map((day) => ({
  month: Number(day.slice(5, 7)),
  day: Number(day.slice(8)),
}));

test('somebody of 29 February celebrates on the 28th or on 1 March by their rule, and on the 29th when there is one', () => {
  expect([2027, 2028, 1900, 2000, 2100].map((year) => occurrenceIn(year, LEAP_DAY, 'feb28'))).toEqual([
    '2027-02-28',
    '2028-02-29',
    '1900-02-28',
    '2000-02-29',
    '2100-02-28',
  ]);
  expect([2027, 2028, 1900, 2000, 2100].map((year) => occurrenceIn(year, LEAP_DAY, 'mar1'))).toEqual([
    '2027-03-01',
    '2028-02-29',
    '1900-03-01',
    '2000-02-29',
    '2100-03-01',
  ]);
});

test('a range holds each occurrence once, at both of its ends, across years', () => {
  expect(occurrencesBetween({ month: 1, day: 2 }, 'feb28', '2026-12-20', '2027-01-02')).toEqual(['2027-01-02']);
  expect(occurrencesBetween({ month: 12, day: 31 }, 'feb28', '2026-12-31', '2028-12-31')).toEqual([
    '2026-12-31',
    '2027-12-31',
    '2028-12-31',
  ]);
  expect(occurrencesBetween(LEAP_DAY, 'mar1', '2027-02-01', '2027-02-28')).toEqual([]);
  expect(occurrencesBetween(LEAP_DAY, 'feb28', '2027-02-28', '2028-02-28')).toEqual(['2027-02-28']);
  expect(occurrencesBetween({ month: 6, day: 1 }, 'feb28', '2027-06-02', '2027-05-31')).toEqual([]);
});

test('a month and day that no year has is refused, not moved', () => {
  const wrong: MonthDay[] = [
    { month: 2, day: 30 },
    { month: 2, day: 31 },
    { month: 4, day: 31 },
    { month: 0, day: 1 },
    { month: 13, day: 1 },
    { month: 6, day: 0 },
    { month: 6, day: 1.5 },
    { month: Number.NaN, day: 1 },
  ];
  expect(wrong.filter(isMonthDay)).toEqual([]);
  expect(MONTH_DAYS.filter(isMonthDay)).toHaveLength(366);
  expect(() => occurrenceIn(2028, { month: 2, day: 30 }, 'feb28')).toThrow(RangeError);
});

test('years are told only when the year is known and at least one has passed', () => {
  expect(yearsOn('2027-02-28', 1992)).toBe(35);
  expect(yearsOn('2027-02-28', null)).toBeUndefined();
  expect(yearsOn('2027-02-28', 2027)).toBeUndefined();
  expect(yearsOn('2027-02-28', 2028)).toBeUndefined();
  expect(yearsOn('2027-02-28', 2026)).toBe(1);
});

test('1896 to 2104: every month and day comes once a year, where a calendar on the wall has it', () => {
  const wrong = LEAP_RULES.flatMap((leapRule) =>
    MONTH_DAYS.flatMap((date) =>
      Array.from({ length: 209 }, (_, n) => 1896 + n)
        .filter((year) => occurrenceIn(year, date, leapRule) !== onTheWall(year, date, leapRule))
        .map((year) => `${year} ${date.month}/${date.day} ${leapRule}`),
    ),
  );
  expect(wrong).toEqual([]);
});

test('1896 to 2104: who is looked up for a day is exactly who has their occurrence on it', () => {
  for (const leapRule of LEAP_RULES) {
    const celebrated = MONTH_DAYS.flatMap((date) =>
      occurrencesBetween(date, leapRule, '1896-01-01', '2104-12-31').map((day) => entry(day, date)),
    );
    const lookedUp = DAYS.flatMap((day) =>
      monthDaysOn(day)
        .filter((date) => date.leapRule === undefined || date.leapRule === leapRule)
        .map((date) => entry(day, date)),
    );
    const [found, due] = [new Set(lookedUp), new Set(celebrated)];
    expect([lookedUp.length, found.size, due.size]).toEqual(Array(3).fill(celebrated.length));
    expect(celebrated.filter((each) => !found.has(each))).toEqual([]);
  }
});

test('any range is the whole sequence cut to size', () => {
  const day = fc.integer({ min: 0, max: DAYS.length - 1 }).map((n) => DAYS[n]!);
  const property = fc.property(
    fc.constantFrom(...MONTH_DAYS),
    fc.constantFrom(...LEAP_RULES),
    day,
    day,
    (date, leapRule, one, other) => {
      const [from, to] = [one, other].toSorted() as [string, string];
      const whole = Array.from({ length: 209 }, (_, n) => onTheWall(1896 + n, date, leapRule));
      expect(occurrencesBetween(date, leapRule, from, to)).toEqual(whole.filter((each) => each >= from && each <= to));
      expect(new Set(whole.map(yearOf)).size).toBe(209);
    },
  );
  fc.assert(property, { seed: SEED });
});

// The oracle: is the day in that year's calendar? If not, the neighbour by the rule. It knows nothing of leap years itself.
function onTheWall(year: number, { month, day }: MonthDay, leapRule: LeapRule): string {
  const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const real = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
  return real ? text : `${year}-${leapRule === 'feb28' ? '02-28' : '03-01'}`;
}

function entry(day: string, { month, day: dayOfMonth }: MonthDay): string {
  return `${parseDay(day)} ${month}/${dayOfMonth}`;
}
