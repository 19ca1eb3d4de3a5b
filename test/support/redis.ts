import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { redisServer } from './need.ts';

/** A real Redis of a test's own. It keeps its port and its folder over `kill9` and `restart`. */
export interface TestRedis extends AsyncDisposable {
  url: string;
  /** Where it keeps what it keeps. */
  folder: string;
  /** Ends it and removes its folder. Harmless when repeated. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill9(): Promise<void>;
  /** Ends it if it runs, and starts it again on the same port with what it had kept on disk. */
  restart(): Promise<void>;
}

/**
 * Starts `redis-server` on a free loopback port in a temporary folder, without snapshots; `appendonly` keeps a log
 * that survives `kill9`. `args` are further settings, such as `['--maxmemory-policy', 'allkeys-lru']`.
 * Throws when Redis is missing or refuses its settings.
 */
export async function startRedis({ appendonly = false, args = [] as string[] } = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'fondly-redis-'));
  const settings = ['--dir', folder, '--save', '', '--appendonly', appendonly ? 'yes' : 'no', ...args];
  try {
    const { port, server } = await launchOnFreePort(settings);
    return handle(port, server, settings, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function handle(port: number, first: ChildProcess, settings: string[], folder: string): TestRedis {
  let server = first;
  const stop = async () => {
    await end(server, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    folder,
    stop,
    kill9: () => end(server, 'SIGKILL'),
    restart: async () => {
      await end(server, 'SIGTERM');
      server = await launchAgain(port, settings);
    },
    [Symbol.asyncDispose]: stop,
  };
}

// Between finding a free port and listening on it another process may take it: then take another.
async function launchOnFreePort(settings: string[]): Promise<{ port: number; server: ChildProcess }> {
  for (let left = 10; ; left--) {
    const port = await freePort();
    const server = await launch(port, settings);
    if (server !== 'port taken') return { port, server };
    if (left === 0) throw new Error('redis-server found no free port in ten tries');
  }
}

// The clients under test know this port, so wait for it rather than take another.
async function launchAgain(port: number, settings: string[]): Promise<ChildProcess> {
  for (let left = 50; ; left--) {
    const server = await launch(port, settings);
    if (server !== 'port taken') return server;
    if (left === 0) throw new Error(`redis-server cannot have its port ${port} back`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function launch(port: number, settings: string[]): Promise<ChildProcess | 'port taken'> {
  const program = redisServer();
  if (program === undefined) throw new Error('redis-server is not on the path');
  const server = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', ...settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(server);
  const said: string[] = [];
  server.stderr.on('data', (text: Buffer) => said.push(String(text)));
  if (await becomesReady(server, said)) return server;
  if (said.some((line) => line.includes('already in use'))) return 'port taken';
  throw new Error(`redis-server did not start:\n${said.join('\n')}`);
}

async function becomesReady(server: ChildProcess, said: string[]): Promise<boolean> {
  const closed = once(server, 'close').then(() => false);
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: server.stdout! }).on('line', (line) => {
      said.push(line);
      if (line.includes('Ready to accept connections')) resolve(true);
    });
  });
  return Promise.race([ready, closed]);
}

function endWithUs(server: ChildProcess): void {
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  server.once('close', () => process.off('exit', kill));
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  server.kill(signal);
  await closed;
}
