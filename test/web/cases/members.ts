import { invite } from '../../../src/businesses/invitations.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

export const membersCases: Cases = {
  'GET /members': () => ({}),
  'POST /members/invitations': () => ({ form: { role: 'staff', email: 'new@people.example', how: 'link' } }),
  'GET /members/invitations/:invitation': anInvitation,
  'POST /members/invitations/:invitation/withdraw': anInvitation,
  'POST /members/:member/role': async (house) => ({ ...(await aMember(house)), form: { role: 'owner' } }),
  'GET /members/:member/end': aMember,
  'POST /members/:member/end': aMember,
};

let guests = 0;

async function aMember(house: House): Promise<Case> {
  const { memberId } = await house.guest(`Guest ${++guests}`.replace(' ', ''), 'staff');
  return { params: { member: memberId }, foreign: { member: house.cem.memberId } };
}

async function anInvitation({ app, business, other, ada, cem }: House): Promise<Case> {
  const by = (memberId: string) => ({ by: `member:${memberId}`, now: app.now() });
  const own = await invite(app.db, business, { role: 'staff', by: ada.memberId }, by(ada.memberId));
  const foreign = await invite(app.db, other, { role: 'staff', by: cem.memberId }, by(cem.memberId));
  return { params: { invitation: own.ok ? own.id : '' }, foreign: { invitation: foreign.ok ? foreign.id : '' } };
}
