import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';
import { connectDatabase } from '../../src/database/connect.ts';
import type { Database } from '../../src/database/schema.ts';
import { TEMPLATE } from './global-setup.ts';

export interface TestDatabase {
  db: Kysely<Database>;
  /** For child processes and BullMQ. */
  url: string;
}

/**
 * A migrated, empty database for this test file alone: `const { db, url } = await testDatabase();` at the top of the file.
 * It goes when the file is done; a connection that is then still open fails the file.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await createDatabase(`template ${TEMPLATE}`);
  const db = connectDatabase(url, { applicationName: 'test' });
  afterAll(async () => {
    await db.destroy();
    await dropDatabase(url);
  });
  return { db, url };
}

/** The same without tables, for tests of migration and restore. */
export async function emptyDatabase(): Promise<string> {
  const url = await createDatabase('template template0');
  afterAll(() => dropDatabase(url));
  return url;
}

async function createDatabase(how: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(async (client) => {
    // One copy at a time: PostgreSQL refuses to copy a template that anything else has open.
    await client.query('select pg_advisory_lock(1)');
    await client.query(`create database ${name} ${how}`);
  });
  return inject('serverUrl').replace(/postgres$/, name);
}

async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await onServer(async (client) => {
    const left = await connectionsLeft(client, name);
    await client.query(`drop database ${name} with (force)`);
    if (left.length > 0) throw new Error(`This file left ${left.length} connections open: ${left.join(', ')}`);
  });
}

// A closed connection takes the server a moment to notice.
async function connectionsLeft(client: Client, name: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const { rows } = await client.query<{ application_name: string }>(
      `select application_name from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    if (rows.length === 0 || tries === 40) return rows.map((row) => row.application_name);
    await sleep(50);
  }
}

async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('serverUrl'), application_name: 'test support' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
