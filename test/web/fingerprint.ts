import { sql } from 'kysely';
import type { Db } from '../../src/businesses/commit.ts';

/** Everything that the database holds of a business, as one hash: the same as long as nothing of it changed. */
export async function fingerprint(db: Db, businessId: string): Promise<string> {
  const tables = await tablesOf(db);
  const parts = tables.map(
    (table) => sql`select ${sql.lit(table)} as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash
      from ${sql.table(table)} t where t.${sql.ref(table === 'business' ? 'id' : 'business_id')} = ${businessId}`,
  );
  const { rows } = await sql<{
    hash: string;
  }>`select md5(string_agg(hash, '' order by name)) as hash from (${sql.join(parts, sql` union all `)}) x`.execute(db);
  return rows[0]?.hash ?? '';
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
