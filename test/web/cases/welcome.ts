import sharp from 'sharp';
import type { House } from '../../support/house.ts';
import type { Cases } from './types.ts';

/** Outside of any shop: for any account. */
export const welcomeCases: Cases = {
  'GET /welcome/shop': ({ ada }) => ({ as: ada }),
  'POST /welcome/shop': ({ ada }) => ({ as: ada, form: newShop }),
  'POST /welcome/sample': () => ({}),
};

/** The steps in a shop that exists, and the switch at their end. */
export const setUpCases: Cases = {
  'GET /welcome': async (house) => {
    await atStep(house, 'cards');
    return { expect: 302 };
  },
  'POST /welcome/next': async (house) => {
    await atStep(house, 'you');
    return { form: { from: 'you' } };
  },
  'POST /welcome/later': () => ({}),
  'GET /welcome/look': () => ({ query: 'palette=Sea' }),
  'POST /welcome/look': async () => ({ form: { palette: 'Plum', logo: new Blob([await logo()], { type: 'image/png' }) } }),
  'GET /welcome/you': () => ({}),
  'GET /welcome/customers': () => ({}),
  'POST /welcome/customers': () => ({ form: { line: [`Lia ${crypto.randomUUID().slice(0, 8)}, 14 March`, ''] } }),
  'GET /welcome/cards': () => ({}),
  'POST /welcome/cards': () => ({ form: { 'card-birthday': 'birthday-letters', 'card-anniversary': 'no-such-card' } }),
  'GET /welcome/mail': () => ({ query: 'provider=fastmail' }),
  'POST /welcome/mail': () => ({ form: { host: 'smtp.example.com', port: 465, user: 'rosa', pass: 'not-so-secret' } }),
  'GET /switch-on': () => ({}),
  // There is no mail server, so both are refused in a sentence.
  'POST /switch-on': withoutServer,
  'POST /switch-on/try': withoutServer,
};

export const newShop = {
  name: 'Corner Books',
  postalAddress: '3 Quay Street\nCork',
  zone: 'Europe/Dublin',
  country: '',
  language: 'en',
  from: 'hello@corner.example',
};

async function withoutServer({ app: { db }, business }: House): Promise<{ expect: number }> {
  await db.updateTable('business').set({ smtp_rev: null, live_at: null }).where('id', '=', business.id).execute();
  return { expect: 422 };
}

async function atStep({ app: { db }, business }: House, step: 'you' | 'cards'): Promise<void> {
  await db.updateTable('business').set({ setup_step: step }).where('id', '=', business.id).execute();
}

function logo(): Promise<Buffer<ArrayBuffer>> {
  return sharp({ create: { width: 60, height: 30, channels: 3, background: '#a65' } })
    .png()
    .toBuffer();
}
