import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectDatabase } from '../../src/database/connect.ts';
import { copyBusiness, dropSchema } from '../../src/database/copy.ts';
import { assertSchema } from '../../src/database/migrate.ts';
import { testDatabase } from '../support/database.ts';
import { checksums, fillBusiness } from './fill.ts';

const { db, url } = await testDatabase();
const florist = await fillBusiness(db, 'florist', 50);
await fillBusiness(db, 'bakery', 10);

test('one business is copied whole, alone, and what happens to the copy stays there', async () => {
  const before = await checksums(db);
  const copied = await copyBusiness(db, florist, 'scratch');
  const scratch = connectDatabase(url, { searchPath: 'scratch', max: 2 });
  await assertSchema(scratch);
  const [there, here] = [await checksums(db, 'scratch'), await checksums(db, 'public', ofFlorist)];
  expect(there).toEqual({ ...here, installation: before['installation'] });
  expect(copied).toBe(Object.values(there).reduce((sum, each) => sum + Number.parseInt(each, 10), 0));
  await sql`delete from person`.execute(scratch);
  await sql`update business set name = email_hash(name)`.execute(scratch);
  await scratch.destroy();
  await dropSchema(db, 'scratch');
  await dropSchema(db, 'scratch');
  expect(await checksums(db)).toEqual(before);
  expect((await sql`select to_regnamespace('scratch') as scratch`.execute(db)).rows).toEqual([{ scratch: null }]);
});

test('a schema that exists already is left as it is', async () => {
  await sql`create schema taken; create table taken.mine (n int)`.execute(db);
  await expect(copyBusiness(db, florist, 'taken')).rejects.toThrow('already exists');
  await sql`select * from taken.mine`.execute(db);
  expect((await sql`select current_schema() as name`.execute(db)).rows).toEqual([{ name: 'public' }]);
});

// Rows of other businesses, and of tables that belong to none, are left out; who works there is somebody.
const ofFlorist = sql`${florist} in (to_jsonb(t) ->> 'business_id', case when to_jsonb(t) ? 'slug' then to_jsonb(t) ->> 'id' end)
  or to_jsonb(t) ->> 'email' = 'ada@florist.example'`;
