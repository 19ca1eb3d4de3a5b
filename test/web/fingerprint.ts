import { sql } from 'kysely';
import type { Db } from '../../src/businesses/commit.ts';

/**
 * How many rows each table holds of these businesses, and which transaction wrote the latest of them: the same as long as nobody wrote
 * or took away any.
 */
export async function fingerprint(db: Db, businessIds: readonly string[]): Promise<Record<string, string>> {
  const tables = await tablesOf(db);
  const parts = tables.map(
    (
      table,
    ) => sql`select ${sql.lit(table)} as name, count(*) || ' rows, written by ' || coalesce(max(t.xmin::text::bigint), 0) as state
      from ${sql.table(table)} t where t.${sql.ref(table === 'business' ? 'id' : 'business_id')} = any(${businessIds}::uuid[])`,
  );
  const { rows } = await sql<{ name: string; state: string }>`${sql.join(parts, sql` union all `)}`.execute(db);
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}

let known: Promise<string[]> | undefined;

function tablesOf(db: Db): Promise<string[]> {
  known ??= sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = 'business_id' and t.table_type = 'BASE TABLE'`
    .execute(db)
    .then(({ rows }) => ['business', ...rows.map(({ name }) => name)]);
  return known;
}
