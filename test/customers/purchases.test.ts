import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCustomer } from '../../src/customers/customer.ts';
import { addPurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const business = (await openShop(db, 'purchases')).id;
const eur = { amount: 1250, currency: 'EUR' };

async function newCustomer(): Promise<string> {
  return value(await addCustomer(db, business, { givenName: 'Mia' }, ada)).id;
}

async function books(customer: string) {
  const rows = await db
    .selectFrom('purchase')
    .select(['on', 'nth', 'voided_at'])
    .where('customer_id', '=', customer)
    .orderBy('on')
    .orderBy('id')
    .execute();
  const query = db.selectFrom('customer').select(['first_purchase_on', 'joined_on', 'since_on']).where('id', '=', customer);
  return { rows, ...(await query.executeTakeFirstOrThrow()) };
}

test('purchases are numbered by their day, whatever order they are entered and taken back in', async () => {
  const days = ['2027-01-05', '2027-02-01', '2027-02-01', '2027-03-09'];
  const steps = fc.array(fc.record({ on: fc.constantFrom(...days), voids: fc.nat(5) }), { minLength: 1, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const customer = await newCustomer();
      const ids: string[] = [];
      for (const { on, voids } of plan) {
        ids.push(
          value(await addPurchase(db, business, customer, { ...eur, on }, { ...ada, now: new Date(now.getTime() + ids.length) }))
            .id,
        );
        const gone = ids[voids];
        if (gone !== undefined) value(await voidPurchase(db, business, gone, ada));
      }
      const { rows, first_purchase_on } = await books(customer);
      const standing = rows.filter((row) => row.voided_at === null);
      expect(standing.map((row) => row.nth)).toEqual(standing.map((_, n) => n + 1));
      expect(rows.filter((row) => row.voided_at !== null).every((row) => row.nth === 0)).toBe(true);
      expect(first_purchase_on).toBe(standing[0]?.on ?? null);
    }),
    { numRuns: 25, seed: 7 },
  );
});

test('two tills at once number one customer’s purchases without a gap', async () => {
  const customer = await newCustomer();
  const days = ['2027-01-01', '2027-01-03', '2027-01-02', '2027-01-05', '2027-01-04', '2027-01-06'];
  await Promise.all(days.map(async (on) => value(await addPurchase(db, business, customer, { ...eur, on }, ada))));
  const { rows, first_purchase_on } = await books(customer);
  expect(rows.map((row) => row.nth)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(first_purchase_on).toBe('2027-01-01');
});

test('the same order number is the same purchase, and one that was taken back stays so', async () => {
  const customer = await newCustomer();
  const asked = { ...eur, on: '2027-03-01', reference: 'A-1' };
  const both = await Promise.all([1, 2].map(async () => value(await addPurchase(db, business, customer, asked, ada))));
  expect(both.filter(({ added }) => added)).toHaveLength(1);
  expect(both[0]?.id).toBe(both[1]?.id);
  expect(value(await voidPurchase(db, business, both[0]!.id, ada)).changed).toBe(true);
  expect(value(await voidPurchase(db, business, both[0]!.id, ada)).changed).toBe(false);
  expect(value(await addPurchase(db, business, customer, asked, ada)).added).toBe(false);
  const other = await newCustomer();
  expect(reasonOf(await addPurchase(db, business, other, asked, ada))).toContain('Another customer');
  expect((await books(customer)).first_purchase_on).toBeNull();
});

test('what cannot be right is refused in words', async () => {
  const customer = await newCustomer();
  const refusal = async (change: object) =>
    reasonOf(await addPurchase(db, business, customer, { ...eur, on: '2027-03-01', ...change }, ada));
  expect(await refusal({ on: '2027-02-29' })).toContain('is no day');
  expect(await refusal({ on: '2027-04-01' })).toContain('future');
  expect(await refusal({ amount: -5 })).toContain('refund');
  expect(await refusal({ amount: 12.5 })).toContain('amount');
  expect(await refusal({ currency: 'EURO' })).toContain('currency');
  expect(await refusal({ currency: 'QQQ' })).toContain('currency');
});
