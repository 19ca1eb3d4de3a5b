import { expect, test } from 'vitest';
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

test('is reckoned from the first days where thousands are touched', async () => {
  await db.transaction().execute(async (trx) => {
    const ids = Array.from({ length: 250 }, (_, n) => `0198f000-0000-7000-8000-${String(n).padStart(12, '0')}`);
    const own = { business_id: business.id };
    await trx
      .insertInto('customer')
      .values(ids.map((id) => ({ ...own, id, basis_kind: 'customer' as const, created_at: clock.now() })))
      .execute();
    await trx
      .insertInto('person')
      .values(
        ids.map((id, n) => ({
          ...own,
          customer_id: id,
          given_name: `G${n}`,
          email: `g${n}@x.example`,
          email_key: `g${n}@x.example`,
        })),
      )
      .execute();
  });
  const fair = proposal({ name: 'Fair', trigger: 'day', month: 3, day: 15, cardId: birthday!.card_id });
  const reach = await reachOf(db, business, fair, clock.now());
  expect(reach.exact).toBe(false);
  expect(reach.first).toHaveLength(20);
  expect(reach.cards).toBeGreaterThan(240);
  expect(reach.cards).toBeLessThanOrEqual(254);
});
