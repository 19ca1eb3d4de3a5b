import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { currentSchema, quoted, type Table, tablesInOrder } from './catalogue.ts';
import { migrateDatabase } from './migrate.ts';
import type { Database } from './schema.ts';

/**
 * Copies one business, as it is at this moment, into a new schema of the same database: the installation's row, the business and every row that
 * carries its id. All or nothing. Work there through `connectDatabase(url, { searchPath: schema })`; end with `dropSchema`.
 * Returns the number of rows copied.
 */
export async function copyBusiness(db: Kysely<Database>, businessId: string, schema: string): Promise<number> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const from = (await currentSchema(trx)) ?? 'public';
      await sql`create schema ${sql.id(schema)}`.execute(trx);
      await sql`select set_config('search_path', ${quoted(schema)}, true)`.execute(trx);
      await migrateDatabase(trx);
      const tables = await tablesInOrder(trx, schema);
      let rows = 0;
      for (const table of tables) rows += await copyTable(trx, table, from, schema, businessId);
      return rows;
    });
}

/** Removes a schema and everything in it; one that is not there is no fault. */
export async function dropSchema(db: Kysely<Database>, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
}

async function copyTable(
  trx: Transaction<Database>,
  table: Table,
  from: string,
  to: string,
  businessId: string,
): Promise<number> {
  const condition = whichRows(table, from, businessId);
  if (condition === undefined) return 0;
  const columns = sql.join(table.columns.map((column) => sql.ref(column)));
  const { numAffectedRows } = await sql`
    insert into ${sql.id(to, table.name)} (${columns})
    select ${columns} from ${sql.id(from, table.name)} where ${condition}`.execute(trx);
  await sql`analyze ${sql.id(to, table.name)}`.execute(trx);
  return Number(numAffectedRows ?? 0);
}

function whichRows(table: Table, from: string, businessId: string): RawBuilder<boolean> | undefined {
  const ours = sql<boolean>`business_id = ${businessId}`;
  if (table.name === 'installation') return sql<boolean>`true`;
  if (table.name === 'business') return sql<boolean>`id = ${businessId}`;
  // Members are somebody; how they sign in stays where it is, and so do the letters about it.
  if (table.name === 'auth_user')
    return sql<boolean>`id in (select user_id from ${sql.id(from, 'member')} where business_id = ${businessId})`;
  if (table.name === 'letter') return sql<boolean>`${ours} and reset_id is null`;
  return table.columns.includes('business_id') ? ours : undefined;
}
