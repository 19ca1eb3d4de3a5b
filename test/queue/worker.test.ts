import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import pg from 'pg';
import { type Recurring, recurringThings, startClockwork } from '../../src/queue/clockwork.ts';
import { migrateQueue, openQueue } from '../../src/queue/connection.ts';
import { handlersFor, runJob, sendJobs } from '../../src/queue/handlers.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { testDatabase } from '../support/database.ts';
import { needs } from '../support/need.ts';
import { startRedis } from '../support/redis.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, ledger, MORNING, openSender, openShop } from '../touchpoints/send-shop.ts';

const { db, url } = await testDatabase();
await migrateQueue({ databaseUrl: url });
const shop = await openShop(db);
const now = () => MORNING;

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 100_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('It did not come to pass within 25 s');
    await sleep(25);
  }
}

test('a job carries up to twenty keys and nothing else', () => {
  const refs = Array.from({ length: 45 }, (_, n) => ({ businessId: 'b', id: `t${n}` }));
  const jobs = sendJobs(refs);
  expect(jobs.map(({ name, data }) => [name, Object.keys(data)])).toEqual([
    ['send', ['touchpoints']],
    ['send', ['touchpoints']],
    ['send', ['touchpoints']],
  ]);
  expect(jobs[2]!.data).toEqual({
    touchpoints: [
      ['b', 't40'],
      ['b', 't41'],
      ['b', 't42'],
      ['b', 't43'],
      ['b', 't44'],
    ],
  });
});

test('a job that nobody handles is refused by name', async () => {
  await using set = openSender(db, 1);
  expect(() => runJob(handlersFor(set.sender), { name: 'toString', data: {} })).toThrow('No handler for the job "toString"');
});

test('the clockwork keeps its beat, goes on at once while there is more, and outlives errors', async () => {
  const beats: number[] = [];
  let errors = 0;
  const counting: Recurring = {
    name: 'count',
    everyMs: 50,
    step: () => Promise.resolve(beats.push(performance.now()) % 3 !== 0),
  };
  const failing: Recurring = { name: 'fail', everyMs: 20, step: () => Promise.reject(new Error('again')) };
  const clockwork = startClockwork([counting, failing], () => void (errors += 1));
  await until(() => Promise.resolve(beats.length >= 9 && errors >= 3));
  await clockwork.stop();
  const [at, said] = [beats.length, errors];
  await sleep(80);
  expect([beats.length, errors]).toEqual([at, said]);
});

test('a worker outlives a database that drops every connection', async () => {
  await using sink = await startSink({ latencyMs: 5 });
  await using set = openSender(db, sink.port, { leaseMs: 1000 });
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 60 }, (_, n) => `drop-${n}@example.com`),
  );
  let troubles = 0;
  const queue = openQueue({ databaseUrl: url }, () => void (troubles += 1));
  const recurring = recurringThings({ db, queue, now, markMs: 1000, pauseMs: 0 })
    .filter(({ name }) => name !== 'plan')
    .map((thing) => ({ ...thing, everyMs: 200 }));
  const worker = startWorker({ db, queue, sender: set.sender, now, log: set.sender.log, recurring });
  await until(() => Promise.resolve(sink.messages.length > 10));
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await admin.end();
  const open = () =>
    db
      .selectFrom('touchpoint')
      .select('id')
      .where('state', 'in', ['planned', 'leased', 'handing over', 'deferred'])
      .execute()
      .then(
        (rows) => rows.length > 0,
        () => true,
      );
  await until(async () => !(await open()));
  const more = await addDue(db, shop, ['after@example.com']);
  await until(async () => (await ledger(db, more[0]!)).state === 'accepted');
  await worker.close();
  await queue.close();
  const recipients = sink.messages.map(({ recipient }) => recipient);
  expect(new Set(recipients).size).toBe(recipients.length);
  const states = await Promise.all(dues.map(async (due) => (await ledger(db, due)).state));
  expect(states.filter((state) => state !== 'accepted' && state !== 'uncertain')).toEqual([]);
});

test('a worker outlives a Redis that goes away, and sends when it is back', needs('redis-server'), async () => {
  await using redis = await startRedis({ appendonly: true });
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const queue = openQueue({ databaseUrl: url, redisUrl: redis.url }, () => undefined);
  const recurring = recurringThings({ db, queue, now, markMs: 1000 }).filter(({ name }) => name !== 'plan');
  const worker = startWorker({ db, queue, sender: set.sender, now, log: set.sender.log, recurring });
  const [before] = await addDue(db, shop, ['before@example.com']);
  await until(async () => (await ledger(db, before!)).state === 'accepted');
  await redis.kill9();
  const [meanwhile] = await addDue(db, shop, ['meanwhile@example.com']);
  await sleep(500);
  expect(await ledger(db, meanwhile!)).toMatchObject({ state: 'planned' });
  await redis.restart();
  await until(async () => (await ledger(db, meanwhile!)).state === 'accepted');
  await worker.close();
  await queue.close();
});
