import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../../src/database/connect.ts';
import { startEmbedded } from '../../src/database/embedded.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import type { Database } from '../../src/database/schema.ts';

/** A migrated, empty database on a server of its own, durable as in real life; gone at the end. */
export async function benchDatabase(): Promise<{ db: Kysely<Database>; url: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fondly-bench-'));
  const server = await startEmbedded({
    folder,
    log: { info: () => undefined, warn: (words) => process.stderr.write(`${words}\n`) },
  });
  const db = connectDatabase(server.url, { applicationName: 'bench' });
  await migrateDatabase(db);
  return {
    db,
    url: server.url,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
