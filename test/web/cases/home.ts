import { v7 } from 'uuid';
import { addCustomer } from '../../../src/customers/customer.ts';
import { sql } from 'kysely';
import { holdTouchpoints, skipTouchpoints } from '../../../src/touchpoints/decide.ts';
import { findComing } from '../../../src/touchpoints/coming.ts';
import { planAll } from '../../../src/touchpoints/plan.ts';
import { approve } from '../../support/approve.ts';
import type { Fields, House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

export const homeCases: Cases = {
  'GET ': () => ({}),
  'GET /day/:day': () => ({ params: { day: '2027-03-10' }, foreign: { day: 'someday' } }),
  'POST /day/:day/approve': async (house) => {
    const { form } = await waiting(house);
    return { params: { day: BIRTHDAY }, form };
  },
  'POST /day/:day/unapprove': (house) => ({ params: { day: BIRTHDAY }, form: { at: house.app.now().toISOString() } }),
  'GET /waiting': () => ({}),
  'GET /coming/:touchpoint': (house) => coming(house),
  'GET /coming/:touchpoint/card': (house) => coming(house),
  'GET /coming/:touchpoint/swap': (house) => coming(house),
  'POST /coming/:touchpoint/approve': waiting,
  'POST /coming/:touchpoint/unapprove': async (house) => {
    const one = await coming(house, { state: 'waiting' });
    const actor = { by: `member:${house.ben.memberId}`, now: house.app.now() };
    await approve(house.app.db, house.business.id, [one.params['touchpoint'] ?? ''], actor);
    return { ...one, form: { at: actor.now.toISOString() } };
  },
  'POST /coming/:touchpoint/hold': (house) => coming(house),
  'POST /coming/:touchpoint/release': async (house) => after(house, await coming(house), holdTouchpoints),
  'POST /coming/:touchpoint/skip': (house) => coming(house),
  'POST /coming/:touchpoint/unskip': async (house) => after(house, await coming(house), skipTouchpoints),
  'POST /coming/:touchpoint/now': waiting,
  'POST /coming/:touchpoint/swap': async (house) => {
    const one = await coming(house);
    const card = await house.app.db
      .selectFrom('card')
      .select('id')
      .where('business_id', '=', house.business.id)
      .where('gallery', '=', 'thank-you')
      .executeTakeFirstOrThrow();
    return { ...one, form: { card: card.id } };
  },
  'POST /coming/:touchpoint/line': async (house) => ({ ...(await coming(house)), form: { line: 'See you on Saturday!' } }),
  'GET /nothing/:reason': async (house) => {
    await coming(house, { email: null });
    return { params: { reason: 'no-email' }, foreign: { reason: 'no-such-reason' } };
  },
  'POST /nothing/:touchpoint/email': async (house) => ({
    ...(await coming(house, { email: null })),
    form: { email: `${v7()}@example.com` },
  }),
  'POST /nothing/:touchpoint/name': async (house) => ({ ...(await coming(house)), form: { name: 'Mia' } }),
  'POST /nothing/:touchpoint/basis': async (house) => ({ ...(await coming(house)), form: { basis: 'Told us at the till' } }),
};

const BIRTHDAY = '2027-03-20';

/** A birthday card that waits, as its page shows it. */
async function waiting(house: House): Promise<Case & { form: Fields }> {
  const one = await coming(house, { state: 'waiting' });
  const card = await findComing(house.app.db, house.business.id, one.params['touchpoint'] ?? '');
  return { ...one, form: { shown: card?.shown ?? '' } };
}

/** A birthday card to come in Rosa's shop, and one in the other. */
export async function coming(
  house: House,
  how: { email?: null; state?: 'waiting' } = {},
): Promise<Case & { params: Record<string, string>; foreign: Record<string, string> }> {
  const own = await birthdayIn(house, house.business.id, how);
  const other = await birthdayIn(house, house.other.id, how);
  return { params: { touchpoint: own }, foreign: { touchpoint: other } };
}

async function birthdayIn(
  { app: { db, now } }: House,
  business: string,
  how: { email?: null; state?: 'waiting' },
): Promise<string> {
  const dates = [{ kind: 'birthday', month: 3, day: 20 }];
  const who = { givenName: 'Maria', email: how.email === null ? null : `${v7()}@example.com`, joinedOn: null, dates };
  const added = await addCustomer(db, business, who, { by: 'fondly', now: now() });
  if (!added.ok) throw new Error(added.reason);
  await planAll(db, now());
  const { rows } = await sql<{ id: string }>`update touchpoint set state = ${how.state ?? sql`state`}
    where business_id = ${business} and customer_id = ${added.id} returning id`.execute(db);
  return rows[0]?.id ?? '';
}

async function after(house: House, one: Case, verb: typeof holdTouchpoints): Promise<Case> {
  const actor = { by: `member:${house.ada.memberId}`, now: house.app.now() };
  await verb(house.app.db, house.business.id, [one.params?.['touchpoint'] ?? ''], actor);
  return one;
}
