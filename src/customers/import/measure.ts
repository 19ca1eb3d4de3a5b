import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';
import { BATCH } from './reading.ts';

/**
 * PostgreSQL keeps its plan for checking foreign keys. One made while `person` was empty and unmeasured goes through every row of a
 * business for each new one: measured, 100 s for 20,000 rows instead of 4 s. Measuring the first batch has it plan anew, everywhere.
 */
export async function measureTables(db: Db): Promise<void> {
  const { rows } = await sql<{ count: number }>`select reltuples as count from pg_class where oid = 'person'::regclass`.execute(
    db,
  );
  if ((rows[0]?.count ?? 0) < BATCH) await sql`analyze customer, person, date, change, import_person`.execute(db);
}
