import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { on } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { serverProcesses, signal } from '../../src/database/embedded/processes.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from '../../src/database/embedded.ts';

const hasty = { fsync: 'off', full_page_writes: 'off', shared_buffers: '8MB', max_connections: '20' };

export interface ServerFolder {
  folder: string;
  /** What the servers said to the log. */
  said: string[];
  start(options?: Partial<EmbeddedOptions>): Promise<Embedded>;
  /** Starts from a process of its own. */
  spawnStarter(): ChildProcess;
  /** Stops whatever still runs there and removes the folder. */
  clear(): Promise<void>;
}

/** A DATA_DIR for one test: empty, or a copy of another one on which no server runs. */
export async function serverFolder(seed?: string): Promise<ServerFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-data-'));
  if (seed !== undefined) await promisify(execFile)('cp', ['-R', path.join(seed, 'database'), folder]);
  const said: string[] = [];
  const say = (words: string): void => void said.push(words);
  const start = (options: Partial<EmbeddedOptions> = {}): Promise<Embedded> =>
    startEmbedded({ folder, log: { info: say, warn: say }, settings: hasty, ...options });
  return { folder, said, start, spawnStarter: () => spawnStarter(folder), clear: () => clear(folder) };
}

/** Resolves when the starter begins to start; rejects when it ended before. */
export async function starting(child: ChildProcess): Promise<void> {
  await heard(child, 'starting\n');
}

/** Resolves with the url when the starter has its server; rejects when it ended before. */
export async function ready(child: ChildProcess): Promise<string> {
  return (await heard(child, /postgresql:.*(?=\n)/))[0] ?? '';
}

export async function ask<Row>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function heard(child: ChildProcess, words: string | RegExp): Promise<RegExpMatchArray> {
  let all = '';
  for await (const chunk of on(child.stdout ?? child, 'data', { close: ['end'] }) as AsyncIterable<[Buffer]>) {
    all += chunk[0].toString();
    const found = all.match(words);
    if (found) return found;
  }
  throw new Error('The starter ended before it was ready.');
}

function spawnStarter(folder: string): ChildProcess {
  const script = fileURLToPath(new URL('../database/starter.ts', import.meta.url));
  return spawn(process.execPath, [script, folder, JSON.stringify(hasty)], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
}

async function clear(folder: string): Promise<void> {
  const cluster = path.join(folder, 'database', 'cluster');
  for (let left = await serverProcesses(cluster); left.length > 0; left = await serverProcesses(cluster)) {
    for (const pid of left) signal(pid, 'SIGKILL');
    await sleep(10);
  }
  await rm(folder, { recursive: true, force: true });
}
