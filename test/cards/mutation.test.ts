import { expect, test } from 'vitest';
import { mutate } from '../bench/mutate.ts';

test('of 100 ready cards, broken in the ways in which people break them, none is published that fails at sending', async () => {
  const { slipped, refused, wouldFail } = await mutate({ seed: 20_261_122, count: 100 });
  expect(slipped).toEqual([]);
  expect(wouldFail).toBeGreaterThan(20);
  expect(refused).toBeGreaterThanOrEqual(wouldFail);
});
