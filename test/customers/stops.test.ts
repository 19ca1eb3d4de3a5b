import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { addStop, liftBySignUp, liftStop, listStops } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, person, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();

async function kinds(business: string, customer: string): Promise<string[]> {
  return (await listStops(db, business, customer)).map(({ kind }) => kind).toSorted();
}

/** Mia and Tom share an address; Ida has her own. */
async function household(slug: string) {
  const { id: business } = await openShop(db, slug);
  const mia = value(await addCustomer(db, business, { givenName: 'Mia', familyName: 'Berg', email: 'Berg@Example.com' }, ada));
  const tom = value(await addCustomer(db, business, { givenName: 'Tom', familyName: 'Berg', email: 'berg@example.com' }, ada));
  const ida = value(await addCustomer(db, business, { givenName: 'Ida', email: 'ida@example.com' }, ada));
  return { business, mia: mia.id, tom: tom.id, ida: ida.id, sharing: tom.sharing };
}

async function revOf(id: string): Promise<number> {
  return (await db.selectFrom('customer').select('rev').where('id', '=', id).executeTakeFirstOrThrow()).rev;
}

describe('a household', () => {
  test('is two people with one address, and it is said', async () => {
    const { mia, sharing } = await household('two-people');
    expect(sharing).toEqual([mia]);
  });

  test('hears nothing once one of them unsubscribed, and nobody else is touched', async () => {
    const { business, mia, tom, ida } = await household('unsubscribed');
    expect(value(await addStop(db, business, { customerId: mia, kind: 'unsubscribed' }, person)).added).toBe(true);
    expect(await kinds(business, mia)).toEqual(['unsubscribed', 'unsubscribed']);
    expect(await kinds(business, tom)).toEqual(['unsubscribed']);
    expect(await kinds(business, ida)).toEqual([]);
    expect([await revOf(mia), await revOf(tom), await revOf(ida)]).toEqual([1, 1, 0]);
  });

  test('is free again for the one who signs up, and not for the one who unsubscribed', async () => {
    const { business, mia, tom } = await household('sign-up');
    await addStop(db, business, { customerId: mia, kind: 'unsubscribed' }, person);
    expect(value(await liftBySignUp(db, business, tom, person)).lifted).toBe(1);
    expect(await kinds(business, tom)).toEqual([]);
    expect(await kinds(business, mia)).toEqual(['unsubscribed']);
    value(await liftBySignUp(db, business, mia, person));
    expect(await kinds(business, mia)).toEqual([]);
  });

  test('shares no wish that is about one person only', async () => {
    const { business, mia, tom } = await household('own-wishes');
    await addStop(db, business, { customerId: mia, kind: 'date', dateKind: 'birthday' }, person);
    await addStop(db, business, { customerId: mia, kind: 'deceased' }, ada);
    expect(await kinds(business, mia)).toEqual(['date', 'deceased']);
    expect(await kinds(business, tom)).toEqual([]);
  });
});

describe('a stop', () => {
  test('stands once, however often it is asked for', async () => {
    const { business, mia } = await household('twice');
    const asked = { customerId: mia, kind: 'unsubscribed' } as const;
    const both = await Promise.all([addStop(db, business, asked, person), addStop(db, business, asked, person)]);
    expect(both.filter((outcome) => value(outcome).added)).toHaveLength(1);
    expect(await kinds(business, mia)).toEqual(['unsubscribed', 'unsubscribed']);
  });

  test('follows a person who gives another address, and a bounce does not', async () => {
    const { business, mia, ida } = await household('new-address');
    await addStop(db, business, { customerId: mia, kind: 'unsubscribed' }, person);
    await addStop(db, business, { customerId: ida, kind: 'hard bounce' }, { by: 'fondly', now });
    expect(await kinds(business, ida)).toEqual(['hard bounce']);
    await changeCustomer(db, business, mia, { email: 'mia@example.org' }, ada);
    await changeCustomer(db, business, ida, { email: 'ida@example.org' }, ada);
    expect(await kinds(business, mia)).toEqual(['unsubscribed']);
    expect(await kinds(business, ida)).toEqual([]);
  });

  test('on an address reaches whoever comes to have it', async () => {
    const { business, ida } = await household('comes-later');
    await addStop(db, business, { email: 'BERG@example.com', kind: 'complained' }, { by: 'fondly', now });
    await changeCustomer(db, business, ida, { email: 'berg@EXAMPLE.com' }, ada);
    expect(await kinds(business, ida)).toEqual(['complained']);
  });

  test('that a person asked for is not lifted by the shop', async () => {
    const { business, ida } = await household('not-by-shop');
    await addStop(db, business, { customerId: ida, kind: 'unsubscribed' }, person);
    for (const { id } of await listStops(db, business, ida)) {
      expect(reasonOf(await liftStop(db, business, id, ada))).toContain('Only the customer');
    }
    expect(await kinds(business, ida)).toEqual(['unsubscribed', 'unsubscribed']);
  });

  test('set by mistake is lifted, and the customer is planned anew', async () => {
    const { business, ida } = await household('mistake');
    await addStop(db, business, { customerId: ida, kind: 'deceased' }, ada);
    const [stop] = await listStops(db, business, ida);
    await db.updateTable('customer').set({ replan_at: null }).where('id', '=', ida).execute();
    expect(value(await liftStop(db, business, stop!.id, ada)).lifted).toBe(true);
    expect(value(await liftStop(db, business, stop!.id, ada)).lifted).toBe(false);
    expect(await kinds(business, ida)).toEqual([]);
    const row = await db.selectFrom('customer').select('replan_at').where('id', '=', ida).executeTakeFirst();
    expect(row?.replan_at).toEqual(now);
  });

  test('on a shared address is lifted for all who have it', async () => {
    const { business, mia, tom } = await household('bounced');
    for (const page of [mia, undefined]) {
      await addStop(db, business, { customerId: tom, kind: 'hard bounce' }, { by: 'fondly', now });
      const before = await revOf(tom);
      const [stop] = await listStops(db, business, mia);
      expect(value(await liftStop(db, business, stop!.id, ada, page)).lifted).toBe(true);
      expect([await kinds(business, mia), await kinds(business, tom)]).toEqual([[], []]);
      expect(await revOf(tom)).toBe(before + 1);
    }
  });

  test('that pauses takes the place of the pause before', async () => {
    const { business, ida } = await household('pause');
    await addStop(db, business, { customerId: ida, kind: 'paused', until: '2027-05-01' }, person);
    await addStop(db, business, { customerId: ida, kind: 'paused', until: '2027-04-01' }, person);
    expect(value(await addStop(db, business, { customerId: ida, kind: 'paused', until: '2027-04-01' }, person)).added).toBe(
      false,
    );
    expect((await listStops(db, business, ida)).map(({ until }) => until)).toEqual(['2027-04-01']);
    expect(reasonOf(await addStop(db, business, { customerId: ida, kind: 'paused', until: '2027-02-30' }, person))).toContain(
      'no day',
    );
  });

  test('of another business is none here', async () => {
    const here = await household('here');
    const there = await household('there');
    await addStop(db, here.business, { customerId: here.ida, kind: 'unsubscribed' }, person);
    expect(await kinds(there.business, there.ida)).toEqual([]);
    expect(reasonOf(await addStop(db, there.business, { customerId: here.ida, kind: 'deceased' }, ada))).toContain(
      'no such customer',
    );
  });

  test('commits only after whoever holds one of those it reaches lets go', async () => {
    const { business, mia, tom } = await household('locks');
    const order: string[] = [];
    let stopping: Promise<unknown> | undefined;
    await db.transaction().execute(async (trx) => {
      // As a hand-over does: shared, on the other one at the address.
      await trx.selectFrom('customer').select('id').where('id', '=', tom).forShare().execute();
      stopping = addStop(db, business, { customerId: mia, kind: 'unsubscribed' }, person).then(() => order.push('stopped'));
      await waitingForLock();
      order.push('handed over');
    });
    await stopping;
    expect(order).toEqual(['handed over', 'stopped']);
  });
});

test('nobody comes to have an address between a stop’s look at it and its commit', async () => {
  const { business, ida } = await household('between');
  const order: string[] = [];
  let moving: Promise<unknown> | undefined;
  await db.transaction().execute(async (trx) => {
    await addStop(trx, business, { email: 'berg@example.com', kind: 'complained' }, { by: 'fondly', now });
    moving = changeCustomer(db, business, ida, { email: 'berg@example.com' }, ada).then(() => order.push('moved'));
    await waitingForLock();
    order.push('stopped');
  });
  await moving;
  expect(order).toEqual(['stopped', 'moved']);
});

test('an erased person added again with the same address stays blocked, until they sign up themselves', async () => {
  const { business, ida } = await household('again');
  value(await eraseCustomer(db, business, ida, ada));
  const again = value(await addCustomer(db, business, { givenName: 'Ida', email: 'IDA@example.com' }, ada)).id;
  expect(again).not.toBe(ida);
  expect(await kinds(business, again)).toEqual(['erased']);
  value(await liftBySignUp(db, business, again, person));
  expect(await kinds(business, again)).toEqual([]);
});

async function waitingForLock(): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const { rows } = await waiting.execute(db);
    if (rows.length > 0) return;
  }
  throw new Error('Nobody waits for a lock');
}

const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
