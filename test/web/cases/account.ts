import { makeReset } from '../../../src/businesses/accounts-reset.ts';
import { listSessions } from '../../../src/businesses/accounts-sessions.ts';
import { invite } from '../../../src/businesses/invitations.ts';
import { signLink } from '../../../src/links/token.ts';
import type { Guest, House } from '../../support/house.ts';
import { PASSWORD } from '../../support/password.ts';
import type { Case, Cases } from './types.ts';

export const accountCases: Cases = {
  'GET /': () => ({ expect: 302 }),
  'GET /welcome': (house) => ({ as: house.nobody, expect: 302 }),
  'POST /welcome': (house) => ({
    as: house.nobody,
    form: { name: 'Late', email: 'late@people.example', password: 'seven quiet owls' },
  }),

  'GET /sign-in': (house) => ({ as: house.nobody }),
  'POST /sign-in': (house) => ({ as: house.nobody, form: { email: house.ada.email, password: PASSWORD, to: '/account' } }),
  'GET /sign-in/code': (house) => ({ as: house.nobody, headers: { cookie: 'fondly.two_factor=x' } }),
  'POST /sign-in/code': (house) => ({ as: house.nobody, form: { code: '123456', to: '/' }, expect: 422 }),
  'POST /sign-out': async (house) => ({ as: await aGuest(house), nobody: 303 }),
  'GET /forgot': (house) => ({ as: house.nobody }),
  'POST /forgot': (house) => ({ as: house.nobody, form: { email: 'stranger@people.example' }, expect: 200 }),
  'GET /reset/:token': aReset,
  'POST /reset/:token': async (house) => ({ ...(await aReset(house)), form: { password: 'eleven loud geese' }, expect: 200 }),

  'GET /invited/:token': async (house) => ({ ...(await anInvitation(house)), as: house.nobody }),
  'POST /invited/:token': async (house) => ({ ...(await anInvitation(house)), as: await aGuest(house), nobody: 303 }),
  'POST /invited/:token/account': async (house) => ({
    ...(await anInvitation(house)),
    as: house.nobody,
    form: { name: 'Nell', email: 'nell@people.example', password: 'seven quiet owls' },
  }),

  'GET /account': () => ({}),
  'POST /account/name': () => ({ form: { name: 'Benjamin' } }),
  'POST /account/password': async (house) => ({
    as: await aGuest(house),
    form: { current: PASSWORD, next: 'eleven loud geese' },
  }),
  'POST /account/sessions/others': async (house) => ({ as: await aGuest(house) }),
  'POST /account/sessions/:session/end': async (house) => {
    const guest = await aGuest(house);
    const [session] = await listSessions(house.app.db, guest.accountId);
    return { as: guest, params: { session: session?.id ?? '' } };
  },
  'GET /account/two-factor': () => ({}),
  'POST /account/two-factor/begin': async (house) => ({ as: await aGuest(house), form: { password: PASSWORD } }),
  'POST /account/two-factor/confirm': () => ({ form: { code: '000000' }, expect: 422 }),
  'POST /account/two-factor/codes': () => ({ form: { 'codes-password': 'not the password' }, expect: 422 }),
  'POST /account/two-factor/off': () => ({ form: { password: 'not the password' }, expect: 422 }),
};

let guests = 0;

function aGuest(house: House): Promise<Guest> {
  return house.guest(`Caller${++guests}`);
}

async function aReset(house: House): Promise<Case> {
  const { accountId } = await aGuest(house);
  const id = await makeReset(house.app.db, accountId, { minutes: 60 }, house.app.now());
  const token = signLink(house.app.keys, { business: accountId, touchpoint: id, purpose: 'password' });
  return { params: { token }, as: house.nobody };
}

async function anInvitation({ app, business, ada }: House): Promise<Case> {
  const actor = { by: `member:${ada.memberId}`, now: app.now() };
  const made = await invite(app.db, business, { role: 'staff', by: ada.memberId }, actor);
  const id = made.ok ? made.id : '';
  return { params: { token: signLink(app.keys, { business: business.id, touchpoint: id, purpose: 'invitation' }) } };
}
