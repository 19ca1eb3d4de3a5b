import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { NewCustomer } from '../../src/customers/customer.ts';
import { addOccasion, draftOccasion } from '../../src/occasions/occasion-add.ts';
import { changeOccasion, findOccasion, listOccasions, type Occasion } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { reachOf } from '../../src/touchpoints/reach.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url, db } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
const { business, clock } = shop;
const actor = { by: 'fondly', now: clock.now() };
const [birthday] = await listOccasions(db, business.id);

async function guest(givenName: string, more: Partial<NewCustomer> = {}): Promise<string> {
  return shop.customer({ givenName, email: `${givenName.toLowerCase()}@example.com`, ...more });
}

const proposal = (asked: Parameters<typeof draftOccasion>[1]): Occasion => draftOccasion(business, asked, clock.now());
const namesOf = async (occasion: Occasion) =>
  (await reachOf(db, business, occasion, clock.now())).first.map(({ name, day }) => `${name} ${day}`);

test('names whom an occasion would reach, by day, and why others get nothing; nothing is written', async () => {
  const day = (month: number, of: number) => ({ dates: [{ kind: 'name-day', month, day: of }] });
  await guest('Maria', day(3, 20));
  await guest('Ben', { ...day(3, 5), zone: 'Asia/Tokyo' });
  await guest('Late', day(5, 1));
  await shop.customer({ givenName: 'Cem', email: null, ...day(3, 9) });
  const occasion = proposal({ name: 'Name day', trigger: 'date', dateKind: 'name-day', cardId: birthday!.card_id });
  const reach = await reachOf(db, business, occasion, clock.now());
  expect(reach).toMatchObject({ cards: 2, exact: true, more: false, without: [{ reason: 'no email', count: 1 }] });
  expect(reach.first).toMatchObject([
    { name: 'Ben', day: '2027-03-05', dueAt: new Date('2027-03-05T00:00:00Z'), zone: 'Asia/Tokyo' },
    { name: 'Maria', day: '2027-03-20', dueAt: new Date('2027-03-20T09:00:00Z'), zone: 'Europe/London' },
  ]);
  expect(await db.selectFrom('touchpoint').select('id').execute()).toEqual([]);
});

test('is what planning then makes of it, and takes the day from the occasion for all other dates', async () => {
  await planAll(db, clock.now());
  const bySlug = async () => {
    const rows = await db
      .selectFrom('touchpoint as t')
      .innerJoin('occasion as o', 'o.id', 't.occasion_id')
      .select(['o.slug', 't.send_on'])
      .where('t.state', '=', 'planned')
      .orderBy('t.send_on')
      .execute();
    return rows.map(({ slug, send_on: on }) => `${slug} ${on}`);
  };
  expect(await bySlug()).toEqual(['anniversary 2027-03-05', 'anniversary 2027-03-20']);
  const asked = { name: 'Name day', trigger: 'date', dateKind: 'name-day', cardId: birthday!.card_id } as const;
  const added = await addOccasion(db, business, asked, actor);
  if (!added.ok) throw new Error(added.reason);
  const before = await namesOf((await findOccasion(db, business.id, added.id))!);
  await changeOccasion(db, business.id, added.slug, { mode: 'automatic' }, actor);
  await planAll(db, clock.now());
  expect(await bySlug()).toEqual(['name-day 2027-03-05', 'name-day 2027-03-20']);
  expect(before).toEqual(['Ben 2027-03-05', 'Maria 2027-03-20']);
  await changeOccasion(db, business.id, added.slug, { mode: 'off' }, actor);
  await planAll(db, clock.now());
  expect(await bySlug()).toEqual(['anniversary 2027-03-05', 'anniversary 2027-03-20']);
});

test('is nobody where the day of the occasion lies further away', async () => {
  const newYear = proposal({ name: 'New Year', trigger: 'day', month: 1, day: 1, cardId: birthday!.card_id });
  expect(await reachOf(db, business, newYear, clock.now())).toMatchObject({ cards: 0, exact: true, more: false, first: [] });
});

test('finds purchases and days of joining through their own indexes', async () => {
  const customerId = await guest('Nadia', { joinedOn: '2027-03-01' });
  await db
    .insertInto('purchase')
    .values({
      business_id: business.id,
      id: randomUUID(),
      customer_id: customerId,
      on: '2027-03-01',
      amount: 100,
      currency: 'GBP',
      nth: 1,
      created_at: clock.now(),
    })
    .execute();
  const after = (trigger: 'purchase' | 'joined') =>
    namesOf(proposal({ name: trigger, trigger, offsetDays: 5, cardId: birthday!.card_id }));
  expect(await after('purchase')).toEqual(['Nadia 2027-03-06']);
  expect(await after('joined')).toEqual(['Nadia 2027-03-06']);
});

/** Many customers with a date of this kind, straight into the tables; every fifth has no address where `some` says so. */
async function crowd(
  many: number,
  kind: string,
  on: { month: number; day: number },
  more: { some?: boolean; leapRule?: 'feb28' | 'mar1' } = {},
) {
  const own = { business_id: business.id };
  const all = Array.from({ length: many }, (_, n) => ({ n, id: randomUUID() }));
  await db
    .insertInto('customer')
    .values(all.map(({ id }) => ({ ...own, id, basis_kind: 'customer' as const, created_at: clock.now() })))
    .execute();
  const email = (n: number, id: string) => (more.some && n % 5 === 0 ? null : `${id}@x.example`);
  await db
    .insertInto('person')
    .values(
      all.map(({ n, id }) => ({
        ...own,
        customer_id: id,
        given_name: `G${n}`,
        email: email(n, id),
        email_key: email(n, id),
        leap_rule: more.leapRule ?? null,
      })),
    )
    .execute();
  await db
    .insertInto('date')
    .values(all.map(({ id }) => ({ ...own, id: randomUUID(), customer_id: id, kind, ...on, source: 'test' })))
    .execute();
}

const yearly = (dateKind: string) => proposal({ name: dateKind, trigger: 'date', dateKind, cardId: birthday!.card_id });

describe('where hundreds are touched', () => {
  test('a few of each day stand for it, and the first are named from the first day that is still to come', async () => {
    await crowd(120, 'adoption', { month: 3, day: 1 });
    await crowd(120, 'adoption', { month: 3, day: 2 }, { some: true });
    await crowd(60, 'adoption', { month: 3, day: 20 });
    const morning = await reachOf(db, business, yearly('adoption'), clock.now());
    expect(morning).toMatchObject({ exact: false, more: false, without: [{ reason: 'no email' }] });
    expect(morning.cards + morning.without[0]!.count).toBe(300);
    expect(morning.without[0]!.count).toBeGreaterThan(0);
    expect(morning.first).toHaveLength(20);
    expect(new Set(morning.first.slice(0, 12).map(({ day }) => day))).toEqual(new Set(['2027-03-01']));
    // In the evening those of the day itself are too late, which says nothing about tomorrow's and later ones.
    const evening = await reachOf(db, business, yearly('adoption'), new Date('2027-03-01T21:00:00Z'));
    expect(evening.cards + evening.without[0]!.count).toBe(180);
    expect(evening.first[0]).toMatchObject({ day: '2027-03-02' });
  });

  test('whoever was born on 29 February is counted on the one day on which it is kept', async () => {
    await crowd(250, 'leap', { month: 2, day: 29 }, { leapRule: 'mar1' });
    const reach = await reachOf(db, business, yearly('leap'), new Date('2026-02-10T06:00:00Z'));
    expect(reach).toMatchObject({ cards: 250, exact: false, more: false });
    expect(new Set(reach.first.map(({ day }) => day))).toEqual(new Set(['2026-03-01']));
  });

  test('all other dates are found on both sides of the birthdays, and not those', async () => {
    await crowd(150, 'wedding', { month: 3, day: 12 });
    await crowd(150, 'birthday', { month: 3, day: 12 });
    const reach = await reachOf(db, business, yearly('*'), clock.now());
    expect(reach).toMatchObject({ exact: false, more: false });
    // Adoptions, weddings, leap days and the two name days, those of whom nobody knows an address among them.
    expect(reach.cards + reach.without.reduce((sum, { count }) => sum + count, 0)).toBe(300 + 150 + 250 + 3);
  });

  test('a fixed day stands for everybody', async () => {
    const fair = proposal({ name: 'Fair', trigger: 'day', month: 3, day: 15, cardId: birthday!.card_id });
    const { rows } = await sql<{ all: number }>`select count(*)::int as all from customer`.execute(db);
    const reach = await reachOf(db, business, fair, clock.now());
    expect(reach).toMatchObject({ exact: false, more: false });
    expect(reach.cards + reach.without.reduce((sum, { count }) => sum + count, 0)).toBe(rows[0]?.all);
    expect(reach.first).toHaveLength(20);
  });

  test('counting a day ends somewhere, and says so', async () => {
    await crowd(700, 'founding', { month: 3, day: 10 });
    const reach = await reachOf(db, business, yearly('founding'), clock.now());
    expect(reach).toMatchObject({ exact: false, more: true });
    expect(reach.cards).toBeGreaterThan(500);
    expect(reach.cards).toBeLessThan(700);
  });
});
