import { expect, test } from 'vitest';
import { addBusiness, findBusiness } from '../../src/businesses/business.ts';
import { addDays } from '../../src/calendar/day.ts';
import { addSampleCustomers } from '../../src/customers/sample.ts';
import { samplePeople } from '../../src/customers/sample-people.ts';
import { readAddress } from '../../src/mail/address.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const actor = { by: 'fondly', now: new Date('2026-11-21T10:00:00Z') };
const wish = { count: 200, seed: 1, today: '2026-11-21', country: 'GB' };
const people = samplePeople(wish);

test('the same seed and day make the same people, another seed makes others', () => {
  expect(samplePeople(wish)).toEqual(people);
  expect(samplePeople({ ...wish, seed: 2 })).not.toEqual(people);
});

test('every address is one that mail can be sent to, at a domain reserved for examples', () => {
  for (const { email } of people) {
    if (email === null) continue;
    expect(readAddress(email)).toMatchObject({ key: email });
    expect(email).toMatch(/@example\.(com|org|net)$/);
  }
  expect(people.filter(({ email }) => email === null).length).toBeGreaterThan(3);
});

test('days fall around today, some without a year, one on 29 February, and every one of them is real', () => {
  for (const seed of [1, 2, 3]) {
    for (const today of ['2026-11-21', '2027-01-05', '2028-02-29', '2028-03-12', '2027-12-31']) {
      const dates = samplePeople({ ...wish, seed, today }).flatMap((person) => person.dates);
      const near = (from: number, to: number) =>
        dates.filter(({ month, day }) => {
          const ends = Array.from({ length: to - from + 1 }, (_, n) => addDays(today, from + n).slice(5));
          return ends.includes(`${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
        }).length;
      expect(near(0, 0)).toBeGreaterThanOrEqual(3);
      expect(near(-30, -1)).toBeGreaterThanOrEqual(12);
      expect(near(1, 30)).toBeGreaterThanOrEqual(10);
      expect(dates.filter(({ year }) => year === null).length).toBeGreaterThan(10);
      expect(dates.some(({ month, day }) => month === 2 && day === 29)).toBe(true);
      for (const { month, day, year } of dates) {
        const iso = `${year ?? 2000}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        expect(new Date(`${iso}T00:00:00Z`).toISOString().slice(0, 10)).toBe(iso);
      }
    }
  }
});

test('households share an address under different names, and nobody bought before they came or after today', () => {
  const mates = people.filter((one, n) => one.email !== null && people.some((other, m) => m !== n && other.email === one.email));
  expect(mates.length).toBeGreaterThanOrEqual(10);
  for (const { email, given } of mates)
    expect(people.filter((one) => one.email === email && one.given === given)).toHaveLength(1);
  for (const { joinedOn, purchases } of people)
    for (const { on } of purchases) expect(on >= joinedOn && on < '2026-11-21').toBe(true);
});

test('they are written once, with purchases counted and a history', async () => {
  const from = { name: 'Flora', address: 'hello@example.com' };
  await addBusiness(db, { name: 'Flora', slug: 'flora', zone: 'Europe/London', from, postalAddress: 'Main Street 1' }, actor);
  const business = await findBusiness(db, 'flora');
  if (!business) throw new Error('no business');
  const { added, purchases } = await addSampleCustomers(db, business, { seed: 1, today: '2026-11-21' }, actor);
  expect(added).toBe(200);
  expect(purchases).toBeGreaterThan(300);
  expect(await addSampleCustomers(db, business, { today: '2026-11-21' }, actor)).toEqual({ added: 0, purchases: 0 });
  const rows = await db.selectFrom('purchase').selectAll().where('nth', '=', 1).execute();
  const firsts = await db
    .selectFrom('customer')
    .select(['id', 'first_purchase_on'])
    .where('first_purchase_on', 'is not', null)
    .execute();
  expect(rows.map(({ customer_id, on }) => `${customer_id} ${on}`).toSorted()).toEqual(
    firsts.map(({ id, first_purchase_on }) => `${id} ${first_purchase_on}`).toSorted(),
  );
  expect(rows[0]?.currency).toBe('GBP');
  expect(await db.selectFrom('change').selectAll().where('what', '=', 'customer added').execute()).toHaveLength(200);
});
