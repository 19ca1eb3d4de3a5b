import { expect, test } from 'vitest';
import { checkQueue } from '../../src/queue/check.ts';
import { migrateQueue } from '../../src/queue/connection.ts';
import { testDatabase } from '../support/database.ts';
import { needs } from '../support/need.ts';
import { startRedis } from '../support/redis.ts';

const { url: databaseUrl } = await testDatabase();
const sentences = async (redisUrl?: string) =>
  (await checkQueue({ databaseUrl, redisUrl })).filter(({ ok }) => !ok).map(({ sentence }) => sentence);

test('a queue without tables is told to migrate, and is well after it', async () => {
  expect(await sentences()).toEqual(['The queue has no tables yet. Run "fondly migrate".']);
  await Promise.all([1, 2, 3].map(() => migrateQueue({ databaseUrl })));
  expect(await sentences()).toEqual([]);
});

test('a database that does not answer is said, without its password', async () => {
  const [found] = await checkQueue({ databaseUrl: 'postgres://fondly:secret@127.0.0.1:1/fondly' });
  expect(found).toEqual({ what: 'queue', ok: false, sentence: 'The queue in PostgreSQL does not answer. Check DATABASE_URL.' });
});

test('a careful Redis is well', needs('redis-server'), async () => {
  await using redis = await startRedis({ appendonly: true, args: ['--maxmemory-policy', 'noeviction'] });
  expect(await sentences(redis.url)).toEqual([]);
});

test('a Redis that drops jobs or forgets them at a crash is told what to set', needs('redis-server'), async () => {
  await using redis = await startRedis({ args: ['--maxmemory-policy', 'allkeys-lru'] });
  expect(await sentences(redis.url)).toEqual([
    'Redis may throw jobs away when its memory is full (maxmemory-policy is "allkeys-lru"). Set maxmemory-policy to noeviction.',
    'Redis forgets its jobs at a crash; nothing is lost, but cards go out up to a minute late. Set appendonly to yes.',
  ]);
});

test('a Redis that is not there is said', needs('redis-server'), async () => {
  expect(await sentences('redis://:secret@127.0.0.1:1')).toEqual([
    'Redis does not answer, or refuses the password. Check REDIS_URL.',
  ]);
});
