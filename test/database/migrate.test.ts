import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connect.ts';
import { appliedMigrations, assertSchema, knownMigrations, migrateDatabase } from '../../src/database/migrate.ts';
import { emptyDatabase } from '../support/database.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'fondly-migrations-'));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(path.join(folder, '0001-first.ts'), migration('create table counted (n int)'));
await writeFile(path.join(folder, '0002-second.ts'), migration('insert into counted values (1)'));

test('ten starters at once run each migration exactly once', async () => {
  const url = await emptyDatabase();
  const starters = Array.from({ length: 10 }, () => connectDatabase(url, { max: 1 }));
  const ran = await Promise.all(starters.map((db) => migrateDatabase(db, folder)));
  expect(ran.flat()).toEqual(['0001-first', '0002-second']);
  const [db] = starters;
  expect((await sql`select * from counted`.execute(db!)).rows).toEqual([{ n: 1 }]);
  await Promise.all(starters.map((each) => each.destroy()));
});

test('ten starters at once bring the real schema up', async () => {
  const url = await emptyDatabase();
  const starters = Array.from({ length: 10 }, () => connectDatabase(url, { max: 1 }));
  const ran = await Promise.all(starters.map((db) => migrateDatabase(db)));
  expect(ran.flat()).toEqual(await knownMigrations());
  await assertSchema(starters[0]!);
  await Promise.all(starters.map((each) => each.destroy()));
});

test('a failing migration leaves nothing of itself, and works when it is mended', async () => {
  const broken = await mkdtemp(path.join(tmpdir(), 'fondly-migrations-'));
  await copyFile(path.join(folder, '0001-first.ts'), path.join(broken, '0001-first.ts'));
  await writeFile(path.join(broken, '0002-broken.ts'), migration('create table half (n int); select 1/0'));
  const db = connectDatabase(await emptyDatabase(), { max: 1 });
  await expect(migrateDatabase(db, broken)).rejects.toThrow('division by zero');
  expect(await appliedMigrations(db)).toEqual([]);
  expect(await migrateDatabase(db, folder)).toEqual(['0001-first', '0002-second']);
  await db.destroy();
  await rm(broken, { recursive: true });
});

test('a schema newer than the program is refused, an older one asks to be migrated', async () => {
  const db = connectDatabase(await emptyDatabase(), { max: 1 });
  await expect(assertSchema(db, folder)).rejects.toThrow(
    'The database is older than this Fondly. Run "npm run -s fondly -- migrate" once',
  );
  await migrateDatabase(db, folder);
  await assertSchema(db, folder);
  await sql`insert into kysely_migration values ('0003-of-tomorrow', '2030-01-01')`.execute(db);
  const words = 'The database is newer than this Fondly (it has had 0003-of-tomorrow). Update Fondly';
  await expect(migrateDatabase(db, folder)).rejects.toThrow(words);
  await expect(assertSchema(db, folder)).rejects.toThrow(words);
  await db.destroy();
});

test('migrations run in the schema that the search path names, beside one that has had them', async () => {
  const url = await emptyDatabase();
  const [main, scratch] = [connectDatabase(url), connectDatabase(url, { searchPath: 'scratch' })];
  await expect(migrateDatabase(scratch)).rejects.toThrow('The database has no schema to work in.');
  await sql`create schema scratch`.execute(main);
  expect(await migrateDatabase(main)).toEqual(await migrateDatabase(scratch));
  const { rows } = await sql`
    select table_schema as schema, count(*) as n from information_schema.tables
    where table_schema in ('public', 'scratch') group by 1 order by 1`.execute(main);
  const [inPublic, inScratch] = rows as { schema: string; n: number }[];
  expect(inScratch?.n).toBe(inPublic?.n);
  await Promise.all([main.destroy(), scratch.destroy()]);
});

test('migrations are numbered without a gap', async () => {
  const files = await readdir(new URL('../../migrations/', import.meta.url));
  expect(await knownMigrations()).toHaveLength(files.length);
  expect((await knownMigrations()).map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, i) => i + 1));
});

function migration(statement: string): string {
  return `import { sql } from '${import.meta.resolve('kysely')}';\nexport const up = (db) => sql.raw(${JSON.stringify(statement)}).execute(db);\n`;
}
