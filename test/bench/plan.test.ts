import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { benchPlan } from './plan.ts';

const small = await testDatabase();
const large = await testDatabase();

// A hundredth of `npm run bench -- plan`. At this size most of the time is overhead, so the ratio is held loosely.
test('a day costs what its cards cost, however many customers there are', async () => {
  const among1000 = await benchPlan(small, 1_000, 27);
  const among10000 = await benchPlan(large, 10_000, 27);
  expect(among10000.touchpoints).toBe(27);
  expect(among10000.touchpoints).toBe(among1000.touchpoints);
  expect(among10000.seconds / among1000.seconds).toBeLessThan(4);
  expect(among10000.peakMegabytes).toBeLessThan(200);
});
