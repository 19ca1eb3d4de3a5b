import { migrateDatabase } from '../database/migrate.ts';
import { migrateQueue } from '../queue/connection.ts';
import { withApp } from './run.ts';
import { count, say } from './say.ts';

/** Brings the database, and the queue's schema in it, up to this version. */
export async function migrate(): Promise<void> {
  await withApp(
    async ({ db, queueSettings }) => {
      const done = await migrateDatabase(db);
      await migrateQueue(queueSettings);
      say(
        done.length === 0
          ? 'The database is up to date.'
          : `The database is up to date: ${count(done.length, 'step')} (${done.join(', ')}).`,
      );
    },
    { migrate: 'never' },
  );
}
