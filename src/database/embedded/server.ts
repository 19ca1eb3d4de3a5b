import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { codeOf, DatabaseTrouble } from '../trouble.ts';
import { type Account, environment, giveTo, isInstalled } from './account.ts';
import { diagnose, inUseElsewhere } from './diagnose.ts';
import { serverProcesses, signal } from './processes.ts';

export interface Cluster {
  account: Account;
  /** The server's data directory, its real path. */
  folder: string;
  password: string;
  /** Server settings that come before ours, as `-c name=value`. */
  settings: Record<string, string>;
  log: { info(words: string): void; warn(words: string): void };
}

export interface Server {
  port: number;
  pid: number;
}

/** The server that runs on this cluster already and answers to our password; undefined when none does, and then none is left running. */
export async function findServer(cluster: Cluster): Promise<Server | undefined> {
  const since = Date.now();
  for (;;) {
    const noted = await notedServer(cluster);
    const answer = noted === undefined ? 'silent' : await greet(cluster, noted.port);
    if (noted !== undefined && answer === 'ours') return noted;
    if ((await serverProcesses(cluster.folder)).length === 0) return forget(cluster, noted);
    if (answer === 'stranger' || Date.now() - since > patience[answer]) {
      await stopServer(cluster);
      return undefined;
    }
    await sleep(30);
  }
}

/** Starts a server in a session of its own, so that neither our death nor Ctrl-C ends it; resolves when it answers. */
export async function startServer(cluster: Cluster, preferredPort?: number): Promise<Server> {
  for (let attempt = 0; attempt < 12; attempt++) {
    const port = await freePort(attempt === 0 ? preferredPort : undefined);
    const child = await launch(cluster, port);
    if (await answers(cluster, child, port)) {
      child.unref();
      return { port, pid: child.pid ?? 0 };
    }
    const output = await readFile(logOf(cluster), 'utf8');
    if (child.exitCode === HELD) return adoptOrRefuse(cluster);
    if (/lock file "postmaster.pid" (already exists|is empty)|pre-existing shared memory/.test(output)) {
      const running = await findServer(cluster);
      if (running !== undefined) return running;
    } else if (!output.includes('Address already in use')) throw diagnose(output);
  }
  throw new DatabaseTrouble('Every port that the database tried on 127.0.0.1 was taken. Close some programs and start again.');
}

/** Ends the server and all its workers: first politely, after 10 s abruptly (it then recovers at its next start), after 15 s by force. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const since = Date.now();
  for (let sent = -1; ; await sleep(15)) {
    const pids = await serverProcesses(cluster.folder);
    if (pids.length === 0) return;
    const stage = Math.min(Math.floor((Date.now() - since) / 5000), 3);
    if (stage > sent) await ask(cluster, pids, (['SIGINT', 'SIGINT', 'SIGQUIT', 'SIGKILL'] as const)[stage] ?? 'SIGKILL');
    sent = stage;
    if (Date.now() - since > 20_000)
      throw new DatabaseTrouble('The database did not stop. Restart this computer, then start Fondly again.');
  }
}

/** Opens one connection, runs `work` on it and closes it. */
export async function withClient<T>(cluster: Cluster, port: number, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: `postgresql://fondly:${cluster.password}@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 5000,
    application_name: 'fondly start',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

type Answer = 'ours' | 'busy' | 'silent' | 'stranger';

// Recovery after a power cut may take minutes and must not be cut short; a server that does not even listen is lost sooner.
const patience = { ours: 0, busy: 600_000, silent: 20_000 };

// `flock` ends with this number when the lock is held.
const HELD = 75;

async function greet(cluster: Cluster, port: number): Promise<Answer> {
  try {
    const found = await withClient(cluster, port, (client) =>
      client.query<{ folder: string }>(`select current_setting('data_directory') as folder`),
    );
    return found.rows[0]?.folder === cluster.folder ? 'ours' : 'stranger';
  } catch (error) {
    const code = codeOf(error);
    if (code === '57P03' || code === '53300') return 'busy';
    return code === '28P01' || code === '3D000' ? 'stranger' : 'silent';
  }
}

async function notedServer(cluster: Cluster): Promise<Server | undefined> {
  const lines = (await readFile(pidFile(cluster), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/** No server runs here, so what is noted is stale, unless one runs where we cannot see it and holds the lock. */
async function forget(cluster: Cluster, noted: Server | undefined): Promise<undefined> {
  if (noted !== undefined && (await isHeld(cluster))) {
    if ((await serverProcesses(cluster.folder)).length === 0) throw new DatabaseTrouble(inUseElsewhere);
    return undefined;
  }
  await rm(pidFile(cluster), { force: true });
}

async function isHeld(cluster: Cluster): Promise<boolean> {
  const holding = holdingWords(cluster);
  if (holding.length === 0) return false;
  const child = spawn(holding[0] ?? '', [...holding.slice(1), 'true'], { stdio: 'ignore', env: environment({}) });
  const [code] = (await Promise.race([once(child, 'exit'), once(child, 'error')])) as [number | Error];
  return code === HELD;
}

async function adoptOrRefuse(cluster: Cluster): Promise<Server> {
  const running = await findServer(cluster);
  if (running !== undefined) return running;
  throw new DatabaseTrouble(inUseElsewhere);
}

async function launch(cluster: Cluster, port: number): Promise<ChildProcess> {
  const { account, folder } = cluster;
  await rename(logOf(cluster), `${logOf(cluster)}.old`).catch(() => undefined);
  const log = await open(logOf(cluster), 'w', 0o600);
  await giveTo(account, logOf(cluster));
  const program = path.join(account.binaries.native, 'bin', 'postgres');
  const words = [
    ...holdingWords(cluster),
    ...account.before,
    program,
    '-D',
    folder,
    '-p',
    String(port),
    ...settingWords(cluster),
  ];
  const child = spawn(words[0] ?? '', words.slice(1), {
    ...account.ids,
    env: environment(account.env),
    cwd: account.home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await Promise.race([once(child, 'spawn'), once(child, 'error')]);
  await log.close();
  return child;
}

// The server and its workers hold this lock as long as one of them lives: a second server on the same files, started in another
// container that cannot see the first, ends at once. PostgreSQL's own guard looks at process numbers and does not see across.
function holdingWords({ account }: Cluster): string[] {
  if (process.platform !== 'linux' || !isInstalled('flock')) return [];
  return ['flock', '--nonblock', '--no-fork', '--conflict-exit-code', String(HELD), path.join(account.home, 'server.lock')];
}

function settingWords(cluster: Cluster): string[] {
  return Object.entries({ ...ownSettings, ...cluster.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

// No statement and no detail goes to the log: they hold people's data.
const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  cluster_name: 'fondly',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  jit: 'off',
};

async function answers(cluster: Cluster, child: ChildProcess, port: number): Promise<boolean> {
  const since = Date.now();
  for (let told = false; child.exitCode === null && child.signalCode === null && child.pid !== undefined; await sleep(15)) {
    const answer = await greet(cluster, port);
    if (answer === 'ours') return true;
    if (!told && Date.now() - since > 5000)
      cluster.log.info('The database is putting itself in order; this can take a few minutes after a power cut.');
    told ||= Date.now() - since > 5000;
    if (Date.now() - since > patience.busy) throw diagnose('');
  }
  return false;
}

async function ask(cluster: Cluster, pids: number[], name: NodeJS.Signals): Promise<void> {
  const head = (await notedServer(cluster))?.pid;
  const whom = name === 'SIGKILL' || head === undefined || !pids.includes(head) ? pids : [head];
  for (const pid of whom) signal(pid, name);
}

async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  try {
    server.listen(preferred, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  } catch (error) {
    if (preferred === 0) throw error;
    return await freePort();
  } finally {
    server.close();
  }
}

function pidFile(cluster: Cluster): string {
  return path.join(cluster.folder, 'postmaster.pid');
}

function logOf(cluster: Cluster): string {
  return path.join(cluster.account.home, 'postgres.log');
}
