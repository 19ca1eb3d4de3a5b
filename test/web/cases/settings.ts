import sharp from 'sharp';
import { keepPicture } from '../../../src/businesses/pictures.ts';
import { changeSmtp } from '../../../src/businesses/smtp.ts';
import type { Business } from '../../../src/businesses/business.ts';
import type { House } from '../../support/house.ts';
import type { Cases } from './types.ts';

/** Rosa’s, as they stand in the form. */
export const facts = {
  name: 'Rosa & Fern',
  postalAddress: '12 Market Row\nBath BA1 5LZ',
  zone: 'Europe/London',
  country: 'GB',
  language: 'en',
  fromName: 'Rosa',
  from: 'hello@rosa.example',
  replyTo: '',
  alertEmail: 'ada@rosa.example',
  reviewUrl: 'https://reviews.example/rosa',
  referralLine: 'Bring a friend.',
  lostReasons: 'the price\nmoved away',
  uncertainPolicy: 'ask',
  leapRule: 'feb28',
};

export const settingsCases: Cases = {
  'GET /settings': () => ({}),
  'POST /settings': () => ({ form: facts }),
  'GET /settings/look': () => ({ query: 'palette=Leaf' }),
  'POST /settings/look': async (house) => ({
    form: { palette: 'own', accent: '#2f6b4f', second: '#cfe3c4', file: await picture(house, house.business) },
  }),
  'GET /settings/look/beside': () => ({ query: 'palette=Rose' }),
  'GET /settings/look/card': () => ({ query: 'accent=%232f6b4f&second=%23cfe3c4' }),
  'GET /settings/mail': () => ({ query: 'provider=google' }),
  'POST /settings/mail': () => ({ form: { host: 'smtp.example.com', port: 465, user: 'rosa', pass: 'not-so-secret' } }),
  'GET /settings/mail/dns': () => ({}),
  // There is no mail server to try.
  'POST /settings/mail/test': async (house) => {
    await house.app.db.updateTable('business').set({ smtp_rev: null }).where('id', '=', house.business.id).execute();
    return { expect: 422 };
  },
  'POST /settings/mail/own': async (house) => {
    const { db, now, secretKeys, config } = house.app;
    const own = { host: 'smtp.example.com', port: 465, user: 'rosa', pass: 'secret' };
    const where = { secretKeys, publicUrl: config.publicUrl };
    await changeSmtp(db, house.business.id, own, where, { by: 'fondly', now: now() });
    return { form: { on: '0' } };
  },
  'GET /settings/more': () => ({}),
  'GET /settings/sign-up.png': () => ({}),
  // Rosa’s is no sample shop, and stays.
  'POST /settings/sample/remove': () => ({ expect: 422 }),
  'POST /pause': () => ({}),
  'POST /resume': () => ({}),
};

/** Outside of any shop, by the address that stands in mails. */
export const pictureCases: Cases = {
  'GET /pictures/:business/:file': async (house) => {
    const file = await picture(house, house.business);
    return { params: { business: house.business.id, file }, as: house.nobody };
  },
};

async function picture({ app: { db, now } }: House, business: Business): Promise<string> {
  const kept = await keepPicture(db, business.id, await pictureBytes('#987'), 'logo', { by: 'fondly', now: now() });
  if (!kept.ok) throw new Error(kept.reason);
  return kept.file;
}

function pictureBytes(background: string): Promise<Buffer<ArrayBuffer>> {
  return sharp({ create: { width: 60, height: 30, channels: 3, background } })
    .png()
    .toBuffer();
}
