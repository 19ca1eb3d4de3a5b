import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationProvider, type MigrationResultSet, Migrator } from 'kysely/migration';
import { currentSchema } from './catalogue.ts';
import type { Database } from './schema.ts';
import { DatabaseTrouble } from './trouble.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the schema that `db` works in (the first of its search_path) to this program's level; returns the names of what it ran.
 * Any number may call it at once: Kysely's lock lets each migration run once. A schema newer than the program is refused.
 */
export async function migrateDatabase(db: Kysely<Database>, folder = migrationsFolder): Promise<string[]> {
  return migrate(db, folder, (migrator) => migrator.migrateToLatest());
}

/** The same, only up to the migration `name`; a restored backup starts where it was made. */
export async function migrateDatabaseTo(db: Kysely<Database>, name: string, folder = migrationsFolder): Promise<string[]> {
  return migrate(db, folder, (migrator) => migrator.migrateTo(name));
}

type Steps = (migrator: Migrator) => Promise<MigrationResultSet>;

async function migrate(db: Kysely<Database>, folder: string, steps: Steps): Promise<string[]> {
  const migrationTableSchema = await workingSchema(db);
  await refuseNewer(db, folder);
  const migrator = new Migrator({ db, provider: migrationsIn(folder), migrationTableSchema });
  const { error, results } = await steps(migrator);
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

/** Throws a sentence when the schema has had migrations that this program does not know. */
export async function refuseNewer(db: Kysely<Database>, folder = migrationsFolder): Promise<void> {
  const known = new Set(await knownMigrations(folder));
  const unknown = (await appliedMigrations(db)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DatabaseTrouble(
    `The database is newer than this Fondly (it has had ${unknown.join(', ')}). Update Fondly, or restore a backup made with this version.`,
  );
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

async function workingSchema(db: Kysely<Database>): Promise<string> {
  const schema = await currentSchema(db);
  if (schema !== undefined) return schema;
  throw new DatabaseTrouble('The database has no schema to work in. Create the schema named in its search_path.');
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
