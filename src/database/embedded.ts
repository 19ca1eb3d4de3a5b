import { mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, type AccountOptions, chooseAccount } from './embedded/account.ts';
import { findBinaries, type Machine, thisMachine } from './embedded/binaries.ts';
import { ensureCluster, keepPassword, setPassword, writeWhole } from './embedded/cluster.ts';
import { inWords } from './embedded/diagnose.ts';
import { type FileLock, openLock } from './embedded/lock.ts';
import { type Cluster, findServer, isAlive, type Server, startServer, stopServer, withClient } from './embedded/server.ts';
import { DatabaseTrouble } from './trouble.ts';

export interface EmbeddedOptions extends AccountOptions {
  /** DATA_DIR. The server lives in its `database` folder; made when absent. */
  folder: string;
  log: { info(words: string): void; warn(words: string): void };
  /** More server settings; tests turn fsync off. */
  settings?: Record<string, string>;
  machine?: Machine;
}

export interface Embedded {
  url: string;
  /** Leaves the server; the last to leave stops it. Bounded: 20 s at most. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Fondly's own PostgreSQL inside DATA_DIR, on a free port of 127.0.0.1 behind a random password.
 * Several processes may call it for one folder: the first starts the server, the others use it, and so does the next start after a `kill -9`.
 * What a person must put right is thrown as DatabaseTrouble.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  try {
    return await start(options);
  } catch (error) {
    throw inWords(error);
  }
}

/** The locks of one folder: `turn` is held while starting or stopping, `users` is shared by every process that uses the server. */
interface Locks {
  turn: FileLock;
  users: FileLock;
}

async function start(options: EmbeddedOptions): Promise<Embedded> {
  const binaries = await findBinaries(options.machine ?? thisMachine());
  const folder = path.join(path.resolve(options.folder), 'database');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const account = await chooseAccount(await realpath(folder), binaries, options);
  const locks = { turn: openLock(path.join(account.home, 'turn.lock')), users: openLock(path.join(account.home, 'users.lock')) };
  try {
    return await inTurn(locks.turn, () => join(options, account, folder, locks));
  } catch (error) {
    closeLocks(locks);
    throw error;
  }
}

async function join(options: EmbeddedOptions, account: Account, folder: string, locks: Locks): Promise<Embedded> {
  const cluster = await prepare(options, account, folder);
  let server = await findOrStart(cluster, await lastPort(account));
  locks.users.share();
  const watch = setInterval(() => void revive(), 1000).unref();
  let reviving: Promise<void> | undefined;
  let leaving: Promise<void> | undefined;

  // A server that the system killed (out of memory, say) comes back where everybody's pools look for it.
  async function revive(): Promise<void> {
    if (reviving !== undefined || isAlive(server)) return;
    options.log.warn('The database stopped by itself and is started again.');
    reviving = inTurn(locks.turn, async () => void (server = await findOrStart(cluster, server.port)));
    await reviving.catch((error: unknown) => options.log.warn(`The database could not be started again. ${sentence(error)}`));
    reviving = undefined;
  }

  async function leave(): Promise<void> {
    clearInterval(watch);
    await reviving?.catch(() => undefined);
    await inTurn(locks.turn, () => stopIfLast(cluster, locks.users));
    closeLocks(locks);
  }

  return {
    url: `postgresql://fondly:${cluster.password}@127.0.0.1:${server.port}/fondly`,
    stop: () => (leaving ??= leave()),
  };
}

async function prepare({ settings = {}, log }: EmbeddedOptions, account: Account, folder: string): Promise<Cluster> {
  const { password, isNew } = await keepPassword(folder);
  const existed = await readFile(path.join(account.home, 'cluster', 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  const cluster = await ensureCluster(account, password, settings['fsync'] !== 'off');
  const found = { account, folder: await realpath(cluster), password, settings, log };
  if (isNew && existed) {
    await stopServer(found);
    await setPassword(account, found.folder, password);
  }
  return found;
}

async function findOrStart(cluster: Cluster, port: number | undefined): Promise<Server> {
  const found = await findServer(cluster);
  const server = found ?? (await startServer(cluster, port));
  await withClient(cluster, server.port, async (client) => {
    const { rowCount } = await client.query(`select from pg_database where datname = 'fondly'`);
    if (rowCount === 0) await client.query('create database fondly');
  });
  if (found === undefined) await writeWhole(portFile(cluster.account), `${server.port}\n`);
  return server;
}

async function stopIfLast(cluster: Cluster, users: FileLock): Promise<void> {
  users.release();
  if (users.take()) await stopServer(cluster);
}

async function inTurn<T>(turn: FileLock, work: () => Promise<T>): Promise<T> {
  for (const since = Date.now(); !turn.take(); await sleep(20)) {
    if (Date.now() - since > 120_000) {
      throw new DatabaseTrouble(
        'Another Fondly has been starting or stopping this database for two minutes. Stop it, then start again.',
      );
    }
  }
  try {
    return await work();
  } finally {
    turn.release();
  }
}

function closeLocks(locks: Locks): void {
  locks.users.close();
  locks.turn.close();
}

// The port stays the same from start to start while it is free.
async function lastPort(account: Account): Promise<number | undefined> {
  const port = Number((await readFile(portFile(account), 'utf8').catch(() => '')).trim());
  return port > 0 ? port : undefined;
}

function portFile(account: Account): string {
  return path.join(account.home, 'port');
}

function sentence(error: unknown): string {
  const words = inWords(error);
  return words instanceof DatabaseTrouble ? words.message : 'Its file postgres.log in the data folder says more.';
}
