import { describe, expect, test } from 'vitest';
import { addCustomer, changeCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { setDate } from '../../src/customers/dates.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { openMerge } from '../../src/customers/merge-memory.ts';
import { undoMerge } from '../../src/customers/merge-undo.ts';
import { addPurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { addStop, listStops } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, person, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const business = (await openShop(db, 'merges')).id;
let people = 0;

async function newCustomer(asked: NewCustomer = {}): Promise<string> {
  people++;
  return value(await addCustomer(db, business, { givenName: `P${people}`, email: `p${people}@example.com`, ...asked }, ada)).id;
}

const rowOf = async (id: string) =>
  db
    .selectFrom('customer')
    .innerJoin('person', 'person.customer_id', 'customer.id')
    .selectAll()
    .where('customer.id', '=', id)
    .executeTakeFirstOrThrow();

const datesOf = async (id: string) => {
  const query = db.selectFrom('date').select(['kind', 'label', 'month', 'day', 'year']).where('customer_id', '=', id);
  return query.orderBy('kind').orderBy('label').execute();
};

describe('the one that is kept', () => {
  test('keeps its own fields and dates, and takes the other’s where it has none', async () => {
    const keep = await newCustomer({
      familyName: 'Berg',
      notes: 'likes tulips',
      joinedOn: '2025-05-05',
      custom: { shoe: '39' },
      dates: [
        { kind: 'birthday', month: 5, day: 1 },
        { kind: 'anniversary', label: 'wedding', month: 6, day: 6 },
      ],
    });
    const other = await newCustomer({
      familyName: 'Bergmann',
      phone: '030 77',
      reference: '4711',
      notes: 'pays by card',
      joinedOn: '2024-04-04',
      custom: { shoe: '40', hat: '56' },
      dates: [
        { kind: 'birthday', month: 5, day: 1, year: 1980 },
        { kind: 'anniversary', label: 'wedding', month: 7, day: 7, year: 2001 },
        { kind: 'name-day', month: 2, day: 6 },
      ],
    });
    value(await mergeCustomers(db, business, keep, other, ada));
    expect(await rowOf(keep)).toMatchObject({
      family_name: 'Berg',
      phone: '030 77',
      reference: '4711',
      notes: 'likes tulips\n\npays by card',
      custom: { shoe: '39', hat: '56' },
      joined_on: '2024-04-04',
      merged_into: null,
      replan_at: now,
    });
    expect(await datesOf(keep)).toEqual([
      { kind: 'anniversary', label: 'wedding', month: 6, day: 6, year: null },
      { kind: 'birthday', label: '', month: 5, day: 1, year: 1980 },
      { kind: 'name-day', label: '', month: 2, day: 6, year: null },
    ]);
    expect(await datesOf(other)).toEqual([]);
    expect(await rowOf(other)).toMatchObject({ merged_into: keep, joined_on: null, reference: null, replan_at: now });
  });

  test('takes the other’s day where that one told it themselves, and a file or a member the kept one’s', async () => {
    const keep = await newCustomer();
    const other = await newCustomer();
    const days = [
      { kind: 'birthday', keep: 'import', other: 'customer', is: 'other' },
      { kind: 'anniversary', keep: 'by hand', other: 'sign-up form', is: 'other' },
      { kind: 'name-day', keep: 'customer', other: 'customer', is: 'keep' },
      { kind: 'opening-day', keep: 'sign-up form', other: 'by hand', is: 'keep' },
      { kind: 'moving-day', keep: 'import', other: 'by hand', is: 'keep' },
    ];
    for (const { kind, ...source } of days) {
      value(await setDate(db, business, keep, { kind, month: 5, day: 1, year: 1980, source: source.keep }, ada));
      value(await setDate(db, business, other, { kind, month: 6, day: 2, source: source.other }, person));
    }
    value(await setDate(db, business, keep, { kind: 'same', month: 5, day: 1, year: 1980, source: 'import' }, ada));
    value(await setDate(db, business, other, { kind: 'same', month: 5, day: 1, source: 'customer' }, person));
    const before = { keep: await sourcedOf(keep), other: await sourcedOf(other) };
    value(await mergeCustomers(db, business, keep, other, ada));
    const merged = await datesOf(keep);
    for (const { kind, is } of days) {
      expect(merged).toContainEqual(expect.objectContaining({ kind, month: is === 'keep' ? 5 : 6 }));
    }
    expect(merged).toContainEqual(expect.objectContaining({ kind: 'same', year: 1980 }));
    const merge = await openMerge(db, business, keep, now);
    expect(await undoMerge(db, business, { customerId: keep, mergeId: merge?.id ?? '' }, ada)).toMatchObject({ ok: true });
    expect({ keep: await sourcedOf(keep), other: await sourcedOf(other) }).toEqual(before);
    // Who chose has their way.
    value(await mergeCustomers(db, business, keep, other, ada, new Set()));
    expect((await datesOf(keep)).every(({ month }) => month === 5)).toBe(true);
  });

  test('counts both one’s purchases as its own', async () => {
    const [keep, other] = [await newCustomer(), await newCustomer()];
    const buy = async (id: string, on: string) =>
      value(await addPurchase(db, business, id, { on, amount: 1, currency: 'EUR' }, ada)).id;
    await buy(keep, '2027-02-02');
    const first = await buy(other, '2027-01-01');
    value(await mergeCustomers(db, business, keep, other, ada));
    expect((await rowOf(keep)).first_purchase_on).toBe('2027-01-01');
    value(await voidPurchase(db, business, first, ada));
    const rows = await db.selectFrom('purchase').select(['on', 'nth']).where('customer_id', '=', keep).orderBy('on').execute();
    expect(rows.map(({ nth }) => nth)).toEqual([0, 1]);
    expect((await rowOf(keep)).first_purchase_on).toBe('2027-02-02');
  });

  test('hears what is said to the other afterwards, through any number of merges', async () => {
    const [a, b, c] = [await newCustomer(), await newCustomer(), await newCustomer()];
    value(await mergeCustomers(db, business, b, c, ada));
    value(await mergeCustomers(db, business, a, b, ada));
    value(await addStop(db, business, { customerId: c, kind: 'unsubscribed' }, person));
    value(await setDate(db, business, b, { kind: 'birthday', month: 1, day: 2 }, ada));
    value(await changeCustomer(db, business, c, { phone: '12' }, ada));
    expect((await rowOf(a)).phone).toBe('12');
    expect(await datesOf(a)).toHaveLength(1);
    expect((await listStops(db, business, a)).map(({ kind }) => kind)).toEqual(['unsubscribed', 'unsubscribed']);
  });

  test('has the history of both', async () => {
    const [keep, other] = [await newCustomer(), await newCustomer({ phone: '030 99' })];
    value(await mergeCustomers(db, business, keep, other, ada));
    const rows = await db.selectFrom('change').select('what').where('customer_id', '=', keep).orderBy('id').execute();
    expect(rows.map(({ what }) => what)).toEqual(['customer added', 'customer added', 'customers merged']);
  });
});

async function sourcedOf(id: string) {
  return db.selectFrom('date').selectAll().where('customer_id', '=', id).orderBy('kind').execute();
}

test('what cannot be merged is refused in words', async () => {
  const [a, b, gone] = [await newCustomer(), await newCustomer(), await newCustomer()];
  expect(reasonOf(await mergeCustomers(db, business, a, a, ada))).toContain('same customer');
  value(await mergeCustomers(db, business, a, b, ada));
  expect(reasonOf(await mergeCustomers(db, business, b, a, ada))).toContain('same customer');
  value(await eraseCustomer(db, business, gone, ada));
  expect(reasonOf(await mergeCustomers(db, business, a, gone, ada))).toContain('erased');
  expect(reasonOf(await mergeCustomers(db, business, a, '0198f000-0000-7000-8000-000000000009', ada))).toContain(
    'no such customer',
  );
});

test('merges and stops at once leave one customer with every stop', async () => {
  const ids = [await newCustomer(), await newCustomer(), await newCustomer()];
  const [a = '', b = '', c = ''] = ids;
  await Promise.all([
    mergeCustomers(db, business, a, b, ada),
    addStop(db, business, { customerId: b, kind: 'unsubscribed' }, person),
    mergeCustomers(db, business, b, c, ada),
    addStop(db, business, { customerId: c, kind: 'deceased' }, ada),
    mergeCustomers(db, business, c, a, ada),
  ]);
  const present = await db.selectFrom('customer').select('id').where('id', 'in', ids).where('merged_into', 'is', null).execute();
  expect(present).toHaveLength(1);
  const kinds = (await listStops(db, business, present[0]!.id)).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['unsubscribed', 'deceased']));
});
