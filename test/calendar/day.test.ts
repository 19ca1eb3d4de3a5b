import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  dayFromNumber,
  dayNumber,
  daysBetween,
  eachDay,
  isLeapYear,
  parseDay,
  weekdayOf,
  yearOf,
} from '../../src/calendar/day.ts';
import { SEED } from '../support/seed.ts';

const anyDay = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const usualDay = fc
  .date({ min: new Date('1880-01-01'), max: new Date('2200-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

test('a real day is read as it stands', () => {
  expect(['2027-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '0099-07-04'].map(parseDay)).toEqual([
    '2027-02-28',
    '2024-02-29',
    '2000-02-29',
    '0001-01-01',
    '9999-12-31',
    '0099-07-04',
  ]);
});

test('what is no day, or not written as one, is none', () => {
  const notDays = [
    '2027-02-29',
    '1900-02-29',
    '2100-02-29',
    '2027-02-31',
    '2027-04-31',
    '2027-13-01',
    '2027-00-10',
    '2027-01-00',
    '0000-01-01',
  ];
  const notWritten = [
    '',
    '2027-1-1',
    '27-01-01',
    '2027-01-01 ',
    '2027-01-01\n',
    '2027-01-01T00:00',
    '+002027-01-01',
    '20270101',
    '２０２７-01-01',
    'today',
  ];
  expect([...notDays, ...notWritten].filter((text) => parseDay(text) !== undefined)).toEqual([]);
});

test('days before and after step over month ends, leap days and new year', () => {
  expect(addDays('2027-03-01', -1)).toBe('2027-02-28');
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  expect(addDays('2100-02-28', 1)).toBe('2100-03-01');
  expect(addDays('2027-01-03', -7)).toBe('2026-12-27');
  expect(addDays('2027-01-31', 30)).toBe('2027-03-02');
  expect(addDays('2027-10-31', 0)).toBe('2027-10-31');
});

test('a range of days holds both of its ends, and backwards it is empty', () => {
  expect(eachDay('2028-02-27', '2028-03-01')).toEqual(['2028-02-27', '2028-02-28', '2028-02-29', '2028-03-01']);
  expect(eachDay('2027-05-05', '2027-05-05')).toEqual(['2027-05-05']);
  expect(eachDay('2027-05-05', '2027-05-04')).toEqual([]);
});

test('weekdays run from Monday, 1, to Sunday, 7', () => {
  expect(eachDay('2026-11-16', '2026-11-22').map(weekdayOf)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(weekdayOf('1969-12-31')).toBe(3);
  expect(weekdayOf('1900-01-01')).toBe(1);
});

test('a text that is no day stops the sum instead of spoiling it', () => {
  expect(() => addDays('soon', 1)).toThrow(RangeError);
  expect(() => dayNumber('2027-13-01')).toThrow(RangeError);
  expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
  expect(() => dayFromNumber(Number.NaN)).toThrow(RangeError);
});

test('adding and counting days undo each other, and text order is time order', () => {
  const property = fc.property(usualDay, fc.integer({ min: -20_000, max: 20_000 }), (day, n) => {
    const later = addDays(day, n);
    expect(parseDay(later)).toBe(later);
    expect(daysBetween(day, later)).toBe(n);
    expect(Math.sign(later.localeCompare(day))).toBe(Math.sign(n));
  });
  fc.assert(property, { seed: SEED });
});

test('any day of any year comes back from its number, its parts agreeing with JavaScript', () => {
  const property = fc.property(anyDay, (day) => {
    expect(dayFromNumber(dayNumber(day))).toBe(day);
    expect(yearOf(day)).toBe(new Date(day).getUTCFullYear());
    expect(weekdayOf(day) % 7).toBe(new Date(day).getUTCDay());
    expect(parseDay(`${day.slice(0, 4)}-02-29`) !== undefined).toBe(isLeapYear(yearOf(day)));
  });
  fc.assert(property, { seed: SEED });
});
