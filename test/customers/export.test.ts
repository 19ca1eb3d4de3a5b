import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { exportAsCsv, exportCustomer } from '../../src/customers/export.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { addStop } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const business = (await openShop(db, 'exports')).id;

const everything = async (id: string) => value(await exportCustomer(db, business, id)).data;

test('everything about a person comes out, from whom they were before a merge too, and nothing about anybody else', async () => {
  const dates = [{ kind: 'birthday', month: 5, day: 1, year: 1980 }];
  const mia = value(
    await addCustomer(db, business, { givenName: 'Mia', email: 'mia@example.com', phone: '030 1', dates }, ada),
  ).id;
  const other = value(
    await addCustomer(db, business, { givenName: 'Mia', familyName: 'Okafor', email: 'old@example.com' }, ada),
  ).id;
  value(await addCustomer(db, business, { givenName: 'Tom', email: 'mia@example.com' }, ada));
  value(await changeCustomer(db, business, mia, { notes: 'likes peonies' }, ada));
  value(await addPurchase(db, business, mia, { on: '2027-03-01', amount: 1250, currency: 'EUR', reference: 'R-1' }, ada));
  value(await addStop(db, business, { customerId: mia, kind: 'unsubscribed' }, { by: 'customer', now }));
  value(await mergeCustomers(db, business, mia, other, ada));
  const form = {
    email: 'mia@example.com',
    email_key: 'mia@example.com',
    given_name: 'Mia',
    family_name: null,
    wording: 'Yes, please',
  };
  const row = { business_id: business, id: v7(), month: 5, day: 1, year: null, language: 'de', created_at: now };
  await db
    .insertInto('sign_up')
    .values({ ...form, ...row, confirmed_at: null, customer_id: null })
    .execute();

  const data = await everything(other);
  expect(data['person']?.map(({ email }) => email).toSorted()).toEqual(['mia@example.com', 'old@example.com']);
  expect(data['date']).toMatchObject([{ kind: 'birthday', month: 5, day: 1, year: 1980 }]);
  expect(data['purchase']).toMatchObject([{ amount: 1250, reference: 'R-1' }]);
  expect(data['stop']?.map(({ kind }) => kind)).toEqual(['unsubscribed', 'unsubscribed']);
  expect(data['sign_up']).toMatchObject([{ wording: 'Yes, please' }]);
  expect(data['change']?.map(({ what }) => what)).toContain('customers merged');
  const text = JSON.stringify(data);
  expect(text).toContain('likes peonies');
  expect(text).not.toContain('Tom');
  expect(text).not.toMatch(/[0-9a-f]{64}/);
});

test('every table that hangs on a person is in it', async () => {
  const { id } = value(await addCustomer(db, business, { givenName: 'Una' }, ada));
  const { rows } = await sql<{ name: string }>`
    select distinct c.conrelid::regclass::text as name from pg_constraint c
    where c.contype = 'f' and c.confrelid in ('person'::regclass, 'customer'::regclass)`.execute(db);
  expect(Object.keys(await everything(id))).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
});

test('as a table it reads back the same, and no cell is a formula', async () => {
  const evil = ['=HYPERLINK("http://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'];
  const names = evil.map((text, n) => [`field ${n}`, text] as const);
  const notes = 'two\nlines, "quoted"; 花';
  const { id } = value(await addCustomer(db, business, { givenName: '=1+1', notes, custom: Object.fromEntries(names) }, ada));
  const csv = exportAsCsv({ ...(await everything(id)), test: [Object.fromEntries(names)] });
  const rows: string[][] = parse(csv, { bom: true });
  expect(rows[0]).toEqual(['about', 'row', 'field', 'value']);
  const cellOf = (about: string, field: string) => rows.find((row) => row[0] === about && row[2] === field)?.[3];
  expect(cellOf('person', 'given_name')).toBe("'=1+1");
  expect(cellOf('person', 'notes')).toBe(notes);
  expect(evil.map((_, n) => cellOf('test', `field ${n}`))).toEqual(evil.map((text) => `'${text}`));
  expect(rows.flat().filter((cell) => /^\s*[=+\-@＝]/u.test(cell))).toEqual([]);
});

test('who was erased, or never was, has nothing to come out', async () => {
  const { id } = value(await addCustomer(db, business, { givenName: 'Gil', email: 'gil@example.com' }, ada));
  value(await eraseCustomer(db, business, id, ada));
  expect(reasonOf(await exportCustomer(db, business, id))).toMatch(/erased/);
  expect(reasonOf(await exportCustomer(db, business, v7()))).toMatch(/no such customer/);
});
