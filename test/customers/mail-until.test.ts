import { expect, test } from 'vitest';
import { type Ground, mailUntil } from '../../src/customers/mail-until.ts';

const toronto = { country: 'CA', zone: 'America/Toronto' };
const sold: Ground = {
  basis: 'customer',
  basisOn: '2024-05-01',
  createdAt: new Date('2024-05-01T12:00:00Z'),
  boughtOn: '2026-03-14',
};

test('in Canada a sale lets mail go for two years', () => {
  expect(mailUntil(toronto, sold)).toBe('2028-03-14');
});

test('the later of the sale and the day that was noted counts', () => {
  expect(mailUntil(toronto, { ...sold, basisOn: '2026-06-01' })).toBe('2028-06-01');
  expect(mailUntil(toronto, { ...sold, boughtOn: null })).toBe('2026-05-01');
});

test('without a day that was noted, the day counts on which they were entered, by the clock of the shop', () => {
  const entered = { ...sold, basisOn: null, boughtOn: null, createdAt: new Date('2025-01-01T03:00:00Z') };
  expect(mailUntil(toronto, entered)).toBe('2026-12-31');
});

test('two years after 29 February end on 28 February', () => {
  expect(mailUntil(toronto, { ...sold, boughtOn: '2028-02-29' })).toBe('2030-02-28');
});

test('a yes has no end, and elsewhere nothing has', () => {
  expect(mailUntil(toronto, { ...sold, basis: 'consent' })).toBeNull();
  expect(mailUntil(toronto, { ...sold, basis: 'none' })).toBeNull();
  expect(mailUntil({ country: 'GB', zone: 'Europe/London' }, sold)).toBeNull();
});
