import { access, constants, mkdir, readFile, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, type AccountOptions, chooseAccount, giveTo } from './embedded/account.ts';
import { type Binaries, findBinaries, type Machine, thisMachine } from './embedded/binaries.ts';
import { ensureCluster, keepPassword, setPassword, writeWhole } from './embedded/cluster.ts';
import { diskFull, inWords, notMakeable } from './embedded/diagnose.ts';
import { type FileLock, openLock } from './embedded/lock.ts';
import { isRunning } from './embedded/processes.ts';
import { type Cluster, findServer, type Server, startServer, stopServer, withClient } from './embedded/server.ts';
import { codeOf, DatabaseTrouble } from './trouble.ts';

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
  /** Leaves the server; the last to leave stops it. Bounded: 35 s at the very worst, some 50 ms as a rule. May be called twice. */
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

async function start(options: EmbeddedOptions): Promise<Embedded> {
  const binaries = await findBinaries(options.machine ?? thisMachine());
  const folder = await makeFolder(options.folder);
  const turn = openLock(path.join(folder, 'turn.lock'));
  try {
    return await inTurn(turn, () => join(options, folder, binaries, turn));
  } catch (error) {
    turn.close();
    throw await orDiskFull(error, folder);
  }
}

/** `turn` is held while starting or stopping; `users` is shared by every process that uses the server, as long as it lives. */
async function join(options: EmbeddedOptions, folder: string, binaries: Binaries, turn: FileLock): Promise<Embedded> {
  const account = await chooseAccount(folder, binaries, options);
  const users = openLock(path.join(account.home, 'users.lock'));
  try {
    const cluster = await prepare(options, account, folder);
    const server = await findOrStart(cluster, await lastPort(account), users);
    await shareFiles(account, folder);
    users.share();
    return supervise(cluster, server, { turn, users });
  } catch (error) {
    users.close();
    throw error;
  }
}

function supervise(cluster: Cluster, started: Server, locks: { turn: FileLock; users: FileLock }): Embedded {
  const { turn, users } = locks;
  let server = started;
  let reviving: Promise<void> | undefined;
  let leaving: Promise<void> | undefined;
  const watch = setInterval(() => void (reviving ??= revive()), 1000).unref();

  // A server that the system killed (out of memory, say) comes back where everybody's pools look for it.
  async function revive(): Promise<void> {
    if (!isRunning(server.pid)) {
      cluster.log.warn('The database stopped by itself and is started again.');
      await inTurn(turn, startAgain).catch((error: unknown) =>
        cluster.log.warn(`The database could not be started again. ${sentence(error)}`),
      );
    }
    reviving = undefined;
  }

  async function startAgain(): Promise<void> {
    const { port } = server;
    server = await findOrStart(cluster, port, users);
    users.share();
    if (server.port !== port) cluster.log.warn('The database had to take another port. Start Fondly again, so that it finds it.');
  }

  async function leave(): Promise<void> {
    clearInterval(watch);
    await Promise.race([reviving, sleep(5000, undefined, { ref: false })]);
    try {
      // Whoever has the turn for that long is starting the server for itself, and will be the last.
      await inTurn(turn, () => stopIfLast(cluster, users), 10_000).catch((error: unknown) => cluster.log.warn(sentence(error)));
    } finally {
      for (const lock of [users, turn]) lock.close();
    }
  }

  return {
    url: `postgresql://fondly:${cluster.password}@127.0.0.1:${server.port}/fondly`,
    stop: () => (leaving ??= leave()),
  };
}

async function makeFolder(dataFolder: string): Promise<string> {
  const folder = path.join(path.resolve(dataFolder), 'database');
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? new DatabaseTrouble(notMakeable, { cause: error }) : error;
  });
  await access(folder, constants.W_OK);
  return realpath(folder);
}

async function prepare({ settings = {}, log }: EmbeddedOptions, account: Account, folder: string): Promise<Cluster> {
  const { password, isNew } = await keepPassword(folder);
  const { cluster, isFresh } = await ensureCluster(account, password, settings['fsync'] !== 'off');
  const found = { account, folder: await realpath(cluster), password, settings, log };
  if (isNew && !isFresh) {
    await stopServer(found);
    await setPassword(account, found.folder, password);
  }
  return found;
}

// Root starting an ordinary user's server must not lock that user out.
async function shareFiles(account: Account, folder: string): Promise<void> {
  if (account.home === folder)
    await giveTo(account, ...['password', 'port', 'turn.lock', 'users.lock'].map((name) => path.join(folder, name)));
}

async function findOrStart(cluster: Cluster, port: number | undefined, users: FileLock): Promise<Server> {
  const server = (await findServer(cluster)) ?? (await startServer(cluster, port));
  try {
    await withClient(cluster, server.port, async (client) => {
      const { rowCount } = await client.query(`select from pg_database where datname = 'fondly'`);
      if (rowCount === 0) await client.query('create database fondly');
    });
    if ((await lastPort(cluster.account)) !== server.port) await writeWhole(portFile(cluster.account), `${server.port}\n`);
    return server;
  } catch (error) {
    await stopIfLast(cluster, users);
    throw error;
  }
}

async function stopIfLast(cluster: Cluster, users: FileLock): Promise<void> {
  users.release();
  if (users.take()) await stopServer(cluster);
  users.release();
}

async function inTurn<T>(turn: FileLock, work: () => Promise<T>, patience = 120_000): Promise<T> {
  for (const since = Date.now(); !turn.take(); await sleep(20)) {
    if (Date.now() - since < patience) continue;
    throw new DatabaseTrouble(
      'Another Fondly has been starting or stopping this database for a long time. Stop it, then start again.',
    );
  }
  try {
    return await work();
  } finally {
    turn.release();
  }
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

// PostgreSQL names a full disk in many ways, a bus error among them.
async function orDiskFull(error: unknown, folder: string): Promise<unknown> {
  if (!(error instanceof DatabaseTrouble)) return error;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < 8_000_000 ? new DatabaseTrouble(diskFull, { cause: error }) : error;
}
