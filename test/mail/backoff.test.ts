import { expect, test } from 'vitest';
import { nextTry } from '../../src/mail/backoff.ts';

const minutes = (ms: number | undefined) => (ms === undefined ? undefined : ms / 60_000);
const steady = () => 0;

test('Tries come after 5, 15, 30, 60 and 120 minutes, then every four hours', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => minutes(nextTry(attempt, steady)))).toEqual([5, 15, 30, 60, 120, 240, 240]);
});

test('Chance makes a wait up to a fifth longer, never shorter', () => {
  expect(minutes(nextTry(1, () => 1))).toBe(6);
  expect(minutes(nextTry(4, () => 0.5))).toBe(66);
});

test('After five days there is no next try', () => {
  const waits = Array.from({ length: 50 }, (_, i) => nextTry(i + 1, steady));
  const tries = waits.filter((wait) => wait !== undefined);
  const days = tries.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
  expect(days).toBeGreaterThan(4.5);
  expect(days).toBeLessThanOrEqual(5);
  expect(waits.slice(tries.length).every((wait) => wait === undefined)).toBe(true);
});
