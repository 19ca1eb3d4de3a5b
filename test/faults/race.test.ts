import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { enqueueDue, recurringThings } from '../../src/queue/clockwork.ts';
import { migrateQueue, openQueue } from '../../src/queue/connection.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { testDatabase } from '../support/database.ts';
import { needs } from '../support/need.ts';
import { startRedis } from '../support/redis.ts';
import { startSink } from '../support/smtp-sink.ts';
import { raceStops } from './stop-race.ts';
import { addDue, type Due, ledger, MORNING, openSender, openShop } from '../touchpoints/send-shop.ts';

const { db, url } = await testDatabase();
const shop = await openShop(db);

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 150_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('It did not come to pass in time');
    await sleep(25);
  }
}

const state = async (due: Due) => (await ledger(db, due)).state;

// A twentieth of `npm run bench -- race`.
test('a stop that races a hand-over wins, or the card had already been handed over', async () => {
  const race = await raceStops(db, shop, 100);
  expect(race).toMatchObject({ handedOverAfterStop: 0, lost: 0 });
  // It takes 10 ms for each command; a busy machine is let off.
  expect(race.latestMs).toBeLessThan(20_000);
  expect(race.stopped).toBeGreaterThan(0);
  expect(race.sent).toBeGreaterThan(0);
  expect(race.states).toEqual({ accepted: race.sent, blocked: race.stopped });
});

test('two workers that are given the same cards send each once', async () => {
  await using sink = await startSink();
  await using one = openSender(db, sink.port);
  await using two = openSender(db, sink.port);
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 40 }, (_, n) => `both-${n}@example.com`),
  );
  await Promise.all([one, two, one, two].map(({ sender }) => sendTouchpoints(sender, dues)));
  expect(sink.messages).toHaveLength(40);
  expect(new Set(sink.messages.map(({ recipient }) => recipient)).size).toBe(40);
  expect(new Set(await Promise.all(dues.map(state)))).toEqual(new Set(['accepted']));
});

test('a worker that is frozen for longer than its lease and wakes up sends nothing again', async () => {
  await using sink = await startSink({ latencyMs: 20 });
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 60 }, (_, n) => `frozen-${n}@example.com`),
  );
  const leaseMs = 1000;
  await migrateQueue({ databaseUrl: url });
  const script = new URL('worker-process.ts', import.meta.url).pathname;
  const options = JSON.stringify({ databaseUrl: url, port: sink.port, leaseMs, lines: 2 });
  const worker = spawn(process.execPath, [script, options], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(worker.stdout, 'data');
    worker.stdin.write('go\n');
    await until(async () => sink.messages.length >= 10);
    worker.kill('SIGSTOP');
    await using other = openSender(db, sink.port, { leaseMs });
    const queue = openQueue({ databaseUrl: url }, () => undefined);
    const now = () => MORNING;
    const recurring = recurringThings({ db, queue, now, markMs: 500, pauseMs: 0 }).filter(({ name }) => name !== 'plan');
    const second = startWorker({
      db,
      queue,
      sender: other.sender,
      now,
      log: other.sender.log,
      recurring: recurring.map((thing) => ({ ...thing, everyMs: 200 })),
    });
    await sleep(2 * leaseMs);
    worker.kill('SIGCONT');
    await until(async () => (await Promise.all(dues.map(state))).every((each) => each === 'accepted' || each === 'uncertain'));
    await second.close();
    await queue.close();
  } finally {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  const recipients = sink.messages.map(({ recipient }) => recipient).filter((recipient) => recipient.startsWith('frozen-'));
  expect(recipients.length).toBe(new Set(recipients).size);
  const tries = await sql<{
    most: number;
  }>`select max(n) as most from attempt where touchpoint_id = any(${dues.map(({ id }) => id)}::uuid[]) and stage = 'accepted'`.execute(
    db,
  );
  expect(tries.rows[0]!.most).toBe(1);
});

test('a worker process that is told to end does so at once, and the next one loses and doubles nothing', async () => {
  await using sink = await startSink({ latencyMs: 20 });
  await migrateQueue({ databaseUrl: url });
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 60 }, (_, n) => `term-${n}@example.com`),
  );
  const script = new URL('worker-process.ts', import.meta.url).pathname;
  const options = JSON.stringify({ databaseUrl: url, port: sink.port, leaseMs: 20_000, lines: 2 });
  const run = async (enough: () => Promise<boolean>): Promise<number> => {
    const worker = spawn(process.execPath, [script, options], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(worker.stdout, 'data');
    worker.stdin.write('go\n');
    await until(enough);
    const start = performance.now();
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
    return performance.now() - start;
  };
  expect(await run(() => Promise.resolve(sink.messages.length >= 10))).toBeLessThan(30_000);
  expect(new Set(await Promise.all(dues.map(state)))).toEqual(new Set(['accepted', 'planned']));
  await db.updateTable('touchpoint').set({ queued_until: null }).where('state', '=', 'planned').execute();
  await run(async () => (await Promise.all(dues.map(state))).every((each) => each === 'accepted'));
  expect(sink.messages).toHaveLength(60);
});

test('a queue that loses everything loses no card', { ...needs('redis-server') }, async () => {
  await using redis = await startRedis();
  await using sink = await startSink();
  await using set = openSender(db, sink.port);
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 100 }, (_, n) => `flushed-${n}@example.com`),
  );
  const queue = openQueue({ databaseUrl: url, redisUrl: redis.url }, () => undefined);
  await enqueueDue(db, queue, MORNING, 1000);
  expect(await queue.waiting()).toBe(5);
  await redis.kill9();
  await redis.restart();
  const now = () => MORNING;
  const recurring = recurringThings({ db, queue, now, markMs: 1000 }).filter(({ name }) => name !== 'plan');
  const worker = startWorker({ db, queue, sender: set.sender, now, log: set.sender.log, recurring });
  await until(async () => (await Promise.all(dues.map(state))).every((each) => each === 'accepted'));
  await worker.close();
  await queue.close();
  expect(sink.messages).toHaveLength(100);
});

test('a worker that is told to stop lets go of what has not left, at once', async () => {
  await using sink = await startSink({ latencyMs: 200 });
  await using set = openSender(db, sink.port, { mailer: { maxConnections: 2 } });
  const dues = await addDue(
    db,
    shop,
    Array.from({ length: 20 }, (_, n) => `stopped-${n}@example.com`),
  );
  const sending = sendTouchpoints(set.sender, dues);
  await until(async () => sink.commands.some((command) => command.includes('MAIL FROM')));
  await set.sender.stop();
  await sending;
  const states = await Promise.all(dues.map(state));
  expect(new Set(states)).toEqual(new Set(['accepted', 'planned']));
  expect(states.filter((each) => each === 'accepted')).toHaveLength(sink.messages.length);
});
