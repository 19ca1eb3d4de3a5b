import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addBusiness } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { addDefaultOccasions } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { doubtRestored } from '../../src/touchpoints/restored.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

it('doubts what was due between the backup and its restore, and leaves what comes later and what only practised', async () => {
  const backedUp = new Date('2027-03-13T10:00:00Z');
  const restored = new Date('2027-03-14T10:00:00Z');
  for (const live of [true, false]) {
    const slug = live ? 'live' : 'practice';
    const from = { name: 'Shop', address: 'shop@example.com' };
    const actor = { by: 'fondly', now: backedUp };
    const added = await addBusiness(
      db,
      { name: slug, slug, zone: 'Europe/Berlin', from, postalAddress: 'Street 1', live },
      actor,
    );
    if (!added.ok) throw new Error(added.reason);
    await addDefaultOccasions(db, { id: added.id, zone: 'Europe/Berlin' }, actor);
    for (const day of [14, 15]) {
      const own = { givenName: `Day ${day}`, email: `d${day}@example.com`, joinedOn: '2020-06-01' };
      await addCustomer(db, added.id, { ...own, dates: [{ kind: 'birthday', month: 3, day }] }, actor);
    }
  }
  await planAll(db, backedUp);
  expect(await doubtRestored(db, restored)).toBe(1);
  const { rows } = await sql`select slug, send_on, state, reason from touchpoint t join business b on b.id = t.business_id
    order by slug, send_on`.execute(db);
  expect(rows).toEqual([
    { slug: 'live', send_on: '2027-03-14', state: 'uncertain', reason: 'restored' },
    { slug: 'live', send_on: '2027-03-15', state: 'planned', reason: null },
    { slug: 'practice', send_on: '2027-03-14', state: 'planned', reason: null },
    { slug: 'practice', send_on: '2027-03-15', state: 'planned', reason: null },
  ]);
});
