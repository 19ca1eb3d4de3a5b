import { expect, test } from 'vitest';
import { needs } from '../support/need.ts';
import { testDatabase } from '../support/database.ts';
import { startRedis } from '../support/redis.ts';
import { killWorkers } from './kill.ts';

const { db, url } = await testDatabase();

// A tenth of the full size: `npm run bench -- kill` does 20 kills in 2,000 sends.
// The lease is long enough for a worker on a busy machine to renew it: a lease that dies without a kill would add doubles of its own.
const size = { cards: 120, kills: 3, lines: 5, leaseMs: 6000 };
// At each kill: one card on each line, and as many again whose outcome is not yet written.
const mostInFlight = size.kills * 2 * size.lines;
const allArrived = { missing: 0, notDelivered: 0, different: 0, unexplained: 0, untrue: 0, states: { accepted: size.cards } };

test('a worker killed again and again loses no card, and what it sends twice is the same mail', async () => {
  const found = await killWorkers(db, url, { ...size, policy: 'retry' });
  expect(found).toMatchObject(allArrived);
  expect(found.inFlight).toBeLessThanOrEqual(mostInFlight);
});

test('asked first, a card that a kill cut off is at the sink or uncertain, and nothing goes twice', async () => {
  const found = await killWorkers(db, url, { ...size, policy: 'ask' });
  expect(found).toMatchObject({ missing: 0, doubles: 0, different: 0, unexplained: 0, untrue: 0 });
  expect(found.inFlight).toBeLessThanOrEqual(mostInFlight);
});

test('the same holds with the queue in Redis', needs('redis-server'), async () => {
  await using redis = await startRedis({ appendonly: true });
  const found = await killWorkers(db, url, { ...size, policy: 'retry', redisUrl: redis.url });
  expect(found).toMatchObject(allArrived);
  expect(found.inFlight).toBeLessThanOrEqual(mostInFlight);
});
