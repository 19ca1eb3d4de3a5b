import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';
import { codeOf, DatabaseTrouble } from './trouble.ts';

export interface ConnectOptions {
  /** Connections at most; 10 unless said. */
  max?: number;
  /** How the server lists us in pg_stat_activity. */
  applicationName?: string;
  /** The schema to work in instead of the server's own choice. */
  searchPath?: string;
  /** Hears of idle connections that broke; the pool replaces them by itself. */
  onError?: (error: Error) => void;
}

/** A pool on `url`. Days come as 'YYYY-MM-DD', bigint as number, instants as Date. Connects at the first query; `destroy()` ends it. */
export function connectDatabase(url: string, options: ConnectOptions = {}): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: connectPool(url, options) }) });
}

/** Settings of one connection, for `new pg.Client` too. */
export function clientConfig(url: string, options: Pick<ConnectOptions, 'applicationName'> = {}): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName ?? 'fondly',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    types,
  };
}

export interface RetryOptions {
  attempts?: number;
  /** 0 to 1; spreads the retries of many workers. */
  random?: () => number;
  /** Milliseconds of the first pause; each later one is twice as long. */
  pause?: number;
}

/**
 * Calls `work` again when it lost a race (40001, 40P01) or its connection (57P01, 08006 and the like).
 * After a lost connection the commit may have happened, so `work` must bear being done twice.
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 6, random = Math.random, pause = 50 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error;
      await new Promise((wake) => setTimeout(wake, pause * 2 ** (attempt - 1) * (0.5 + random())));
    }
  }
}

/** Whether trying again can help: a lost race, a lost or refused connection, a server that is just starting or stopping. */
export function isPassing(error: unknown): boolean {
  return passing.has(codeOf(error)) || (error instanceof Error && error.message.startsWith('Connection terminated'));
}

/** Throws a sentence when the server is too old, or set up so that a power cut would undo what it had confirmed. */
export async function assertServer(db: Kysely<Database>): Promise<void> {
  const [trouble] = await serverTroubles(db);
  if (trouble !== undefined) throw new DatabaseTrouble(trouble);
}

/**
 * Everything about the server that Fondly cannot work with, as sentences; empty when all is well.
 * A server started with `-c fondly.may_lose_data=on` (the tests' own) is let off the durability checks.
 */
export async function serverTroubles(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<ServerSettings>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as named,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
      current_setting('full_page_writes') as full_page_writes, current_setting('fondly.may_lose_data', true) as may_lose_data
  `.execute(db);
  const settings = rows[0];
  return settings === undefined ? [] : [...tooOld(settings), ...careless(settings)];
}

function connectPool(url: string, options: ConnectOptions): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(url, options),
    Client: PreparingClient,
    max: options.max ?? 10,
    // The pool waits for the promise, though its type does not say so.
    onConnect: (client): unknown => enter(client, options.searchPath),
  });
  pool.on('error', options.onError ?? (() => undefined));
  // A connection cut while in use fails its query, and tells the client too: without a listener that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

// Said by hand and not as a start-up option: options in the url itself would take its place without a word.
async function enter(client: pg.ClientBase, searchPath: string | undefined): Promise<void> {
  if (searchPath !== undefined) await client.query(`select set_config('search_path', $1, false)`, [searchPath]);
}

interface ServerSettings {
  version: number;
  named: string;
  fsync: string;
  synchronous_commit: string;
  full_page_writes: string;
  may_lose_data: string | null;
}

function tooOld({ version, named }: ServerSettings): string[] {
  if (version >= 150_000) return [];
  return [`Fondly needs PostgreSQL 15 or newer, and this server is ${named}. Point DATABASE_URL at a newer one.`];
}

function careless(settings: ServerSettings): string[] {
  if (settings.may_lose_data === 'on') return [];
  return (['fsync', 'full_page_writes', 'synchronous_commit'] as const)
    .filter((name) => settings[name] === 'off')
    .map(
      (name) =>
        `The PostgreSQL server has ${name} off, so a power cut could make a card go out twice. Set ${name} = on and reload it.`,
    );
}

const passing = new Set(
  '40001 40P01 57P01 57P02 57P03 08000 08001 08003 08006 53300 ECONNRESET ECONNREFUSED EPIPE ETIMEDOUT'.split(' '),
);

/**
 * Statements that begin with `/* prepared: a name *\/` are planned once for each connection: planning a join of ten tables takes ten
 * times as long as running it. The text under one name must always be the same.
 */
class PreparingClient extends pg.Client {
  // oxlint-disable-next-line typescript/no-explicit-any -- pg's own many ways to call this
  override query(first: any, ...rest: any[]): any {
    const name = typeof first === 'string' ? PREPARED.exec(first)?.[1] : undefined;
    if (name === undefined || !Array.isArray(rest[0])) return super.query(first, ...rest);
    const [values, ...others] = rest;
    return super.query({ name, text: first, values }, ...others);
  }
}

const PREPARED = /^\s*\/\* prepared: ([a-z ]+) \*\//;

const dateAsText = (value: string): string => value;

// Dates and integers are never quoted inside an array's text, so cutting at the commas is enough.
const arrayOf =
  <T>(parse: (value: string) => T) =>
  (value: string): (T | null)[] =>
    value === '{}'
      ? []
      : value
          .slice(1, -1)
          .split(',')
          .map((item) => (item === 'NULL' ? null : parse(item)));

const types = new pg.TypeOverrides();
const { DATE, INT8 } = pg.types.builtins;
types.setTypeParser(DATE, dateAsText);
types.setTypeParser(INT8, Number);
types.setTypeParser(1182, arrayOf(dateAsText)); // date[]
types.setTypeParser(1016, arrayOf(Number)); // bigint[]
