import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addBusiness } from '../../src/businesses/business.ts';
import { addCustomer, changeCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { addDefaultOccasions, changeOccasion } from '../../src/occasions/occasion.ts';
import { skipTouchpoints } from '../../src/touchpoints/decide.ts';
import { planAhead, planAll, planWith } from '../../src/touchpoints/plan.ts';
import { approve } from '../support/approve.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
await sql`insert into installation (salt) values ('salt')`.execute(db);

const monday = new Date('2027-03-01T10:00:00Z');

describe('an occasion', () => {
  it('that is switched off cancels what it planned, and plans it again when it is back', async () => {
    const shop = await openShop();
    await addMaria(shop);
    await planAll(db, monday);
    await changeOccasion(db, shop, 'birthday', { mode: 'off' }, ada);
    await planAll(db, monday);
    expect(await birthdays(shop)).toEqual([['2027-03-14', 'cancelled', 'off']]);
    await changeOccasion(db, shop, 'birthday', { mode: 'automatic' }, ada);
    await planAll(db, monday);
    expect(await birthdays(shop)).toEqual([['2027-03-14', 'planned', null]]);
  });

  it('that moves its day, hour or limit takes its open rows along', async () => {
    const shop = await openShop();
    await addMaria(shop);
    await planAll(db, monday);
    await changeOccasion(db, shop, 'birthday', { offsetDays: -3, hour: '11:30' }, ada);
    await planAll(db, monday);
    expect(await birthdays(shop)).toEqual([['2027-03-11', 'planned', null]]);
    const { rows } = await sql<{
      due_at: Date;
    }>`select due_at from touchpoint where business_id = ${shop} and cause like 'date:%'`.execute(db);
    expect(rows[0]?.due_at.toISOString()).toBe('2027-03-11T10:30:00.000Z');
  });

  it('that asks first waits, and publishing another version asks again', async () => {
    const shop = await openShop();
    await changeOccasion(db, shop, 'birthday', { mode: 'ask' }, ada);
    await addMaria(shop);
    await planAll(db, monday);
    expect(await birthdays(shop)).toEqual([['2027-03-14', 'waiting', null]]);
    expect(await approve(db, shop, await idsOf(shop), ada)).toHaveLength(1);
    await replanEveryone(shop);
    expect(await birthdays(shop)).toEqual([['2027-03-14', 'planned', null]]);
    await sql`insert into card_version (business_id, card_id, n, mjml, look, by, at)
      select business_id, card_id, n + 1, mjml, look, by, at from card_version where business_id = ${shop}`.execute(db);
    await replanEveryone(shop);
    expect(await birthdays(shop)).toEqual([['2027-03-14', 'waiting', null]]);
  });
});

describe('a customer', () => {
  it('far in the west has their day as soon as the horizon reaches it', async () => {
    const shop = await openShop();
    await addMaria(shop, { zone: 'Pacific/Pago_Pago', dates: [{ kind: 'birthday', month: 4, day: 6 }] });
    for (let hour = 0; hour < 48; hour++) await planAll(db, new Date(monday.getTime() + hour * 3_600_000));
    expect(await birthdays(shop)).toEqual([['2027-04-06', 'planned', null]]);
  });

  it('who moves to another zone gets the card at their own hour', async () => {
    const shop = await openShop();
    const maria = await addMaria(shop);
    await planAll(db, monday);
    await changeCustomer(db, shop, maria, { zone: 'Asia/Tokyo' }, ada);
    await planAll(db, monday);
    const { rows } = await sql<{
      due_at: Date;
    }>`select due_at from touchpoint where business_id = ${shop} and cause like 'date:%'`.execute(db);
    expect(rows.map(({ due_at }) => due_at.toISOString())).toEqual(['2027-03-14T00:00:00.000Z']);
  });

  it('who was erased has nothing planned any more', async () => {
    const shop = await openShop();
    const maria = await addMaria(shop);
    await planAll(db, monday);
    await eraseCustomer(db, shop, maria, ada);
    await planAll(db, monday);
    const { rows } = await sql`select distinct state, reason from touchpoint where business_id = ${shop}`.execute(db);
    expect(rows).toEqual([{ state: 'cancelled', reason: 'erased' }]);
  });
});

describe('two customers who are one', () => {
  it('share what has started, and nothing is planned twice', async () => {
    const shop = await openShop();
    const kept = await addMaria(shop, { email: 'kept@example.com' });
    const other = await addMaria(shop, { email: 'other@example.com' });
    await planAll(db, monday);
    await sql`update touchpoint set state = 'accepted' where customer_id = ${other} and cause like 'date:%'`.execute(db);
    await mergeCustomers(db, shop, kept, other, ada);
    await planAll(db, monday);
    const { rows } = await sql`select customer_id, state, reason, merged_from from touchpoint
      where business_id = ${shop} and cause like 'date:%' order by state`.execute(db);
    expect(rows).toEqual([
      { customer_id: kept, state: 'accepted', reason: null, merged_from: other },
      { customer_id: other, state: 'cancelled', reason: 'merged', merged_from: null },
    ]);
  });

  it('share it in the commit that makes them one: no moment is left in which the card goes again', async () => {
    const shop = await openShop();
    const kept = await addMaria(shop, { email: 'kept@example.com' });
    const other = await addMaria(shop, { email: 'other@example.com' });
    await planAll(db, monday);
    await sql`update touchpoint set state = 'accepted' where customer_id = ${other} and cause like 'date:%'`.execute(db);
    await planWith(db, shop, [kept, other], monday, (trx) => mergeCustomers(trx, shop, kept, other, ada));
    const states = (await birthdays(shop)).map(([, state]) => state);
    expect(new Set(states)).toEqual(new Set(['accepted', 'cancelled']));
  });

  it('keep a card that a member skipped skipped', async () => {
    const shop = await openShop();
    const kept = await addMaria(shop, { email: 'kept@example.com' });
    const other = await addMaria(shop, { email: 'other@example.com' });
    await planAll(db, monday);
    await skipTouchpoints(db, shop, await idsOf(shop, other), ada);
    await mergeCustomers(db, shop, kept, other, ada);
    await planAll(db, monday);
    expect(new Set((await birthdays(shop)).map(([, state]) => state))).toEqual(new Set(['cancelled', 'skipped']));
  });
});

it('says of every day of a long silence what did not go', async () => {
  const shop = await openShop();
  await planAll(db, monday);
  await addMaria(shop, { dates: [{ kind: 'birthday', month: 5, day: 20 }] });
  await planAll(db, new Date('2027-06-10T10:00:00Z'));
  expect(await birthdays(shop)).toEqual([['2027-05-20', 'expired', 'not running']]);
});

it('plans a year ahead inside a transaction that leaves nothing behind', async () => {
  const shop = await openShop();
  await addMaria(shop);
  const undo = db.transaction().execute(async (trx) => {
    await planAhead(trx, shop, monday, '2028-12-31');
    const { rows } =
      await sql`select send_on from touchpoint where business_id = ${shop} and cause like 'date:%' order by 1`.execute(trx);
    expect(rows).toEqual([{ send_on: '2027-03-14' }, { send_on: '2028-03-14' }]);
    throw new Error('undo');
  });
  await expect(undo).rejects.toThrow('undo');
  expect(await birthdays(shop)).toEqual([]);
});

const ada = { by: 'member:ada', now: monday };
let shops = 0;

async function openShop(): Promise<string> {
  const slug = `shop-${shops++}`;
  const from = { name: 'Shop', address: 'shop@example.com' };
  const added = await addBusiness(db, { name: slug, slug, zone: 'Europe/Berlin', from, postalAddress: 'Street 1, Berlin' }, ada);
  if (!added.ok) throw new Error(added.reason);
  await addDefaultOccasions(db, { id: added.id, zone: 'Europe/Berlin' }, ada);
  return added.id;
}

async function addMaria(shop: string, own: Partial<NewCustomer> = {}): Promise<string> {
  const maria = {
    givenName: 'Maria',
    email: 'maria@example.com',
    joinedOn: '2020-06-01',
    dates: [{ kind: 'birthday', month: 3, day: 14 }],
    ...own,
  };
  const added = await addCustomer(db, shop, maria, ada);
  if (!added.ok) throw new Error(added.reason);
  return added.id;
}

async function birthdays(shop: string): Promise<unknown[][]> {
  const { rows } = await sql<{
    send_on: string;
    state: string;
    reason: string | null;
  }>`select send_on, state, reason from touchpoint
    where business_id = ${shop} and cause like 'date:%' order by send_on`.execute(db);
  return rows.map(({ send_on, state, reason }) => [send_on, state, reason]);
}

async function idsOf(shop: string, customer?: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from touchpoint where business_id = ${shop} and cause like 'date:%'
    and customer_id = coalesce(${customer ?? null}::uuid, customer_id)`.execute(db);
  return rows.map(({ id }) => id);
}

async function replanEveryone(shop: string): Promise<void> {
  await sql`update customer set replan_at = now() where business_id = ${shop}`.execute(db);
  await planAll(db, monday);
}
