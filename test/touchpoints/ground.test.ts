import { expect, test } from 'vitest';
import { changeCustomer } from '../../src/customers/customer.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { db, url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');

test('a card that went keeps whether they had agreed, and the story when, where and to which words', async () => {
  const guest = (givenName: string, kind: 'customer' | 'consent' | 'none') =>
    shop.customer({
      givenName,
      email: `${givenName.toLowerCase()}@example.com`,
      dates: [{ kind: 'birthday', month: 3, day: 2 }],
      basis: { kind, on: '2026-05-01', source: 'sign-up card', wording: 'Yes, write to me' },
    });
  const [ada, ben, cem] = [await guest('Ada', 'consent'), await guest('Ben', 'customer'), await guest('Cem', 'none')];
  await shop.live('2027-03-02T12:00:00Z');
  // What is noted after the sending does not change what it went on.
  const actor = { by: 'fondly', now: shop.clock.now() };
  await changeCustomer(db, shop.business.id, ada, { basis: { kind: 'customer' } }, actor);
  await changeCustomer(db, shop.business.id, cem, { basis: { kind: 'consent' } }, actor);
  const sent = await db
    .selectFrom('message_data as d')
    .innerJoin('message as m', 'm.touchpoint_id', 'd.touchpoint_id')
    .select(['d.customer_id', 'd.data', 'm.date'])
    .execute();
  const consented = new Map(sent.map(({ customer_id: id, data }) => [id, JSON.stringify(data).includes('"consented":true')]));
  expect(consented).toEqual(
    new Map([
      [ada, true],
      [ben, false],
    ]),
  );
  for (const { customer_id: id, date } of sent) {
    const story = await db
      .selectFrom('change')
      .select('after')
      .where('customer_id', '=', id)
      .where('at', '<=', date)
      .where('what', '=', 'customer added')
      .executeTakeFirstOrThrow();
    const basis = { kind: consented.get(id) ? 'consent' : 'customer', on: '2026-05-01' };
    expect(story.after).toMatchObject({ basis: { ...basis, source: 'sign-up card', wording: 'Yes, write to me' } });
  }
});
