import { assertSchemaCompatibility } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { QUEUE_SCHEMA, type QueueSettings, redisOptions } from './connection.ts';

/** One thing that was looked at. `sentence` says what was found, or what to do. */
export interface Finding {
  what: string;
  ok: boolean;
  sentence: string;
}

const OLDEST_REDIS = '6.2';

/** What `doctor` says of the queue's store: whether it answers, and whether it may be trusted to keep jobs. Never throws. */
export async function checkQueue(settings: QueueSettings): Promise<Finding[]> {
  return settings.redisUrl === undefined ? checkPostgres(settings.databaseUrl) : checkRedis(settings.redisUrl);
}

async function checkPostgres(databaseUrl: string): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5000,
    application_name: 'fondly doctor',
  });
  try {
    await client.connect();
    await assertSchemaCompatibility(client, QUEUE_SCHEMA);
    return [finding('queue', true, 'The queue is in PostgreSQL and ready.')];
  } catch (error) {
    const missing = error instanceof Error && error.name === 'SchemaMigrationRequiredError';
    return [
      finding(
        'queue',
        false,
        missing
          ? 'The queue has no tables yet. Run "fondly migrate".'
          : 'The queue in PostgreSQL does not answer. Check DATABASE_URL.',
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function checkRedis(redisUrl: string): Promise<Finding[]> {
  const redis = new Redis({ ...redisOptions(redisUrl), lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const version = /^(?:redis|valkey)_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? '0';
    const policy = await setting(redis, 'maxmemory-policy');
    const appendonly = await setting(redis, 'appendonly');
    return [versionFinding(version), policyFinding(policy), appendonlyFinding(appendonly)];
  } catch {
    return [finding('redis', false, 'Redis does not answer, or refuses the password. Check REDIS_URL.')];
  } finally {
    redis.disconnect();
  }
}

/** Undefined where a hosted Redis does not let its settings be read. */
async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer = await redis.config('GET', name).catch(() => undefined);
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function versionFinding(version: string): Finding {
  const ok = version.localeCompare(OLDEST_REDIS, 'en', { numeric: true }) >= 0;
  return finding(
    'redis version',
    ok,
    ok ? `Redis ${version} answers.` : `Redis is ${version}, and Fondly needs ${OLDEST_REDIS} or newer. Upgrade it.`,
  );
}

function policyFinding(policy: string | undefined): Finding {
  if (policy === undefined) return unreadable('redis memory', 'maxmemory-policy is "noeviction"');
  const ok = policy === 'noeviction';
  const bad = `Redis may throw jobs away when its memory is full (maxmemory-policy is "${policy}"). Set maxmemory-policy to noeviction.`;
  return finding('redis memory', ok, ok ? 'Redis keeps every job when its memory is full.' : bad);
}

function appendonlyFinding(appendonly: string | undefined): Finding {
  if (appendonly === undefined) return unreadable('redis log', 'appendonly is "yes"');
  const ok = appendonly === 'yes';
  const bad = 'Redis forgets its jobs at a crash; nothing is lost, but cards go out up to a minute late. Set appendonly to yes.';
  return finding('redis log', ok, ok ? 'Redis keeps its jobs over a crash.' : bad);
}

function unreadable(what: string, wanted: string): Finding {
  return finding(what, true, `This Redis does not show its settings. Make sure that ${wanted}.`);
}

function finding(what: string, ok: boolean, sentence: string): Finding {
  return { what, ok, sentence };
}
