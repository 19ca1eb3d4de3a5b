import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connectDatabase, retrying, serverTroubles } from '../../src/database/connect.ts';
import { testDatabase } from '../support/database.ts';

const { db, url } = await testDatabase();

test('days come as text, counts as numbers, instants as dates', async () => {
  const { rows } = await sql<Record<string, unknown>>`
    select '2028-02-29'::date as day, count(*) as n, '2027-01-01T00:00Z'::timestamptz as at,
      array['2028-02-29', null]::date[] as days, array[1, 2]::bigint[] as ids, '{}'::date[] as none`.execute(db);
  const at = new Date('2027-01-01T00:00:00Z');
  expect(rows).toEqual([{ day: '2028-02-29', n: 1, at, days: ['2028-02-29', null], ids: [1, 2], none: [] }]);
});

test('a search path leads to another schema, whatever options the url has', async () => {
  await sql`create schema "odd name"`.execute(db);
  const other = connectDatabase(`${url}?options=-c%20search_path%3Dpublic`, { searchPath: '"odd name"', max: 1 });
  const { rows } = await sql`select current_schema() as name`.execute(other);
  expect(rows).toEqual([{ name: 'odd name' }]);
  await other.destroy();
});

test('a lost race is run again, anything else is not', async () => {
  let calls = 0;
  const lost = (): Promise<number> =>
    ++calls < 3 ? Promise.reject(Object.assign(new Error('lost'), { code: '40001' })) : Promise.resolve(calls);
  await expect(retrying(lost, { pause: 1, random: () => 0 })).resolves.toBe(3);
  const wrong = Object.assign(new Error('wrong'), { code: '23505' });
  await expect(retrying(() => (calls++, Promise.reject(wrong)), { pause: 1 })).rejects.toBe(wrong);
  expect(calls).toBe(4);
});

test('two transactions that lock each other both end, one of them on its second try', async () => {
  await sql`create table pair (id int primary key, n int); insert into pair values (1, 0), (2, 0)`.execute(db);
  const add = (first: number, second: number): Promise<void> =>
    retrying(() =>
      db.transaction().execute(async (trx) => {
        await sql`update pair set n = n + 1 where id = ${first}`.execute(trx);
        await sql`select pg_sleep(0.05)`.execute(trx);
        await sql`update pair set n = n + 1 where id = ${second}`.execute(trx);
      }),
    );
  await Promise.all([add(1, 2), add(2, 1)]);
  const { rows } = await sql`select n from pair`.execute(db);
  expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
});

test('the pool outlives a connection that the server cut', async () => {
  const cut = connectDatabase(url, { applicationName: 'to be cut', max: 2 });
  await sql`select 1`.execute(cut);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be cut'`.execute(db);
  const { rows } = await retrying(() => sql`select 1 as one`.execute(cut), { pause: 1 });
  expect(rows).toEqual([{ one: 1 }]);
  await cut.destroy();
});

test('a server that could lose what it confirmed is named, unless it is a test server', async () => {
  expect(await serverTroubles(db)).toEqual([]);
  const strict = connectDatabase(`${url}?options=-c%20fondly.may_lose_data%3Doff`, { max: 1 });
  const troubles = await serverTroubles(strict);
  expect(troubles).toHaveLength(3);
  expect(troubles[0]).toBe(
    'The PostgreSQL server has fsync off, so a power cut could make a card go out twice. Set fsync = on and reload it.',
  );
  await strict.destroy();
});
