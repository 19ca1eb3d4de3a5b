import { expect, test } from 'vitest';
import { businessById, changeBusiness } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { testDatabase } from '../support/database.ts';
import { ada, openShop, value } from './shop.ts';

const { db } = await testDatabase();

test('why a customer left comes from a short list that the business words itself', async () => {
  const shop = await openShop(db, 'shop');
  const maria = value(await addCustomer(db, shop.id, { givenName: 'Maria', email: 'maria@example.com' }, ada));
  const asked = { customerId: maria.id, reason: 'lapse', dueOn: '2027-03-12' } as const;
  const task = value(await openFollowUp(db, shop.id, asked, ada));

  const refusal = await closeFollowUp(db, shop.id, task.id, { outcome: 'lost', lostReason: 'the parking' }, ada);
  expect(refusal).toMatchObject({ ok: false, reason: expect.stringContaining('There are: the price, went elsewhere') as string });
  expect(await changeBusiness(db, shop.id, { lostReasons: ['the price', 'the parking'] }, ada)).toMatchObject({
    ok: true,
    changed: true,
  });
  expect(await changeBusiness(db, shop.id, { lostReasons: ['the price', 'the parking'] }, ada)).toMatchObject({
    ok: true,
    changed: false,
  });
  expect(await changeBusiness(db, shop.id, { lostReasons: [''] }, ada)).toMatchObject({ ok: false });
  expect((await businessById(db, shop.id))?.lost_reasons).toEqual(['the price', 'the parking']);
  expect(await closeFollowUp(db, shop.id, task.id, { outcome: 'lost', lostReason: 'the parking' }, ada)).toMatchObject({
    changed: true,
  });
});
