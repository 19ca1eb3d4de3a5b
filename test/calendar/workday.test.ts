import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, eachDay, weekdayOf } from '../../src/calendar/day.ts';
import { type WorkdayRule, isWorkday, workdayNear } from '../../src/calendar/workday.ts';
import { SEED } from '../support/seed.ts';

test('a working day stays what it is', () => {
  expect(workdayNear('2027-03-03', 'before', 'DE')).toBe('2027-03-03');
  expect(workdayNear('2027-03-03', 'after', 'DE')).toBe('2027-03-03');
});

test('a Saturday goes to Friday before or Monday after', () => {
  expect(workdayNear('2027-03-06', 'before', 'DE')).toBe('2027-03-05');
  expect(workdayNear('2027-03-06', 'after', 'DE')).toBe('2027-03-08');
});

test('holidays that touch a weekend are stepped over together', () => {
  expect(workdayNear('2027-03-27', 'before', 'DE')).toBe('2027-03-25'); // Good Friday is the 26th
  expect(workdayNear('2027-03-27', 'after', 'DE')).toBe('2027-03-30'); // Easter Monday is the 29th
  expect(workdayNear('2026-12-25', 'after', 'GB')).toBe('2026-12-29'); // Boxing Day's substitute is the 28th
});

test('new year is stepped over in both directions', () => {
  expect(workdayNear('2027-01-01', 'before', 'DE')).toBe('2026-12-31');
  expect(workdayNear('2027-01-01', 'after', 'DE')).toBe('2027-01-04');
  expect(workdayNear('2027-12-31', 'after', 'US')).toBe('2028-01-03'); // the Friday off for Saturday 1 January
});

test('a holiday that runs from December into January covers both years', () => {
  expect(isWorkday('2026-12-31', 'SZ')).toBe(false);
  expect(isWorkday('2024-01-02', 'SZ')).toBe(false);
});

test('a region adds its own holidays, however it is written', () => {
  expect(workdayNear('2027-01-06', 'before', 'DE')).toBe('2027-01-06');
  for (const region of ['BY', 'by', 'DE-BY', 'de-by'])
    expect(workdayNear('2027-01-06', 'before', 'DE', region)).toBe('2027-01-05');
  expect(workdayNear('2027-01-06', 'before', 'de', 'by')).toBe('2027-01-05');
  expect(workdayNear('2027-01-06', 'before', 'DE', 'nowhere')).toBe('2027-01-06');
});

test('only public holidays count: not Mother’s Day, not a half holiday with a working morning', () => {
  expect(isWorkday('2026-12-24', 'DE')).toBe(true);
  expect(isWorkday('2026-12-24', 'IS')).toBe(true);
  expect(isWorkday('2026-12-25', 'IS')).toBe(false);
  expect(isWorkday('2027-02-14', 'US')).toBe(false); // Valentine's is a Sunday in 2027 …
  expect(isWorkday('2028-02-14', 'US')).toBe(true); // … and a working Monday in 2028
});

test('a holiday of several days closes each of them', () => {
  expect(eachDay('2026-03-20', '2026-03-23').map((day) => isWorkday(day, 'TR'))).toEqual([false, false, false, true]);
});

test('the weekend is the country’s own', () => {
  const closed = (country: string) =>
    eachDay('2027-11-15', '2027-11-21')
      .filter((day) => !isWorkday(day, country))
      .map(weekdayOf);
  expect(closed('SA')).toEqual([5, 6]);
  expect(closed('IL')).toEqual([5, 6]);
  expect(closed('EG')).toEqual([5, 6]);
  expect(closed('AE')).toEqual([6, 7]);
  expect(closed('DE')).toEqual([6, 7]);
});

test('without a country that anybody knows, only Saturday and Sunday are closed', () => {
  for (const country of [undefined, null, '', 'XX', 'Germany', '??', '__proto__', 'constructor']) {
    expect(workdayNear('2026-12-25', 'before', country)).toBe('2026-12-25');
    expect(workdayNear('2026-12-26', 'before', country, 'BY')).toBe('2026-12-25');
  }
});

test('whatever the country, the answer is the first working day in its direction, and it is soon', () => {
  const country = fc.constantFrom('DE', 'US', 'FR', 'ES', 'GB', 'IL', 'SA', 'AE', 'CN', 'JP', 'IN', 'IR', 'TR', 'BR', 'ZZ');
  const day = fc.integer({ min: 0, max: 365 * 4 }).map((n) => addDays('2026-01-01', n));
  const property = fc.property(day, fc.constantFrom<WorkdayRule>('before', 'after'), country, (from, rule, where) => {
    const near = workdayNear(from, rule, where);
    const between = rule === 'before' ? eachDay(addDays(near, 1), from) : eachDay(from, addDays(near, -1));
    expect(isWorkday(near, where)).toBe(true);
    expect(between.filter((each) => isWorkday(each, where))).toEqual([]);
    expect(between.length).toBeLessThan(12);
    expect(workdayNear(near, rule, where)).toBe(near);
  });
  fc.assert(property, { numRuns: 200, seed: SEED });
});
