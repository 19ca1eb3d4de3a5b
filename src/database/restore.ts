import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql, type Transaction } from 'kysely';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { FORMAT, type Frame, type Header, type TableStart } from './backup/frames.ts';
import { onOneConnection } from './backup/one-connection.ts';
import { checkBackup, readBackup } from './backup/read.ts';
import { currentSchema, quoted, type Table, tablesInOrder } from './catalogue.ts';
import { appliedMigrations, knownMigrations, migrateDatabase, migrateDatabaseTo, refuseNewer } from './migrate.ts';
import type { Database } from './schema.ts';
import { codeOf, DatabaseTrouble } from './trouble.ts';

export interface RestoreSummary {
  tables: number;
  rows: number;
  /** When the backup was made, ISO instant. */
  at: string;
  /** The keys that DATA_DIR kept, for the caller to put back. */
  secretKeys: string | undefined;
}

/**
 * Brings an installation back from `file` into the empty one at `url`, which need not have tables yet, and migrates it to this program's level.
 * The whole file is checked before anything is written, and all is written in one transaction. Refuses, in words, an installation
 * with anything in it, a damaged file, and a backup made by a newer Fondly.
 */
export async function restoreFrom(file: string, url: string): Promise<RestoreSummary> {
  const { header, tables, rows } = await checkBackup(file);
  await refuseNewerBackup(header);
  await onOneConnection(url, async (db, client) => {
    await db.transaction().execute((trx) => restore(trx, client, file, header));
    await client.query('analyze');
  });
  return { tables, rows, at: header.at, secretKeys: header.secretKeys };
}

async function refuseNewerBackup({ format, migrations }: Header): Promise<void> {
  const known = new Set(await knownMigrations());
  if (format <= FORMAT && migrations.every((name) => known.has(name))) return;
  throw new DatabaseTrouble('This backup was made by a newer Fondly. Update this one, then restore again.');
}

async function restore(trx: Transaction<Database>, client: Client, file: string, { migrations }: Header): Promise<void> {
  await refuseNewer(trx);
  const schema = (await currentSchema(trx)) ?? 'public';
  await lockEmpty(trx, schema);
  if (String(await appliedMigrations(trx)) !== String(migrations)) {
    await dropAll(trx, schema);
    await migrateDatabaseTo(trx, migrations.at(-1) ?? '');
  }
  await sql`delete from ${sql.table(`${schema}.installation`)}`.execute(trx);
  await load(client, schema, readBackup(file));
  await migrateDatabase(trx);
}

// The installation's own row is made at the first start, so it alone does not count. The locks keep a running Fondly from adding any.
async function lockEmpty(trx: Transaction<Database>, schema: string): Promise<void> {
  const tables = await tablesInOrder(trx, schema);
  if (tables.length === 0) return;
  await lock(trx, schema, tables);
  for (const { name } of tables.filter((table) => table.name !== 'installation')) {
    const { rows } = await sql`select 1 from ${sql.id(schema, name)} limit 1`.execute(trx);
    if (rows.length > 0) {
      throw new DatabaseTrouble(
        'This installation has data already, and a restore never overwrites any. Restore into an empty DATA_DIR or database.',
      );
    }
  }
}

async function lock(trx: Transaction<Database>, schema: string, tables: Table[]): Promise<void> {
  try {
    await sql`set local lock_timeout to '3s'`.execute(trx);
    await sql`lock table ${sql.join(tables.map(({ name }) => sql.id(schema, name)))} in access exclusive mode`.execute(trx);
  } catch (error) {
    if (codeOf(error) !== '55P03') throw error;
    throw new DatabaseTrouble('Fondly is running on this database. Stop it, then restore again.', { cause: error });
  }
}

// Nothing is lost: every table was found empty. The backup's own, older tables take their place and are then migrated with their rows in them.
async function dropAll(trx: Transaction<Database>, schema: string): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select format('drop table if exists %I.%I cascade', n.nspname, c.relname) as statement
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind in ('r', 'p') and not exists (
        select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    union all
    select format('drop routine if exists %s cascade', p.oid::regprocedure)
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ${schema} and not exists (
        select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')`.execute(trx);
  for (const { statement } of rows) await sql.raw(statement).execute(trx);
}

async function load(client: Client, schema: string, frames: AsyncGenerator<Frame>): Promise<void> {
  await client.query(`set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres'`);
  for (let next = await frames.next(); !next.done; next = await frames.next()) {
    if (next.value.type === 'T') await loadTable(client, schema, next.value.table, frames);
  }
}

async function loadTable(
  client: Client,
  schema: string,
  { name, columns }: TableStart,
  frames: AsyncGenerator<Frame>,
): Promise<void> {
  const list = columns.map((column) => quoted(column)).join(', ');
  const sink = client.query(copyFrom(`copy ${quoted(schema, name)} (${list}) from stdin`));
  await pipeline(Readable.from(rowsOf(frames)), sink);
}

async function* rowsOf(frames: AsyncGenerator<Frame>): AsyncGenerator<Buffer> {
  for (let next = await frames.next(); !next.done && next.value.type === 'D'; next = await frames.next()) yield next.value.data;
}
