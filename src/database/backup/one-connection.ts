import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import { clientConfig } from '../connect.ts';
import type { Database } from '../schema.ts';

/** Runs `work` on a single connection, both through Kysely and by hand: COPY must stand in the transaction that Kysely began. */
export async function onOneConnection<T>(url: string, work: (db: Kysely<Database>, client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientConfig(url, { applicationName: 'fondly backup' }));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(new Kysely<Database>({ dialect: new PostgresDialect({ pool: poolOf(client) }) }), client);
  } finally {
    await client.end();
  }
}

function poolOf(client: pg.Client): PostgresPool {
  const lent = Object.assign(client, { release: () => undefined }) as unknown as pg.PoolClient;
  return { connect: () => Promise.resolve(lent), end: () => Promise.resolve(), options: {} };
}
