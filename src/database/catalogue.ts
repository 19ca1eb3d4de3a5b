import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

export interface Table {
  name: string;
  /** Those that take a value; generated ones are left out. */
  columns: string[];
}

/** The tables of `schema`, each after all that its foreign keys point to. Kysely's own two are left out. */
export async function tablesInOrder(db: Kysely<Database>, schema: string): Promise<Table[]> {
  const [tables, keys] = [await listTables(db, schema), await listForeignKeys(db, schema)];
  const ordered: Table[] = [];
  while (ordered.length < tables.length) {
    const placed = new Set(ordered.map(({ name }) => name));
    const waits = new Set(keys.filter((key) => !placed.has(key.target)).map((key) => key.source));
    const next = tables.filter(({ name }) => !placed.has(name) && !waits.has(name));
    if (next.length === 0) throw new Error(`Foreign keys run in a circle among ${[...waits].join(', ')}`);
    ordered.push(...next);
  }
  return ordered;
}

/** The schema that `db` works in: the first of its search_path that exists. */
export async function currentSchema(db: Kysely<Database>): Promise<string | undefined> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(db);
  return rows[0]?.schema ?? undefined;
}

/** A dotted name as SQL, safe whatever it holds. */
export function quoted(...names: string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}

async function listTables(db: Kysely<Database>, schema: string): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = to_regnamespace(quote_ident(${schema})) and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and c.relname not in ('kysely_migration', 'kysely_migration_lock')
    group by c.relname order by c.relname`.execute(db);
  return rows;
}

// A table that points to itself need not wait for itself: the rows of one statement are checked at its end.
async function listForeignKeys(db: Kysely<Database>, schema: string): Promise<{ source: string; target: string }[]> {
  const { rows } = await sql<{ source: string; target: string }>`
    select distinct s.relname as source, t.relname as target
    from pg_constraint k join pg_class s on s.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and s.relnamespace = to_regnamespace(quote_ident(${schema})) and s.oid <> t.oid`.execute(db);
  return rows;
}
