import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addBusiness, businessById, changeBusiness } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { closeFollowUp, openFollowUp } from '../../src/customers/follow-ups.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

test('why a customer left comes from a short list that the business words itself', async () => {
  const ada = { by: 'member:ada', now: new Date('2027-03-10T10:00:00Z') };
  const from = { name: 'Shop', address: 'shop@example.com' };
  const shop = await addBusiness(db, { name: 'Shop', slug: 'shop', zone: 'Europe/Berlin', from, postalAddress: 'Street 1' }, ada);
  const maria = shop.ok ? await addCustomer(db, shop.id, { givenName: 'Maria', email: 'maria@example.com' }, ada) : shop;
  if (!shop.ok || !maria.ok) throw new Error('Both are added');
  const task = await openFollowUp(db, shop.id, { customerId: maria.id, reason: 'lapse', dueOn: '2027-03-12' }, ada);
  if (!task.ok) throw new Error(task.reason);

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
