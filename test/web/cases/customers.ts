import { v7 } from 'uuid';
import { addCustomer, type NewCustomer } from '../../../src/customers/customer.ts';
import { mergeCustomers } from '../../../src/customers/merge.ts';
import { openMerge } from '../../../src/customers/merge-memory.ts';
import { datesOf } from '../../../src/customers/profile.ts';
import { addPurchase } from '../../../src/customers/purchases.ts';
import { addStop, listStops } from '../../../src/customers/stops.ts';
import { lastChangeBy } from '../../../src/customers/undo.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

export const customersCases: Cases = {
  'GET /customers': async (house) => {
    await somebody(house);
    return { query: 'q=zq&show=all' };
  },
  'POST /customers': () => ({ form: { line: 'Zoë Quill, 14 March 1980, likes tulips' } }),
  'GET /customers/new': () => ({}),
  'POST /customers/new': () => ({
    form: {
      givenName: 'Zoë',
      familyName: 'Quill',
      email: '',
      phone: '020 7946 0000',
      reference: '',
      joinedOn: '2026-05-01',
      notes: 'Likes tulips',
      '0-what': 'Wedding',
      '0-day': '2',
      '0-month': '5',
      '0-year': '2011',
    },
  }),
  'GET /customers/:customer': (house) => somebody(house),
  'GET /customers/:customer/edit': (house) => somebody(house),
  'POST /customers/:customer/edit': async (house) => ({
    ...(await somebody(house)),
    form: {
      givenName: 'Zora',
      'was-givenName': 'Zoë',
      familyName: 'Quill',
      'was-familyName': 'Quill',
      phone: '020 7946 0001',
      'was-phone': '',
      custom: 'Vase: tall',
      'was-custom': '',
    },
  }),
  'POST /customers/:customer/notes': async (house) => ({ ...(await somebody(house)), form: { notes: 'Likes tulips', was: '' } }),
  'POST /customers/:customer/dates': async (house) => ({
    ...(await somebody(house)),
    form: { what: 'Name day', day: '4', month: '12', year: '' },
  }),
  'POST /customers/:customer/dates/remove': async (house) => {
    const { params } = await somebody(house);
    const [date] = await datesOf(house.app.db, house.business.id, params.customer);
    return { ...(await other(house)), params, form: { date: date?.id ?? '' } };
  },
  'POST /customers/:customer/purchases': async (house) => ({
    ...(await somebody(house)),
    form: { amount: '48.50', currency: 'GBP', on: '2027-02-20', category: 'Tulips', reference: v7() },
  }),
  'POST /customers/:customer/purchases/:purchase/void': async (house) => {
    const one = await somebody(house);
    const bought = { on: '2027-02-20', amount: 4850, currency: 'GBP' };
    const added = await addPurchase(house.app.db, house.business.id, one.params.customer, bought, actor(house));
    return { ...one, params: { ...one.params, purchase: added.ok ? added.id : '' } };
  },
  'GET /customers/:customer/stop': (house) => somebody(house),
  'POST /customers/:customer/stop': async (house) => ({
    ...(await somebody(house)),
    form: { kind: 'paused', until: '2027-05-01', occasion: '' },
  }),
  'POST /customers/:customer/stops/:stop/lift': async (house) => {
    const one = await somebody(house);
    const { db } = house.app;
    await addStop(db, house.business.id, { kind: 'paused', until: '2027-05-01', customerId: one.params.customer }, actor(house));
    const [stop] = await listStops(db, house.business.id, one.params.customer);
    return { ...one, params: { ...one.params, stop: stop?.id ?? '' } };
  },
  'GET /customers/:customer/basis': (house) => somebody(house),
  'POST /customers/:customer/basis': async (house) => ({
    ...(await somebody(house)),
    form: { kind: 'consent', on: '2027-02-20', source: 'told us in the shop', wording: 'Yes, please' },
  }),
  'POST /customers/:customer/undo': async (house) => {
    const one = await somebody(house);
    const by = { ...actor(house), by: `member:${house.ben.memberId}` };
    await addStop(house.app.db, house.business.id, { kind: 'deceased', customerId: one.params.customer }, by);
    return { ...one, form: { change: (await lastChangeBy(house.app.db, house.business.id, one.params.customer, by)) ?? '' } };
  },
  'GET /customers/:customer/history': (house) => somebody(house),
  'GET /customers/:customer/merge': async (house) => ({ ...(await somebody(house)), query: 'q=zo' }),
  'GET /customers/:customer/merge/:other': (house) => two(house),
  'POST /customers/:customer/merge/:other': async (house) => ({ ...(await two(house)), form: { family_name: 'two' } }),
  'POST /customers/:customer/merges/:merge/undo': async (house) => {
    const { params: { customer = '', other: gone = '' } = {}, foreign = {} } = await two(house);
    const { app, business } = house;
    await mergeCustomers(app.db, business.id, customer, gone, actor(house));
    const merge = await openMerge(app.db, business.id, customer, app.now());
    return { params: { customer, merge: merge?.id ?? '' }, foreign };
  },
  'GET /customers/:customer/export.json': (house) => somebody(house),
  'GET /customers/:customer/export.csv': (house) => somebody(house),
  'GET /customers/:customer/erase': (house) => somebody(house),
  'POST /customers/:customer/erase': async (house) => ({ ...(await somebody(house)), form: { sure: '1' } }),
};

function actor({ app }: House) {
  return { by: 'fondly', now: app.now() };
}

/** Somebody with an address of their own, in each shop. */
async function somebody(house: House): Promise<{ params: { customer: string }; foreign: { customer: string } }> {
  const params = { customer: await made(house, house.business.id, {}) };
  return { params, ...(await other(house)) };
}

async function other(house: House): Promise<{ foreign: { customer: string } }> {
  return { foreign: { customer: await made(house, house.other.id, {}) } };
}

async function two(house: House): Promise<Case> {
  const one = await somebody(house);
  return {
    params: { ...one.params, other: await made(house, house.business.id, { familyName: 'Quillfeather' }) },
    foreign: one.foreign,
  };
}

async function made(house: House, businessId: string, own: NewCustomer): Promise<string> {
  const asked = {
    givenName: 'Zoë',
    familyName: 'Quill',
    email: `${v7()}@example.com`,
    dates: [{ kind: 'birthday', month: 3, day: 14 }],
  };
  const added = await addCustomer(house.app.db, businessId, { ...asked, ...own }, actor(house));
  if (!added.ok) throw new Error(added.reason);
  return added.id;
}
