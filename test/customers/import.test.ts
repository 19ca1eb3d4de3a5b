import { beforeAll, describe, expect, test } from 'vitest';
import { addBusiness, type Business, findBusiness } from '../../src/businesses/business.ts';
import { changeCustomer } from '../../src/customers/customer.ts';
import { removeDate, setDate } from '../../src/customers/dates.ts';
import { importCustomers, type ImportOptions } from '../../src/customers/import/import.ts';
import { bytesSource } from '../../src/customers/import/source.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-11-21T10:00:00Z');
const ben = { by: 'member:ben', now };
let shops = 0;
let shop: Business;

async function newShop(): Promise<Business> {
  const slug = `shop-${++shops}`;
  const from = { name: 'Flora', address: 'hello@example.com' };
  await addBusiness(db, { name: 'Flora', slug, zone: 'Europe/Berlin', from, postalAddress: 'Main Street 1' }, ben);
  const made = await findBusiness(db, slug);
  if (!made) throw new Error('the shop was not made');
  return made;
}

beforeAll(async () => void (shop = await newShop()));

async function bring(text: string | Uint8Array, options: ImportOptions = {}, into = shop) {
  return importCustomers(db, into, bytesSource(text), options, ben);
}

async function peopleOf(of = shop) {
  const people = await db
    .selectFrom('person')
    .innerJoin('customer', (join) => join.onRef('customer.id', '=', 'person.customer_id'))
    .selectAll()
    .where('person.business_id', '=', of.id)
    .orderBy('email')
    .orderBy('given_name')
    .execute();
  const dates = await db.selectFrom('date').selectAll().where('business_id', '=', of.id).orderBy('kind').execute();
  return people.map((person) => ({
    ...person,
    dates: dates
      .filter((date) => date.customer_id === person.customer_id)
      .map(({ kind, label, month, day, year }) => ({ kind, label, month, day, year })),
  }));
}

describe('a file of customers', () => {
  test('comes in, and again changes nothing', async () => {
    shop = await newShop();
    const file =
      'First Name,Last Name,E-mail,Birthday,Customer since\nAnna,Meier,anna@example.com,14.03.1980,2019-05-02\nBert,Kurz,,--02-29,\n';
    expect(await bring(file)).toEqual({ created: 2, updated: 0, unchanged: 0, rejected: [], questions: [] });
    const people = await peopleOf();
    expect(people).toMatchObject([
      {
        given_name: 'Anna',
        family_name: 'Meier',
        email: 'anna@example.com',
        joined_on: '2019-05-02',
        dates: [{ kind: 'birthday', month: 3, day: 14, year: 1980 }],
      },
      { given_name: 'Bert', family_name: 'Kurz', email: null, joined_on: null, dates: [{ month: 2, day: 29, year: null }] },
    ]);
    expect(await bring(file)).toEqual({ created: 0, updated: 0, unchanged: 2, rejected: [], questions: [] });
    expect(await peopleOf()).toEqual(people);
  });
});
