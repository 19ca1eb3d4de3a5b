import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();

test('the row types name every table and column that the migrations make, and no other', async () => {
  const [declared, real] = [await declaredTables(), await realTables()];
  expect(Object.keys(declared).toSorted()).toEqual(Object.keys(real).toSorted());
  for (const [table, columns] of Object.entries(real)) {
    expect([table, Object.keys(declared[table]!).toSorted()]).toEqual([table, Object.keys(columns).toSorted()]);
  }
});

test('each column is declared as what pg makes of it: null where it may be null, optional where it has a default', async () => {
  const [declared, real] = [await declaredTables(), await realTables()];
  const faults = Object.entries(real).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, { type, nullable, filled }]) => {
      const said = declared[table]?.[column] ?? '';
      const [core, shape] = shapeOf(said);
      const fits = kinds[type]?.test(core) && (shape.nullable === nullable || core === 'unknown') && (shape.optional || !filled);
      return fits
        ? []
        : [`${table}.${column}: ${type}${nullable ? ' null' : ''}${filled ? ' default' : ''} is declared as ${said}`];
    }),
  );
  expect(faults).toEqual([]);
});

interface Column {
  type: string;
  nullable: boolean;
  /** Not null, and filled by the database when left out. */
  filled: boolean;
}

// What may stand for a column of that type, once Generated, ColumnType and null are taken off.
const kinds: Record<string, RegExp> = {
  boolean: /^boolean$/,
  integer: /^number$/,
  smallint: /^number$/,
  bigint: /^number$/,
  text: /^(string|\w+State|'[^']+'( \| '[^']+')*)$/,
  uuid: /^string$/,
  date: /^Day$/,
  'time without time zone': /^string$/,
  'timestamp with time zone': /^Date$/,
  bytea: /^Buffer$/,
  jsonb: /^(Json<.+>|Record<.+>|string\[\]|unknown)$/,
};

function shapeOf(said: string): [string, { nullable: boolean; optional: boolean }] {
  const generated = /^Generated<(.*)>$/.exec(said)?.[1];
  const select = /^ColumnType<(.*)>$/.exec(said)?.[1];
  const parts = (generated ?? (select === undefined ? said : firstOf(select))).split(' | ');
  const core = parts.filter((part) => part !== 'null').join(' | ');
  return [core, { nullable: parts.includes('null'), optional: generated !== undefined || select !== undefined }];
}

/** The first of several type arguments; commas inside angle brackets do not part them. */
function firstOf(list: string): string {
  let depth = 0;
  for (const [at, letter] of list.split('').entries()) {
    if (letter === '<') depth++;
    if (letter === '>') depth--;
    if (letter === ',' && depth === 0) return list.slice(0, at);
  }
  return list;
}

async function declaredTables(): Promise<Record<string, Record<string, string>>> {
  const source = await readFile(new URL('../../src/database/schema.ts', import.meta.url), 'utf8');
  const interfaces = Object.fromEntries(
    [...source.matchAll(/interface (\w+) \{\n(.*?)\n\}/gs)].map(([, name = '', body = '']) => [name, fieldsOf(body)]),
  );
  return Object.fromEntries(Object.entries(interfaces['Database'] ?? {}).map(([table, name]) => [table, interfaces[name] ?? {}]));
}

function fieldsOf(body: string): Record<string, string> {
  const code = body.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
  return Object.fromEntries(
    code.split(';').flatMap((field) => {
      const found = /^\s*(\w+): (.+)$/s.exec(field);
      return found ? [[found[1] ?? '', (found[2] ?? '').replaceAll(/\s+/g, ' ').replace(/^\| /, '')]] : [];
    }),
  ) as Record<string, string>;
}

async function realTables(): Promise<Record<string, Record<string, Column>>> {
  const { rows } = await sql<Column & { table: string; column: string }>`
    select table_name as table, column_name as column, data_type as type, is_nullable = 'YES' as nullable,
      is_nullable = 'NO' and column_default is not null as filled
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'`.execute(db);
  const tables: Record<string, Record<string, Column>> = {};
  for (const { table, column, ...rest } of rows) (tables[table] ??= {})[column] = rest;
  return tables;
}
