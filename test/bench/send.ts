import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import nodemailer from 'nodemailer';
import type { Db } from '../../src/businesses/commit.ts';
import { renderCard } from '../../src/cards/render.ts';
import { findWording } from '../../src/occasions/cards.ts';
import { mergeDataFor } from '../../src/occasions/merge-data.ts';

import { migrateQueue, openQueue } from '../../src/queue/connection.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { startRedis } from '../support/redis.ts';
import { addDue, MORNING, openSender, openShop, type SendShop } from '../touchpoints/send-shop.ts';
import { benchDatabase } from './bench-database.ts';

const CARDS = 5000;
const LINES = 20;

export interface SendFigures {
  /** Cards a second. */
  nodemailer: number[];
  postgres: number[];
  redis: number[];
}

/**
 * Birthday cards to `cards` customers, in turns with a bare nodemailer pool that composes the same rendered card to the same sink over as
 * many lines, in the same process. Fondly claims, hands over and writes the outcome of each card; nodemailer writes nothing.
 */
export async function benchSend(cards = CARDS, rounds = 2): Promise<SendFigures> {
  await using bench = await benchDatabase();
  await using sink = await startSinkProcess();
  await using redis = await startRedis({ appendonly: true });
  await migrateQueue({ databaseUrl: bench.url });
  const shop = await openShop(bench.db);
  const figures: SendFigures = { nodemailer: [], postgres: [], redis: [] };
  const add = (round: string) =>
    addDue(
      bench.db,
      shop,
      Array.from({ length: cards }, (_, n) => `customer-${round}-${n}@example.com`),
    );
  await sendAll(bench, await add('warm'), sink.port, undefined);
  for (let round = 0; round < rounds; round++) {
    figures.nodemailer.push(await sendBare(bench.db, shop, cards, sink.port));
    figures.postgres.push(await sendAll(bench, await add(`p${round}`), sink.port, undefined));
    figures.redis.push(await sendAll(bench, await add(`r${round}`), sink.port, redis.url));
  }
  return figures;
}

export async function reportSend(): Promise<void> {
  const figures = await benchSend();
  const bare = mean(figures.nodemailer);
  for (const [name, rates] of Object.entries(figures) as [string, number[]][]) {
    const ratio = (mean(rates) / bare).toFixed(2);
    process.stdout.write(
      `${name.padEnd(11)} ${rates.map((rate) => rate.toFixed(0)).join(', ')} cards/s, ${ratio} times a bare nodemailer pool\n`,
    );
  }
}

async function sendAll(
  bench: { db: Db; url: string },
  due: { id: string }[],
  port: number,
  redisUrl: string | undefined,
): Promise<number> {
  await sql`analyze`.execute(bench.db);
  const queue = openQueue({ databaseUrl: bench.url, redisUrl }, (error) => process.stderr.write(`${error.message}\n`));
  const set = openSender(bench.db, port, { mailer: { maxConnections: LINES, maxMessages: 1e6 } });
  const now = () => MORNING;
  const start = performance.now();
  const worker = startWorker({ db: bench.db, queue, sender: set.sender, now, log: set.sender.log });
  while (await someLeft(bench.db)) await new Promise((wake) => setTimeout(wake, 20));
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  await queue.close();
  if (set.said.length > 0) process.stderr.write(`${set.said.slice(0, 5).join('\n')}\n`);
  return due.length / seconds;
}

// Through the indexes of open rows only, so that looking costs nothing.
async function someLeft(db: Db): Promise<boolean> {
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from touchpoint where state in ('planned', 'deferred') and coalesce(next_at, due_at) <= ${MORNING})
      or exists (select from touchpoint where state in ('leased', 'handing over') and lease_until > '2000-01-01') as left`.execute(
    db,
  );
  return rows[0]!.left;
}

async function sendBare(db: Db, shop: SendShop, cards: number, port: number): Promise<number> {
  const { business, occasions } = shop;
  const wording = (await findWording(db, business.id, occasions['birthday']!.card_id, null, ['en']))!;
  const links = { view: `https://cards.example/v/${'a'.repeat(66)}`, unsubscribe: `https://cards.example/u/${'a'.repeat(66)}` };
  const person = { given_name: 'Mia', family_name: 'Okafor' };
  const date = { kind: 'birthday', label: '' };
  const card = renderCard(
    wording.card,
    mergeDataFor({ business, person, occasion: { name: 'Birthday' }, date, years: 40, links, language: 'en' }),
  );
  const pool = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: LINES,
    maxMessages: Infinity,
  });
  const { subject, html, text } = card;
  const from = { name: business.from_name, address: business.from_address };
  const unsubscribe = { url: links.unsubscribe, comment: '' };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: cards }, (_, n) => {
      const to = { name: 'Mia Okafor', address: `bare-${n}@example.com` };
      return pool.sendMail({
        from,
        to,
        subject,
        html,
        text,
        list: { unsubscribe: unsubscribe.url },
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  pool.close();
  return cards / seconds;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sink in a process of its own, so that it shares no thread with what is measured. */
export async function startSinkProcess(options: object = {}): Promise<{ port: number } & AsyncDisposable> {
  const child = spawn(
    process.execPath,
    [new URL('../support/smtp-sink-process.ts', import.meta.url).pathname, JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  const end = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
  return { port, [Symbol.asyncDispose]: end };
}
