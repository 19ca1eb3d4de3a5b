import { describe, expect, test } from 'vitest';
import {
  addBusiness,
  businessById,
  changeBusiness,
  findBusiness,
  listBusinesses,
  pauseBusiness,
  resumeBusiness,
  switchOn,
} from '../../src/businesses/business.ts';
import { prepareInstallation } from '../../src/businesses/installation.ts';
import { countryOfZone, localeOfCountry, readCountry, readLocale } from '../../src/businesses/place.ts';
import type { NewBusiness } from '../../src/businesses/read-business.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const now = new Date('2027-03-10T10:00:00Z');
const ada = { by: 'member:ada', now };

const asked = (slug: string, change: Partial<NewBusiness> = {}): NewBusiness => ({
  name: 'Rosa & Fern',
  slug,
  zone: 'Europe/London',
  from: { name: 'Rosa', address: 'Rosa@Example.com' },
  postalAddress: '12 Market Row',
  ...change,
});

const reason = async (change: Partial<NewBusiness>): Promise<string> => {
  const outcome = await addBusiness(db, asked('refused', change), ada);
  return outcome.ok ? '' : outcome.reason;
};

describe('a new business', () => {
  test('practises, in the country of its zone and the language spoken there', async () => {
    expect(await addBusiness(db, asked('rosa'), ada)).toMatchObject({ ok: true });
    expect(await findBusiness(db, 'rosa')).toMatchObject({
      country: 'GB',
      locale: 'en-GB',
      from_name: 'Rosa',
      from_address: 'Rosa@example.com',
      live_at: null,
      uncertain_policy: 'ask',
      leap_rule: 'feb28',
      sample: false,
    });
  });

  test('has a short name that no other has, also when two ask at once', async () => {
    const outcomes = await Promise.all([1, 2].map(() => addBusiness(db, asked('twice'), ada)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await listBusinesses(db)).filter(({ slug }) => slug === 'twice')).toHaveLength(1);
  });

  test.each([
    [{ name: ' ' }, 'a name'],
    [{ slug: 'Rosa & Fern' }, 'short name'],
    [{ zone: 'BST' }, 'no time zone'],
    [{ postalAddress: '' }, 'postal address'],
    [{ from: { name: '', address: 'rosa' } }, 'There is no @'],
    [{ country: 'England' }, 'country code'],
    [{ locale: 'english' }, 'language tag'],
    [{ replyTo: 'nowhere' }, 'not an address'],
  ])('is refused for %j in words', async (change, words) => {
    expect(await reason(change)).toContain(words);
  });
});

test('a business is switched on, paused and resumed once each, and the history says by whom', async () => {
  const added = await addBusiness(db, asked('facts'), ada);
  const id = added.ok ? added.id : '';
  const later = { by: 'member:ben', now: new Date(now.getTime() + 1000) };
  expect([await switchOn(db, id, ada), await switchOn(db, id, later)]).toEqual([{ changed: true }, { changed: false }]);
  expect(await pauseBusiness(db, id, 'Mail is refused.', ada)).toEqual({ changed: true });
  expect(await pauseBusiness(db, id, 'Something else.', later)).toEqual({ changed: false });
  expect(await businessById(db, id)).toMatchObject({ live_at: now, paused_at: now, paused_reason: 'Mail is refused.' });
  expect([await resumeBusiness(db, id, later), await resumeBusiness(db, id, later)]).toEqual([
    { changed: true },
    { changed: false },
  ]);
  expect(await businessById(db, id)).toMatchObject({ paused_at: null, paused_reason: null });
  const history = await db.selectFrom('change').select(['by', 'what']).where('business_id', '=', id).orderBy('id').execute();
  expect(history).toEqual([
    { by: 'member:ada', what: 'business added' },
    { by: 'member:ada', what: 'switched on' },
    { by: 'member:ada', what: 'business paused' },
    { by: 'member:ben', what: 'business resumed' },
  ]);
});

test('settings change for themselves, and it is said when days and hours move with them', async () => {
  const added = await addBusiness(db, asked('settings', { replyTo: 'shop@example.com', live: true }), ada);
  const id = added.ok ? added.id : '';
  expect(await changeBusiness(db, id, { name: 'Rosa & Sons' }, ada)).toEqual({ ok: true, changed: true, moved: false });
  expect(await changeBusiness(db, id, { name: 'Rosa & Sons' }, ada)).toEqual({ ok: true, changed: false, moved: false });
  expect(await changeBusiness(db, id, { zone: 'Europe/Dublin', leapRule: 'mar1' }, ada)).toMatchObject({ moved: true });
  expect(await changeBusiness(db, id, { replyTo: null, zone: 'Dublin' }, ada)).toMatchObject({ ok: false });
  expect(await changeBusiness(db, id, { replyTo: null }, ada)).toMatchObject({ changed: true });
  expect(await businessById(db, id)).toMatchObject({
    name: 'Rosa & Sons',
    zone: 'Europe/Dublin',
    country: 'GB',
    leap_rule: 'mar1',
    reply_to: null,
    live_at: now,
    created_at: now,
  });
  const history = await db.selectFrom('change').select(['before', 'after']).where('business_id', '=', id).orderBy('id').execute();
  expect(history[1]).toEqual({ before: { name: 'Rosa & Fern' }, after: { name: 'Rosa & Sons' } });
});

test('a business in no country, by UTC, can be changed too', async () => {
  const added = await addBusiness(db, asked('nowhere', { zone: 'UTC' }), ada);
  expect(await changeBusiness(db, added.ok ? added.id : '', { name: 'Afloat' }, ada)).toMatchObject({
    changed: true,
    moved: false,
  });
});

describe('the installation', () => {
  const salt = async () => (await db.selectFrom('installation').select('salt').executeTakeFirst())?.salt;

  test('makes its salt once, however many start at the same moment', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => prepareInstallation(db, ['first secret'])));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    const kept = await salt();
    await prepareInstallation(db, ['first secret']);
    expect(await salt()).toBe(kept);
    expect(kept).toMatch(/^[0-9a-f]{64}$/);
  });

  test('takes a new key in front of the former, and refuses to go on without it', async () => {
    expect(await prepareInstallation(db, ['another secret'])).toMatchObject({ ok: false });
    expect(await prepareInstallation(db, ['second secret', 'first secret'])).toEqual({ ok: true });
    const refusal = await prepareInstallation(db, ['first secret']);
    expect(refusal.ok ? '' : refusal.reason).toContain('SECRET_KEY');
    expect(JSON.stringify(refusal)).not.toContain('first secret');
    expect(await prepareInstallation(db, [])).toMatchObject({ ok: false });
  });
});

test('places are read as people write them', () => {
  expect(['gb', 'UK', 'DE', 'XX', 'EU'].map(readCountry)).toEqual(['GB', 'GB', 'DE', undefined, undefined]);
  expect(['en_gb', 'pt-BR', 'de', 'xx', 'english', ''].map(readLocale)).toEqual([
    'en-GB',
    'pt-BR',
    'de',
    undefined,
    undefined,
    undefined,
  ]);
  expect(['Europe/Berlin', 'Asia/Calcutta', 'Asia/Kolkata', 'UTC'].map(countryOfZone)).toEqual(['DE', 'IN', 'IN', '']);
  expect(['DE', 'US', ''].map(localeOfCountry)).toEqual(['de-DE', 'en-US', 'en']);
});
