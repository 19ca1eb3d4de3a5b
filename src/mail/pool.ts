import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type Envelope, type NoLine, openConnection, resetLine, sendOver, type SendResult, type Timeouts } from './connection.ts';
import type { SmtpServer } from './smtp-url.ts';

export interface PoolOptions extends SmtpServer {
  /** A line is closed after so many messages (100) and so long a rest in milliseconds (20,000). */
  readonly maxMessages?: number;
  readonly idleMs?: number;
  /** A line that has rested longer than this (1,000 ms) is asked whether it lives before it is given out. */
  readonly probeAfterMs?: number;
  readonly timeouts?: Partial<Timeouts>;
}

/** A ready line, for one holder at a time: any number of messages one after the other, then `release`. */
export interface Slot {
  readonly kind: 'slot';
  send(envelope: Envelope, bytes: Buffer, signal?: AbortSignal): Promise<SendResult>;
  release(): void;
}

/** No line to be had now, and why; `retryInMs` is when the mailer itself would try again. Nothing was sent. */
export interface Unavailable extends Omit<NoLine, 'kind'> {
  readonly kind: 'unavailable';
  readonly retryInMs: number;
}

interface Line {
  readonly connection: SMTPConnection;
  sent: number;
  restingSince: number;
  alive: boolean;
  idleTimer?: NodeJS.Timeout;
}

interface Waiter {
  readonly resolve: (result: Slot | Unavailable) => void;
  readonly signal: AbortSignal | undefined;
  readonly stop: () => void;
}

/** The lines to one server, and who waits for one. */
export interface Pool {
  readonly server: SmtpServer;
  readonly most: number;
  readonly maxMessages: number;
  readonly idleMs: number;
  readonly probeAfterMs: number;
  readonly timeouts: Timeouts;
  readonly free: Line[];
  readonly busy: Set<Line>;
  readonly waiting: Waiter[];
  opening: number;
  strikes: number;
  restUntil: number;
  restTimer: NodeJS.Timeout | undefined;
  lastFailure: NoLine | undefined;
  closed: boolean;
  onQuiet: () => void;
}

const STOPPED: NoLine = { kind: 'deferred', cause: 'connection', reply: 'Fondly is stopping.', stage: 'connect' };
const SHORT_REST = 1000;
const LONGEST_REST = 60_000;
const PROBE_MS = 5000;
const PATIENCE_MS = 1000;

export function newPool(options: PoolOptions): Pool {
  const timeouts = { connect: 30_000, envelope: 60_000, reply: 600_000, ...options.timeouts };
  return {
    server: options,
    most: options.maxConnections ?? 5,
    maxMessages: options.maxMessages ?? 100,
    idleMs: options.idleMs ?? 20_000,
    probeAfterMs: options.probeAfterMs ?? 1000,
    timeouts,
    free: [],
    busy: new Set(),
    waiting: [],
    opening: 0,
    strikes: 0,
    restUntil: 0,
    restTimer: undefined,
    lastFailure: undefined,
    closed: false,
    onQuiet: () => {},
  };
}

export function reserve(pool: Pool, signal: AbortSignal | undefined): Promise<Slot | Unavailable> {
  if (pool.closed || signal?.aborted) return Promise.resolve(unavailable(pool, STOPPED));
  const rest = pool.restUntil - performance.now();
  if (pool.lastFailure && rest > SHORT_REST && lines(pool) === 0) return Promise.resolve(unavailable(pool, pool.lastFailure));
  return new Promise((resolve) => {
    const stop = () => {
      const at = pool.waiting.indexOf(waiter);
      if (at >= 0) pool.waiting.splice(at, 1);
      resolve(unavailable(pool, STOPPED));
    };
    const waiter: Waiter = { resolve, signal, stop };
    signal?.addEventListener('abort', stop, { once: true });
    pool.waiting.push(waiter);
    serve(pool);
  });
}

export async function closePool(pool: Pool, waitMs: number): Promise<void> {
  pool.closed = true;
  clearTimeout(pool.restTimer);
  refuseAll(pool, STOPPED);
  for (const line of pool.free.slice()) retire(pool, line);
  if (pool.busy.size === 0) return;
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, waitMs);
  pool.onQuiet = patience.resolve;
  await patience.promise;
  clearTimeout(timer);
  for (const line of pool.busy) drop(pool, line);
}

/** Gives free lines to those who wait, and opens new ones as far as that is not enough. */
function serve(pool: Pool): void {
  while (pool.waiting.length > 0) {
    const line = pool.free.pop();
    if (!line) break;
    give(pool, line, pool.waiting.shift() as Waiter);
  }
  if (pool.waiting.length === 0 || pool.closed) return;
  const rest = pool.restUntil - performance.now();
  if (rest > SHORT_REST && lines(pool) === 0 && pool.lastFailure) return refuseAll(pool, pool.lastFailure);
  if (rest > 0) return void (pool.restTimer ??= setTimeout(endRest, rest, pool));
  while (pool.opening < pool.waiting.length && lines(pool) < pool.most) void open(pool);
}

function endRest(pool: Pool): void {
  pool.restTimer = undefined;
  serve(pool);
}

function give(pool: Pool, line: Line, waiter: Waiter): void {
  clearTimeout(line.idleTimer);
  pool.busy.add(line);
  if (performance.now() - line.restingSince > pool.probeAfterMs) return void probe(pool, line, waiter);
  hand(pool, line, waiter);
}

async function probe(pool: Pool, line: Line, waiter: Waiter): Promise<void> {
  if (await resetLine(line.connection, PROBE_MS)) return hand(pool, line, waiter);
  drop(pool, line);
  if (pool.closed) return refuse(pool, waiter, STOPPED);
  if (!waiter.signal?.aborted) pool.waiting.unshift(waiter);
  serve(pool);
}

function hand(pool: Pool, line: Line, waiter: Waiter): void {
  waiter.signal?.removeEventListener('abort', waiter.stop);
  if (!pool.closed && !waiter.signal?.aborted) return waiter.resolve(slotFor(pool, line));
  refuse(pool, waiter, STOPPED);
  putBack(pool, line);
}

function slotFor(pool: Pool, line: Line): Slot {
  let mine = true;
  return {
    kind: 'slot',
    send: async (envelope, bytes, signal) => {
      if (!mine) throw new Error('This slot was released');
      const result = await sendOver(line.connection, envelope, bytes, pool.timeouts, signal);
      await tidy(pool, line, result);
      return result;
    },
    release: () => {
      if (!mine) return;
      mine = false;
      putBack(pool, line);
    },
  };
}

// A refused message may leave the session half way. It is cleared here and not before the next message, which must leave at once.
async function tidy(pool: Pool, line: Line, result: SendResult): Promise<void> {
  line.sent += 1;
  line.restingSince = performance.now();
  if (result.kind === 'accepted') {
    pool.strikes = 0;
    return;
  }
  const code = 'code' in result ? result.code : undefined;
  if (code === 421) strike(pool, result as NoLine);
  const usable = line.alive && code !== undefined && code !== 421 && (await resetLine(line.connection, PROBE_MS));
  if (!usable) line.connection.close();
}

function putBack(pool: Pool, line: Line): void {
  pool.busy.delete(line);
  if (!line.alive || pool.closed || line.sent >= pool.maxMessages) {
    farewell(line);
  } else {
    line.idleTimer = setTimeout(retire, pool.idleMs, pool, line);
    line.idleTimer.unref();
    pool.free.push(line);
  }
  if (pool.closed && pool.busy.size === 0) pool.onQuiet();
  serve(pool);
}

function retire(pool: Pool, line: Line): void {
  forget(pool, line);
  farewell(line);
}

// QUIT, and no longer wait for its answer than a polite moment.
function farewell(line: Line): void {
  if (!line.alive) return;
  line.connection.quit();
  setTimeout(() => line.connection.close(), PATIENCE_MS).unref();
}

function drop(pool: Pool, line: Line): void {
  forget(pool, line);
  line.connection.close();
}

function forget(pool: Pool, line: Line): void {
  clearTimeout(line.idleTimer);
  pool.busy.delete(line);
  const at = pool.free.indexOf(line);
  if (at >= 0) pool.free.splice(at, 1);
}

async function open(pool: Pool): Promise<void> {
  pool.opening += 1;
  const opened = await openConnection(pool.server, pool.timeouts);
  pool.opening -= 1;
  if ('kind' in opened) return failed(pool, opened);
  const line: Line = { connection: opened, sent: 0, restingSince: performance.now(), alive: true };
  opened.once('end', () => {
    line.alive = false;
    if (!pool.busy.has(line)) forget(pool, line);
  });
  putBack(pool, line);
}

function failed(pool: Pool, failure: NoLine): void {
  strike(pool, failure);
  if (lines(pool) === 0) refuseAll(pool, failure);
  serve(pool);
}

function refuseAll(pool: Pool, failure: NoLine): void {
  for (const waiter of pool.waiting.splice(0)) refuse(pool, waiter, failure);
}

function refuse(pool: Pool, waiter: Waiter, failure: NoLine): void {
  waiter.signal?.removeEventListener('abort', waiter.stop);
  waiter.resolve(unavailable(pool, failure));
}

function strike(pool: Pool, failure: NoLine): void {
  pool.strikes += 1;
  pool.lastFailure = failure;
  // One 421 in the middle of a session is a server that is done with that line, not with us.
  if (pool.strikes === 1 && failure.stage !== 'connect') return;
  pool.restUntil = performance.now() + Math.min(LONGEST_REST, 250 * 2 ** pool.strikes);
}

function unavailable(pool: Pool, failure: NoLine): Unavailable {
  return { ...failure, kind: 'unavailable', retryInMs: Math.max(0, Math.ceil(pool.restUntil - performance.now())) };
}

function lines(pool: Pool): number {
  return pool.free.length + pool.busy.size + pool.opening;
}
