import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addBusiness, changeBusiness, findBusiness } from '../../src/businesses/business.ts';
import { addCustomer, changeCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { addPurchase, restorePurchase, voidPurchase } from '../../src/customers/purchases.ts';
import { markEveryoneForReplan } from '../../src/customers/replan.ts';
import { describeCustomers } from '../../src/customers/listed.ts';
import { addDefaultOccasions, changeOccasion, listOccasions } from '../../src/occasions/occasion.ts';
import { groupNothing } from '../../src/touchpoints/nothing.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { obstacleTo } from '../../src/touchpoints/prepare.ts';
import { loadTouchpoint } from '../../src/touchpoints/load.ts';
import { reachOf } from '../../src/touchpoints/reach.ts';
import { sendAtOnce } from '../support/approve.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

const now = new Date('2027-03-01T15:00:00Z');
const ada = { by: 'member:ada', now };
const zone = 'America/Toronto';
const birthday = (day: number): Pick<NewCustomer, 'dates'> => ({ dates: [{ kind: 'birthday', month: 3, day }] });

describe('in Canada, a customer who never said yes', () => {
  test('has cards until two years after their last purchase, that day included', async () => {
    const shop = await openShop();
    await bought(shop, await customer(shop, birthday(14)), '2025-03-14');
    await bought(shop, await customer(shop, birthday(15)), '2025-03-14');
    expect(await plan(shop)).toEqual(['2027-03-14 planned', '2027-03-15 blocked: consent ended']);
  });

  test('has them until two years after they were noted where they bought nothing since', async () => {
    const shop = await openShop();
    await customer(shop, { ...birthday(14), basis: { kind: 'customer', on: '2025-03-13' } });
    await customer(shop, { ...birthday(15), basis: { kind: 'customer', on: '2025-03-15' } });
    expect(await plan(shop)).toEqual(['2027-03-14 blocked: consent ended', '2027-03-15 planned']);
  });

  test('who buys again has cards again, and a purchase taken back takes them along', async () => {
    const shop = await openShop();
    const maria = await customer(shop, birthday(14));
    expect(await plan(shop)).toEqual(['2027-03-14 blocked: consent ended']);
    const purchase = await bought(shop, maria, '2026-01-31');
    expect(await plan(shop)).toEqual(['2027-03-14 planned']);
    await voidPurchase(db, shop, purchase, ada);
    expect(await plan(shop)).toEqual(['2027-03-14 blocked: consent ended']);
    await restorePurchase(db, shop, purchase, ada);
    expect(await plan(shop)).toEqual(['2027-03-14 planned']);
  });

  test('has cards for good once they agree', async () => {
    const shop = await openShop();
    const maria = await customer(shop, birthday(14));
    await plan(shop);
    await changeCustomer(db, shop, maria, { basis: { kind: 'consent', on: '2019-01-01' } }, ada);
    expect(await plan(shop)).toEqual(['2027-03-14 planned']);
  });

  test('has them where the shop moves away, and none once it is back', async () => {
    const shop = await openShop();
    await customer(shop, birthday(14));
    for (const [country, says] of [
      ['US', 'planned'],
      ['CA', 'blocked: consent ended'],
    ] as const) {
      await changeBusiness(db, shop, { country }, ada);
      await markEveryoneForReplan(db, shop, now);
      expect(await plan(shop)).toEqual([`2027-03-14 ${says}`]);
    }
  });

  test('is not sent a card late, once that day is past', async () => {
    const shop = await openShop();
    await changeOccasion(db, shop, 'birthday', { lateDays: 5 }, ada);
    await bought(shop, await customer(shop, birthday(14)), '2025-03-15');
    await plan(shop);
    const { rows } = await sql<{ late_at: Date }>`select late_at from touchpoint where business_id = ${shop}`.execute(db);
    expect(rows.map(({ late_at: at }) => at.toISOString().slice(0, 10))).toEqual(['2027-03-16']);
    expect(rows[0]!.late_at.getTime()).toBeLessThan(Date.parse('2027-03-16T04:00:00Z'));
  });

  test('is sent nothing in the moment before the change is planned', async () => {
    const shop = await openShop();
    const maria = await customer(shop, birthday(14));
    const purchase = await bought(shop, maria, '2026-01-31');
    await plan(shop);
    const { rows } = await sql<{ id: string }>`select id from touchpoint where business_id = ${shop}`.execute(db);
    const id = rows[0]!.id;
    const obstacle = async () => obstacleTo((await loadTouchpoint(db, shop, id))!, new Date('2027-03-14T15:00:00Z'));
    expect(await obstacle()).toBeUndefined();
    await voidPurchase(db, shop, purchase, ada);
    expect(await obstacle()).toBe('consent ended');
    await changeBusiness(db, shop, { country: 'US' }, ada);
    expect(await obstacle()).toBeUndefined();
  });
});

test('"send now", the reach of an occasion, the panel of home and the list of customers say the same', async () => {
  const shop = await openShop();
  const maria = await customer(shop, birthday(14));
  await plan(shop);
  const { rows } = await sql<{ id: string }>`select id from touchpoint where business_id = ${shop}`.execute(db);
  expect(await sendAtOnce(db, shop, rows[0]!.id, ada)).toMatchObject({ ok: false, reason: 'The customer’s consent has ended.' });
  const business = (await findBusiness(db, `canada-${shops}`))!;
  const occasion = (await listOccasions(db, shop)).find(({ slug }) => slug === 'birthday')!;
  expect(await reachOf(db, business, occasion, now)).toMatchObject({
    cards: 0,
    without: [{ reason: 'consent ended', count: 1 }],
  });
  const groups = await groupNothing(db, shop, { from: '2027-03-01', to: '2027-03-31' }, 5);
  expect(groups).toMatchObject([{ reason: 'consent ended', count: 1 }]);
  expect(await describeCustomers(db, shop, [maria], '2027-03-01')).toMatchObject([{ stop: 'consent ended' }]);
});

let shops = 0;

async function openShop(): Promise<string> {
  const from = { name: 'Shop', address: 'shop@example.com' };
  const asked = { name: 'Shop', slug: `canada-${++shops}`, zone, country: 'CA', from, postalAddress: '1 King Street\nToronto' };
  const added = await addBusiness(db, asked, ada);
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, { id: added.id, zone }, ada);
  for (const slug of ['thank-you', 'welcome', 'survey', 'years-with-us'])
    await changeOccasion(db, added.id, slug, { mode: 'off' }, ada);
  await changeOccasion(db, added.id, 'birthday', { mode: 'automatic' }, ada);
  return added.id;
}

let customers = 0;

/** Noted as a customer five years ago, unless said. */
async function customer(shop: string, fields: NewCustomer): Promise<string> {
  const long = { joinedOn: null, basis: { kind: 'customer' as const, on: '2022-01-01' } };
  const email = `customer${++customers}@example.com`;
  const added = await addCustomer(db, shop, { givenName: 'Maria', email, ...long, ...fields }, ada);
  if (!added.ok) throw new Error(added.reason);
  return added.id;
}

async function bought(shop: string, customerId: string, on: string): Promise<string> {
  const added = await addPurchase(db, shop, customerId, { on, amount: 1250, currency: 'CAD' }, ada);
  if (!added.ok) throw new Error(added.reason);
  return added.id;
}

async function plan(shop: string): Promise<string[]> {
  await planAll(db, now);
  const { rows } = await sql<{ says: string }>`select send_on || ' ' || state || coalesce(': ' || reason, '') as says
    from touchpoint where business_id = ${shop} order by send_on, id`.execute(db);
  return rows.map(({ says }) => says);
}
