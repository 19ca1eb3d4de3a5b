import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';

/** Where jobs wait: in Redis (or Valkey) when it has an address, else in the database, in a schema of their own. */
export interface QueueSettings {
  databaseUrl: string;
  redisUrl?: string | undefined;
}

export interface Job {
  name: string;
  data: object;
}

/** Jobs on their way. They carry ids and nothing else, and any of them may be lost or come twice: the ledger decides. */
export interface JobQueue {
  /** Fails within seconds when the store cannot be reached. */
  add(jobs: Job[]): Promise<void>;
  /** How many wait to be taken up. */
  waiting(): Promise<number>;
  /** Takes up jobs, `concurrency` at a time, until closed. What `work` throws is told to `onError`, and the job is gone. */
  startWorker(work: (job: Job) => Promise<void>, options: WorkerOptions): QueueWorker;
  close(): Promise<void>;
}

export interface WorkerOptions {
  concurrency: number;
  onError: (error: Error) => void;
}

export interface QueueWorker {
  /** Takes up nothing more and waits for what it has. `force`: does not wait. */
  close(force?: boolean): Promise<void>;
}

const NAME = 'cards';
/** The braces keep all keys on one machine of a Redis cluster. */
const PREFIX = '{fondly}';
export const QUEUE_SCHEMA = 'fondly_queue';

const ADD_WITHIN_MS = 5000;
const CLOSE_WITHIN_MS = 2000;
const REST_AFTER_ERROR_MS = 1000;
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** Opens the queue for adding; `onError` hears of lost connections, which come back by themselves. */
export function openQueue(settings: QueueSettings, onError: (error: Error) => void): JobQueue {
  const lost = { wanted: true };
  const queue = newQueue(settings, lost);
  queue.on('error', onError);
  return {
    add: async (jobs) => {
      await within(ADD_WITHIN_MS, queue.addBulk(jobs.map((job) => ({ ...job, opts: JOB_OPTIONS }))));
    },
    waiting: () => within(ADD_WITHIN_MS, queue.getWaitingCount()),
    startWorker: (work, options) => startWorker(settings, work, options),
    close: () => {
      lost.wanted = false;
      return atMost(CLOSE_WITHIN_MS, queue.close());
    },
  };
}

/** Makes or renews the queue's own schema in the database; nothing to do for Redis. Ten starters at once are as good as one. */
export async function migrateQueue({ databaseUrl, redisUrl }: QueueSettings): Promise<void> {
  if (redisUrl !== undefined) return;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'fondly queue' });
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}

/** What ioredis needs to know of REDIS_URL: `redis://user:password@host:6379/0`, `rediss://` for TLS. */
export function redisOptions(redisUrl: string) {
  const url = new URL(redisUrl);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: Number(url.port || 6379),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    connectTimeout: 5000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
  };
}

/** A connection that is being closed is not sought again: it would keep the process alive. */
function whileWanted(options: ReturnType<typeof redisOptions>, lost: { wanted: boolean }) {
  return { ...options, retryStrategy: (times: number) => (lost.wanted ? options.retryStrategy(times) : null) };
}

function newQueue({ databaseUrl, redisUrl }: QueueSettings, lost: { wanted: boolean }) {
  if (redisUrl === undefined) return new Queue(NAME, { connection: postgres(databaseUrl, 2) }, createPostgresBackend);
  const connection = { ...whileWanted(redisOptions(redisUrl), lost), maxRetriesPerRequest: 1, enableOfflineQueue: false };
  return new Queue(NAME, { connection, prefix: PREFIX });
}

function postgres(databaseUrl: string, max: number) {
  return { connectionString: databaseUrl, schema: QUEUE_SCHEMA, max, keepAlive: true, application_name: 'fondly queue' };
}

function startWorker(
  settings: QueueSettings,
  work: (job: Job) => Promise<void>,
  { concurrency, onError }: WorkerOptions,
): QueueWorker {
  // Sends take as long as a mail server likes, and a job that is run twice finds its rows claimed: a lost lock costs nothing.
  const options = {
    concurrency,
    lockDuration: 60_000,
    stalledInterval: 15_000,
    maxStalledCount: 1_000_000,
    runRetryDelay: REST_AFTER_ERROR_MS,
    drainDelay: 5,
    ...JOB_OPTIONS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
  const lost = { wanted: true };
  const process = (job: Job) => work(job);
  const { databaseUrl, redisUrl } = settings;
  const worker =
    redisUrl === undefined
      ? new Worker(NAME, process, { ...options, connection: postgres(databaseUrl, 4) }, createPostgresBackend)
      : new Worker(NAME, process, {
          ...options,
          connection: { ...whileWanted(redisOptions(redisUrl), lost), maxRetriesPerRequest: null },
          prefix: PREFIX,
        });
  worker.on('failed', (_job, error) => onError(error));
  worker.on('error', (error) => {
    onError(error);
    rest(worker);
  });
  const end = (): Promise<void> => {
    lost.wanted = false;
    return atMost(CLOSE_WITHIN_MS, worker.close(true));
  };
  return { close: (force) => (force ? end() : worker.close()) };
}

/** BullMQ asks again at once when its store fails in any way but "connection refused"; a store that restarts would be asked a thousand times a second. */
function rest(worker: Pick<Worker, 'isPaused' | 'pause' | 'resume'> & { closing?: unknown }): void {
  if (worker.isPaused() || worker.closing) return;
  void worker.pause(true);
  setTimeout(() => {
    if (!worker.closing) void worker.resume();
  }, REST_AFTER_ERROR_MS).unref();
}

/** BullMQ waits to be connected before it closes: for a store that never answered, for ever. */
async function atMost(ms: number, closing: Promise<void>): Promise<void> {
  await Promise.race([closing.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, ms))]);
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('The queue did not answer')), ms);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}
