import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDayOf } from '../../src/calendar/instant.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Fondly, fondly } from '../support/fondly.ts';
import { needs } from '../support/need.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type Sink, type SinkMessage, startSink } from '../support/smtp-sink.ts';
import { zoneAtNoon } from '../support/zone-at-noon.ts';

const COUNT = 30;

/** COUNT people with their birthday today, one without an address, one whose day was yesterday. */
function sheet(today: string, yesterday: string): string {
  const people = Array.from({ length: COUNT }, (_, i) => `Guest ${i},guest${i}@example.com,1980-${today.slice(5)}`);
  const others = [`Nora,,1980-${today.slice(5)}`, `Yuri,yuri@example.com,1980-${yesterday.slice(5)}`];
  return ['Name,Email,Birthday', ...people, ...others].join('\n');
}

const postgres = await testDatabase();
const withRedis = await testDatabase();
let sink: Sink;

beforeAll(async () => {
  sink = await startSink({ keepRaw: true });
});
afterAll(() => sink.close());

/** A live shop: customers come in from a file, the worker plans and sends, and the ledger says what came of it. */
async function journey({ db, url }: TestDatabase, more: Record<string, string>): Promise<readonly SinkMessage[]> {
  const program = fondly({ DATABASE_URL: url, SMTP_URL: `smtp://127.0.0.1:${sink.port}`, ...more });
  const now = new Date();
  const zone = zoneAtNoon(now);
  const today = localDayOf(now, zone);
  const yesterday = localDayOf(new Date(now.getTime() - 86_400_000), zone);
  const words = [
    '--name',
    'Rosa & Fern',
    '--slug',
    'rosa',
    '--from',
    'Rosa <hello@rosa.example>',
    '--postal-address',
    '1 Market Row',
  ];
  expect((await program.run('business', 'add', ...words, '--time-zone', zone, '--country', 'GB', '--live')).code).toBe(0);
  const file = path.join(program.dataDir, 'customers.csv');
  await writeFile(file, sheet(today, yesterday));
  expect(await program.json('import', file, '--business', 'rosa')).toMatchObject({ created: COUNT + 2 });
  const before = sink.messages.length;
  const worker = program.spawn('worker');
  const accepted = () => db.selectFrom('touchpoint').select('id').where('state', '=', 'accepted').execute();
  for (const end = Date.now() + 100_000; (await accepted()).length < COUNT && Date.now() < end;) await sleep(100);
  expect(await worker.stop()).toBe(0);
  const got = sink.messages.slice(before);
  await agreesWithLedger(db, got);
  await agreesWithPlan(program, today);
  return got;
}

/** Each guest once, and nobody else. */
const everyGuest = Array.from({ length: COUNT }, (_, i) => `guest${i}@example.com`).toSorted();

function recipients(got: readonly SinkMessage[]): string[] {
  return got.map(({ recipient }) => recipient).toSorted();
}

async function agreesWithLedger(db: TestDatabase['db'], got: readonly SinkMessage[]): Promise<void> {
  const kept = await db.selectFrom('message').select(['message_id', 'hash']).execute();
  const inLedger = kept.map((row) => `${row.message_id} ${row.hash.toString('hex')}`).toSorted();
  expect(inLedger).toEqual(got.map(({ messageId, sha256 }) => `${messageId} ${sha256}`).toSorted());
  const states = await db.selectFrom('touchpoint').select(['state', 'practice']).where('state', '=', 'accepted').execute();
  expect(states.every(({ practice }) => !practice)).toBe(true);
}

async function agreesWithPlan(program: Fondly, today: string): Promise<void> {
  const plan = await program.json<Plan>('plan', '--business', 'rosa', '--from', today, '--to', today);
  expect(plan.touchpoints).toHaveLength(COUNT);
  expect(new Set(plan.touchpoints.map(({ state, occasion, day }) => `${state} ${occasion} ${day}`))).toEqual(
    new Set([`accepted birthday ${today}`]),
  );
  expect(plan.without).toEqual([
    { customer: 'Nora', email: null, occasion: 'birthday', day: today, reason: expect.stringContaining('no e-mail address') },
  ]);
}

interface Plan {
  touchpoints: { state: string; occasion: string; day: string }[];
  without: object[];
}

describe('from a file to the mail server', () => {
  it('goes through PostgreSQL', async () => {
    expect(recipients(await journey(postgres, {}))).toEqual(everyGuest);
  });
});

describe('from a file to the mail server with Redis', needs('redis-server'), () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ appendonly: true, args: ['--maxmemory-policy', 'noeviction'] });
  });
  afterAll(() => redis?.stop());
  it('goes through Redis', async () => {
    expect(recipients(await journey(withRedis, { REDIS_URL: redis.url }))).toEqual(everyGuest);
  });
});
