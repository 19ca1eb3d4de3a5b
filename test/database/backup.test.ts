import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { backupTo } from '../../src/database/backup.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { assertSchema, migrateDatabase } from '../../src/database/migrate.ts';
import { restoreFrom } from '../../src/database/restore.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';
import { checksums, fillBusiness } from './fill.ts';

const now = new Date('2026-11-21T12:00:00Z');
const folder = await mkdtemp(path.join(tmpdir(), 'fondly-backup-'));
const file = path.join(folder, 'all.fondly');
afterAll(() => rm(folder, { recursive: true }));

const { db, url } = await testDatabase();
await fillBusiness(db, 'florist', 500);
await fillBusiness(db, 'bakery', 20);
await sql`create schema queue; create table queue.job (n int); insert into queue.job values (1)`.execute(db);
const written = await backupTo(url, file, { now, secretKeys: 'one,two' });
const sums = await checksums(db);

test('a backup is one file that only its owner can read', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(written.bytes).toBe((await stat(file)).size);
  expect(written).toMatchObject({ tables: Object.keys(sums).length, rows: rowsIn(sums) });
  expect(await readdir(folder)).toEqual(['all.fondly']);
});

test('what is restored into an empty database is the same in every table', async () => {
  const target = await emptyDatabase();
  const restored = await restoreFrom(file, target);
  expect(restored).toEqual({ tables: written.tables, rows: written.rows, at: now.toISOString(), secretKeys: 'one,two' });
  const there = connectDatabase(target, { max: 2 });
  expect(await checksums(there)).toEqual(sums);
  await assertSchema(there);
  expect((await sql`select to_regclass('queue.job') as job`.execute(there)).rows).toEqual([{ job: null }]);
  await there.destroy();
});

test('a started but empty installation takes a backup; its own row gives way', async () => {
  const target = await emptyDatabase();
  const there = connectDatabase(target, { max: 2 });
  await migrateDatabase(there);
  await sql`insert into installation (salt) values ('made at the first start')`.execute(there);
  await restoreFrom(file, target);
  expect(await checksums(there)).toEqual(sums);
  await there.destroy();
});

test('a backup from before the newest migrations is restored at its own level and migrated then', async () => {
  const target = await emptyDatabase();
  const there = connectDatabase(target, { max: 2 });
  await migrateDatabase(there);
  await sql`insert into kysely_migration values ('0000-once', '2000-01-01')`.execute(there);
  await sql`create table later (n int)`.execute(there);
  await expect(restoreFrom(file, target)).rejects.toThrow('newer than this Fondly');
  await sql`delete from kysely_migration`.execute(there);
  await restoreFrom(file, target);
  expect(await checksums(there)).toEqual(sums);
  await there.destroy();
});

test('nothing is ever overwritten', async () => {
  await expect(restoreFrom(file, url)).rejects.toThrow('This installation has data already, and a restore never overwrites any.');
  expect(await checksums(db)).toEqual(sums);
  const letter = path.join(folder, 'letter.txt');
  await writeFile(letter, 'Dear Ada');
  await expect(backupTo(url, letter, { now })).rejects.toThrow('There is another file of that name already.');
  expect(await readFile(letter, 'utf8')).toBe('Dear Ada');
  await rm(letter);
  expect(await backupTo(url, file, { now, secretKeys: 'one,two' })).toMatchObject({ rows: written.rows });
});

test('a running Fondly and a restore do not mix', async () => {
  const target = await emptyDatabase();
  const running = connectDatabase(target, { max: 2 });
  await migrateDatabase(running);
  const open = await running.startTransaction().execute();
  await sql`insert into installation (salt) values ('not yet committed')`.execute(open);
  await expect(restoreFrom(file, target)).rejects.toThrow('Fondly is running on this database. Stop it, then restore again.');
  await open.rollback().execute();
  await running.destroy();
});

test('a damaged, cut or foreign file is refused before anything is written', async () => {
  const target = await emptyDatabase();
  const broken = path.join(folder, 'broken');
  for (const [n, damage] of damages().entries()) {
    await writeFile(broken, damage(await readFile(file)));
    await expect(restoreFrom(broken, target), `damage ${n}`).rejects.toThrow(/damaged|not a backup/);
  }
  await expect(restoreFrom(path.join(folder, 'missing'), target)).rejects.toThrow('There is no backup file of that name.');
  await expect(restoreFrom(folder, target)).rejects.toThrow('That is a folder');
  const there = connectDatabase(target, { max: 1 });
  expect(
    (await sql`select count(*) as n from information_schema.tables where table_schema = 'public'`.execute(there)).rows,
  ).toEqual([{ n: 0 }]);
  await there.destroy();
  await rm(broken);
});

test('a backup made by a newer Fondly is refused', async () => {
  const target = await emptyDatabase();
  const newer = path.join(folder, 'newer');
  const plain = gunzipSync(await readFile(file)).toString('latin1');
  for (const [from, to] of [
    ['"format":1', '"format":2'],
    ['0001-ledger', '9001-ledger'],
  ] as const) {
    await writeFile(newer, gzipSync(Buffer.from(plain.replace(from, to), 'latin1')));
    await expect(restoreFrom(newer, target)).rejects.toThrow('This backup was made by a newer Fondly.');
  }
  await rm(newer);
});

test('a backup that cannot be written leaves nothing behind and says why', async () => {
  await expect(backupTo(url, path.join(folder, 'no', 'all.fondly'), { now })).rejects.toThrow(
    'The folder for the backup does not exist.',
  );
  await expect(backupTo(await emptyDatabase(), path.join(folder, 'none'), { now })).rejects.toThrow(
    'There is nothing to back up yet',
  );
  expect(await readdir(folder)).toEqual(['all.fondly']);
});

function rowsIn(all: Record<string, string>): number {
  return Object.values(all).reduce((sum, each) => sum + Number.parseInt(each, 10), 0);
}

function damages(): ((bytes: Buffer) => Buffer)[] {
  const flip = (bytes: Buffer, at: number): Buffer => (bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at), bytes);
  const inside = (change: (plain: Buffer) => Buffer) => (bytes: Buffer) => gzipSync(change(gunzipSync(bytes)));
  return [
    () => Buffer.from('Dear Ada'),
    () => gzipSync('Dear Ada'),
    () => gzipSync(''),
    (bytes) => bytes.subarray(0, bytes.length - 1),
    (bytes) => bytes.subarray(0, bytes.length >> 1),
    (bytes) => flip(bytes, bytes.length >> 1),
    (bytes) => flip(bytes, bytes.length - 5),
    inside((plain) => plain.subarray(0, plain.length - 20)),
    inside((plain) => flip(plain, plain.indexOf('florist'))),
    inside((plain) => Buffer.concat([plain, Buffer.from('Z\0\0\0\x02{}')])),
  ];
}
