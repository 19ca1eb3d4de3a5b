import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './schema.ts';
import { DatabaseTrouble } from './trouble.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the schema that `db` works in (the first of its search_path) to this program's level; returns the names of what it ran.
 * Any number may call it at once: Kysely's lock lets each migration run once. A schema newer than the program is refused.
 */
export async function migrateDatabase(db: Kysely<Database>, folder = migrationsFolder): Promise<string[]> {
  const migrationTableSchema = await currentSchema(db);
  await refuseNewer(db, folder);
  const migrator = new Migrator({ db, provider: migrationsIn(folder), migrationTableSchema });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed.', { cause: error });
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Throws a sentence unless the schema is exactly at this program's level. */
export async function assertSchema(db: Kysely<Database>, folder = migrationsFolder): Promise<void> {
  await refuseNewer(db, folder);
  const applied = new Set(await appliedMigrations(db));
  if ((await knownMigrations(folder)).some((name) => !applied.has(name))) {
    throw new DatabaseTrouble(
      'The database is older than this Fondly. Run "npm run -s fondly -- migrate" once, then start again.',
    );
  }
}

/** Names of the migrations that the schema of `db` has had, oldest first; empty when it has had none. */
export async function appliedMigrations(db: Kysely<Database>): Promise<string[]> {
  const found = await sql<{ table: string | null }>`
    select to_regclass(quote_ident(current_schema()) || '.kysely_migration')::text as table`.execute(db);
  if (!found.rows[0]?.table) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}

/** Names of the migrations that this program has, oldest first. */
export async function knownMigrations(folder = migrationsFolder): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => /^\d{4}-.*\.ts$/.test(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

async function currentSchema(db: Kysely<Database>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  const schema = rows[0]?.schema;
  if (!schema) throw new DatabaseTrouble('The database has no schema to work in. Create the schema named in its search_path.');
  return schema;
}

async function refuseNewer(db: Kysely<Database>, folder: string): Promise<void> {
  const known = new Set(await knownMigrations(folder));
  const unknown = (await appliedMigrations(db)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DatabaseTrouble(
    `The database is newer than this Fondly (it has had ${unknown.join(', ')}). Update Fondly, or restore a backup made with this version.`,
  );
}

function migrationsIn(folder: string): MigrationProvider {
  return {
    async getMigrations() {
      const names = await knownMigrations(folder);
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(folder, name)] as const)));
    },
  };
}

async function load(folder: string, name: string): Promise<Migration> {
  return (await import(pathToFileURL(`${folder}/${name}.ts`).href)) as Migration;
}
