import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { connectDatabase } from '../../src/database/connect.ts';
import { type Embedded, startEmbedded } from '../../src/database/embedded.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own server, its database `postgres`. */
    serverUrl: string;
  }
}

/** The database that every test database is a clone of: migrated, empty, and closed to connections. */
export const TEMPLATE = 'fondly_template';

/** One server for the whole run, without fsync, in a folder of its own; gone with its files when the run ends. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await sweepKilledRuns();
  const folder = path.join(tmpdir(), `${prefix}${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const server = await startEmbedded({ folder, log: quiet, settings: hasty });
  const serverUrl = server.url.replace(/fondly$/, 'postgres');
  await makeTemplate(serverUrl);
  project.provide('serverUrl', serverUrl);
  return () => tearDown(server, folder);
}

const prefix = 'fondly-test-';
const quiet = { info: () => undefined, warn: (words: string) => process.stderr.write(`${words}\n`) };
const hasty = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  'fondly.may_lose_data': 'on',
  max_connections: '400',
  autovacuum_naptime: '10min',
  deadlock_timeout: '100ms',
};

async function makeTemplate(serverUrl: string): Promise<void> {
  await runOn(serverUrl, `create database ${TEMPLATE}`);
  const db = connectDatabase(serverUrl.replace(/postgres$/, TEMPLATE), { max: 1 });
  await migrateDatabase(db);
  await db.destroy();
  await runOn(serverUrl, `alter database ${TEMPLATE} with is_template true allow_connections false`);
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function tearDown(server: Embedded, folder: string): Promise<void> {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

// A run that was killed leaves its server behind: joining it and leaving it again ends it.
async function sweepKilledRuns(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const folder = path.join(tmpdir(), name);
    if (!(await isOurs(folder)) || isAlive(Number(name.slice(prefix.length)))) continue;
    const server = await startEmbedded({ folder, log: quiet, settings: hasty }).catch(() => undefined);
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function isOurs(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.uid === process.getuid?.();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
