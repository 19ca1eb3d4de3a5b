import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addCustomer, type NewCustomer } from '../../src/customers/customer.ts';
import { removeDate } from '../../src/customers/dates.ts';
import { openFollowUp } from '../../src/customers/follow-ups.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { countCustomers, type Filter, searchCustomers } from '../../src/customers/search.ts';
import { addStop } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, value } from './shop.ts';

const { db } = await testDatabase();
const shop = (await openShop(db, 'search')).id;
const today = '2027-03-10';

const add = async (asked: NewCustomer, businessId = shop, at = now): Promise<string> =>
  value(await addCustomer(db, businessId, asked, { ...ada, now: at })).id;

const long = new Date('2026-01-05T10:00:00Z');
const zoe = await add({
  givenName: 'Zoë Anne-Marie',
  familyName: 'D’Été',
  email: 'zz@example.com',
  phone: '+44 (0)7700 900123',
});
const muller = await add({ givenName: 'Jörg', familyName: 'Müller', email: 'jm@firma.example', reference: 'A-1034' }, shop, long);
const mueller = await add(
  { givenName: 'Heike', familyName: 'Mueller', dates: [{ kind: 'birthday', month: 3, day: 31 }] },
  shop,
  long,
);
const maria = await add(
  { givenName: 'Мария', familyName: 'Петрова', dates: [{ kind: 'birthday', month: 3, day: 2 }] },
  shop,
  long,
);
const li = await add({ givenName: '小龙', familyName: '李', email: 'Maria.K@example.com', phone: '030 123456' }, shop, long);
await add({ givenName: 'Zoë', familyName: 'Elsewhere' }, (await openShop(db, 'elsewhere')).id);

const found = async (q: string, filter: Filter = 'all') =>
  (await searchCustomers(db, shop, { q, filter, today, now }, 50)).customers.map(({ id }) => id);

describe('customers as they are typed', () => {
  test.each([
    ['zoe', [zoe]],
    ['ZOË ANNE', [zoe]],
    ['marie', [zoe]],
    ['dete', [zoe]],
    ['d’été', [zoe]],
    ['ete zo', [zoe]],
    ['mar', [li, zoe]],
    ['muller', [muller]],
    ['müller', [mueller, muller]],
    ['Mueller', [mueller, muller]],
    ['мар', [maria]],
    ['ПЕТРОВА', [maria]],
    ['李', [li]],
    ['maria.k@ex', [li]],
    ['@firma', [muller]],
    ['07700 9001', [zoe]],
    ['+447700900', [zoe]],
    ['030-1234', [li]],
    ['a-1034', [muller]],
    ['1034', [muller]],
    ['nobody', []],
    ["'; drop table person; --", []],
    ['...', []],
    ['\\ : & | ! ( ) <->', []],
  ])('%s', async (q, expected) => expect((await found(q)).toSorted()).toEqual(expected.toSorted()));

  test('come by name where it begins so, and then by any other word', async () => {
    const names = [];
    for (const name of ['Berta Stone', 'Stone Rivers', 'Adam Stone', 'Stonewall Jo'])
      names.push(await add({ givenName: name.split(' ')[0] ?? '', familyName: name.split(' ')[1] ?? '' }, shop, long));
    const [berta, stone, adam, wall] = names;
    expect(await found('stone')).toEqual([stone, wall, adam, berta]);
  });

  test('a merged one is found as who it became', async () => {
    const keep = await add({ givenName: 'Olga', email: 'olga@example.com' }, shop, long);
    const other = await add({ givenName: 'Olgita', email: 'olga@example.com' }, shop, long);
    value(await mergeCustomers(db, shop, keep, other, ada));
    expect(await found('olg')).toEqual([keep]);
  });
});

describe('filters', () => {
  test('show those whom they name, in an order of their own', async () => {
    value(await addStop(db, shop, { kind: 'hard bounce', customerId: li }, { ...ada, now: new Date('2027-03-01T10:00:00Z') }));
    value(await addStop(db, shop, { kind: 'deceased', customerId: muller }, { ...ada, now: new Date('2027-03-05T10:00:00Z') }));
    value(await openFollowUp(db, shop, { customerId: zoe, reason: 'lapse', dueOn: '2027-03-20' }, ada));
    value(await openFollowUp(db, shop, { customerId: maria, reason: 'lapse', dueOn: '2027-03-12' }, ada));
    expect(await found('', 'birthday')).toEqual([maria, mueller]);
    expect(await found('', 'stopped')).toEqual([muller, li]);
    expect(await found('', 'follow-up')).toEqual([maria, zoe]);
    expect(await found('', 'new')).toEqual([zoe]);
    expect(await found('mül', 'stopped')).toEqual([muller]);
    expect(await found('', 'no-email')).toContain(mueller);
    expect(await found('', 'no-email')).not.toContain(zoe);
    expect(await found('', 'no-date')).not.toContain(maria);
    value(await removeDate(db, shop, maria, { kind: 'birthday' }, ada));
    expect(await found('', 'no-date')).toContain(maria);
  });

  test('a line tells what is to be known at a glance', async () => {
    const { customers } = await searchCustomers(db, shop, { q: 'jörg', today, now }, 5);
    expect(customers).toMatchObject([
      { id: muller, givenName: 'Jörg', reference: 'A-1034', stop: 'deceased', followUpDue: null, dates: [], basis: 'customer' },
    ]);
    expect((await searchCustomers(db, shop, { q: 'heike', today, now }, 5)).customers[0]?.dates).toEqual([
      { kind: 'birthday', label: '', month: 3, day: 31, year: null },
    ]);
  });
});

describe('many customers', () => {
  test('come page after page, nobody twice and nobody left out, in every list', async () => {
    const many = (await openShop(db, 'many')).id;
    await fill(many, 300);
    expect(await countCustomers(db, many)).toBe(300);
    expect(await countCustomers(db, many, 100)).toBe(101);
    for (const search of [
      {},
      { q: 'ann' },
      { filter: 'no-email' },
      { filter: 'birthday' },
      { filter: 'new' },
      { filter: 'stopped' },
      { filter: 'no-date' },
    ] as const) {
      const whole = await searchCustomers(db, many, { ...search, today, now }, 1_000);
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await searchCustomers(db, many, { ...search, today, now, ...(after ? { after } : {}) }, 37);
        paged.push(...page.customers.map(({ id }) => id));
        after = page.next;
      } while (after);
      expect(whole.customers.length).toBeGreaterThan(40);
      expect({ search, paged }).toEqual({ search, paged: whole.customers.map(({ id }) => id) });
    }
  });

  test('a cursor that somebody made up is no cursor', async () => {
    for (const after of [
      'nonsense',
      Buffer.from('["a\u0000","x"]').toString('base64url'),
      Buffer.from('[1,2]').toString('base64url'),
    ])
      expect((await searchCustomers(db, shop, { after, today, now }, 3)).customers).toHaveLength(3);
  });
});

async function fill(businessId: string, count: number): Promise<void> {
  await sql`insert into customer (business_id, id, basis_kind, created_at)
    select ${businessId}, gen_random_uuid(), 'customer', timestamptz '2027-03-01' + (n / 3) * interval '1 minute' from generate_series(1, ${count}) n`.execute(
    db,
  );
  await sql`insert into person (business_id, customer_id, given_name, family_name, email, email_key)
    select business_id, id, (array['Anna', 'Bea', 'Cleo', 'Ann'])[1 + n % 4], (array['Smith', 'Anning', 'Day'])[1 + n % 3], e, e
    from (select business_id, id, n, case when n % 4 > 0 then 'p' || n || '@example.com' end as e
      from (select *, row_number() over (order by id) as n from customer where business_id = ${businessId}) c) x`.execute(db);
  await sql`insert into date (business_id, id, customer_id, kind, month, day, source)
    select business_id, gen_random_uuid(), id, 'birthday', 3, 1 + n % 28, 'by hand'
    from (select *, row_number() over (order by id) as n from customer where business_id = ${businessId}) c where n % 5 > 0`.execute(
    db,
  );
  await sql`insert into stop (business_id, id, customer_id, kind, by, at)
    select business_id, gen_random_uuid(), id, 'unsubscribed', 'customer', timestamptz '2027-03-02' + (n / 2) * interval '1 minute'
    from (select *, row_number() over (order by id) as n from customer where business_id = ${businessId}) c where n % 6 = 0`.execute(
    db,
  );
  await sql`insert into change (business_id, id, customer_id, by, what, at)
    select business_id, gen_random_uuid(), customer_id, by, 'stop added', at from stop where business_id = ${businessId}`.execute(
    db,
  );
}
