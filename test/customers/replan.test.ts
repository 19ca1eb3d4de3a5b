import { expect, test } from 'vitest';
import { addCustomer } from '../../src/customers/customer.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { claimReplan, markEveryoneForReplan, markForReplan } from '../../src/customers/replan.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, value } from './shop.ts';

const { db } = await testDatabase();

async function shopOf(slug: string) {
  const { id: business } = await openShop(db, slug);
  const add = async (givenName: string, email: string) => value(await addCustomer(db, business, { givenName, email }, ada)).id;
  const mia = await add('Mia', 'home@example.com');
  const tom = await add('Tom', 'home@example.com');
  const ida = await add('Ida', 'ida@example.com');
  await claim(business, 10);
  return { business, mia, tom, ida };
}

const claim = async (business: string, limit: number) => db.transaction().execute((trx) => claimReplan(trx, business, limit));

test('a changed customer comes with everyone at the same address, once', async () => {
  const { business, mia, tom, ida } = await shopOf('household');
  await markForReplan(db, business, [tom], now);
  expect(await claim(business, 1)).toEqual([mia, tom].toSorted());
  expect(await claim(business, 10)).toEqual([]);
  await markEveryoneForReplan(db, business, now);
  expect(await claim(business, 10)).toEqual([mia, tom, ida].toSorted());
});

test('a merged customer comes with the one it became', async () => {
  const { business, mia, ida } = await shopOf('merged');
  value(await mergeCustomers(db, business, ida, mia, ada));
  await db.updateTable('customer').set({ replan_at: null }).where('id', '=', ida).execute();
  expect(await claim(business, 1)).toEqual(expect.arrayContaining([mia, ida]));
});

test('a household of which somebody is taken waits whole, and others do not wait for it', async () => {
  const { business, mia, tom, ida } = await shopOf('taken');
  await markEveryoneForReplan(db, business, now);
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('customer').select('id').where('id', '=', mia).forShare().execute();
    expect(await claim(business, 10)).toEqual([ida]);
  });
  expect(await claim(business, 10)).toEqual([mia, tom].toSorted());
});

test('a mark made while one is planned stays for the next time', async () => {
  const { business, ida } = await shopOf('meanwhile');
  await markForReplan(db, business, [ida], now);
  let marking: Promise<void> | undefined;
  await db.transaction().execute(async (trx) => {
    expect(await claimReplan(trx, business, 10)).toEqual([ida]);
    marking = markForReplan(db, business, [ida], now);
  });
  await marking;
  expect(await claim(business, 10)).toEqual([ida]);
});
