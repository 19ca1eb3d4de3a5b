import { describe, expect, test } from 'vitest';
import { findWording, publishGalleryCard } from '../../src/occasions/cards.ts';
import { addDefaultOccasions, changeOccasion, listOccasions } from '../../src/occasions/occasion.ts';
import { claimOccasionReplan } from '../../src/occasions/replan.ts';
import { findSurvey, publishSurvey, SATISFACTION } from '../../src/occasions/surveys.ts';
import { openShop } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';
import { publishOwn } from '../support/own-card.ts';

const { db } = await testDatabase();
const now = new Date('2027-03-10T23:30:00Z'); // already the 11th in Berlin
const ada = { by: 'member:ada', now };

const words = (subject: string) => ({ subject, preheader: 'A line', headline: 'Hello' });
const mjml =
  '<mjml><mj-body><mj-section><mj-column><mj-text><h1>[[headline]]</h1></mj-text></mj-column></mj-section></mj-body></mjml>';

describe('a new business', () => {
  test('starts with six occasions, each with a card in the language wanted, else in English', async () => {
    const shop = await openShop(db, 'starts');
    await addDefaultOccasions(db, shop, ada);
    const occasions = await listOccasions(db, shop.id);
    const told = occasions.map((one) => [one.slug, one.trigger, one.date_kind, one.offset_days, one.late_days, one.min_gap_days]);
    expect(told).toEqual([
      ['birthday', 'date', 'birthday', 0, 0, null],
      ['anniversary', 'date', '*', 0, 0, null],
      ['years-with-us', 'years', null, 0, 0, null],
      ['thank-you', 'purchase', null, 1, 3, 14],
      ['welcome', 'joined', null, 1, 7, null],
      ['survey', 'purchase', null, 7, 7, 30],
    ]);
    for (const one of occasions) {
      expect(one).toMatchObject({ hour: '09:00:00', late_hour: '20:00:00', mode: 'automatic', active_since: '2027-03-11' });
      const wording = await findWording(db, shop.id, one.card_id, null, ['de-AT', 'en']);
      expect(wording).toMatchObject({ version: 1, language: 'de' });
      expect(await findWording(db, shop.id, one.card_id, null, ['tr', 'pt-BR'])).toMatchObject({ language: 'en' });
      expect(await findWording(db, shop.id, one.card_id, null, ['tr', 'ar-EG'])).toMatchObject({ language: 'ar' });
      expect(wording?.card.fields).toContain('links.unsubscribe');
    }
    const survey = occasions.find(({ slug }) => slug === 'survey');
    const asked = await findSurvey(db, shop.id, survey?.survey_id ?? '', null);
    expect(asked?.questions).toEqual(SATISFACTION);
  });

  test('gets each occasion once, however often and by how many it is set up', async () => {
    const shop = await openShop(db, 'once');
    await Promise.all([addDefaultOccasions(db, shop, ada), addDefaultOccasions(db, shop, ada)]);
    await addDefaultOccasions(db, shop, ada);
    expect(await listOccasions(db, shop.id)).toHaveLength(6);
    expect(await db.selectFrom('card').select('id').where('business_id', '=', shop.id).execute()).toHaveLength(6);
  });
});

describe('changing an occasion', () => {
  test('keeps what was before, and has it planned anew once', async () => {
    const shop = await openShop(db, 'changes');
    await addDefaultOccasions(db, shop, ada);
    const claim = async () => db.transaction().execute((trx) => claimOccasionReplan(trx, shop.id));
    expect(await claim()).toHaveLength(6);
    expect(await changeOccasion(db, shop.id, 'birthday', { hour: '08:30', offsetDays: -1 }, ada)).toEqual({
      ok: true,
      changed: true,
    });
    expect(await changeOccasion(db, shop.id, 'birthday', { hour: '08:30', offsetDays: -1 }, ada)).toEqual({
      ok: true,
      changed: false,
    });
    expect(await claim()).toHaveLength(1);
    expect(await claim()).toEqual([]);
    const rows = await db.selectFrom('change').select(['before', 'after']).where('what', '=', 'occasion changed').execute();
    expect(rows).toEqual([
      {
        before: { slug: 'birthday', hour: '09:00:00', offset_days: 0 },
        after: { slug: 'birthday', hour: '08:30:00', offset_days: -1 },
      },
    ]);
  });

  test('from off to on lets it answer only to what happens from that day', async () => {
    const shop = await openShop(db, 'on-again');
    await addDefaultOccasions(db, shop, ada);
    const later = { by: 'member:ada', now: new Date('2027-06-01T10:00:00Z') };
    await changeOccasion(db, shop.id, 'welcome', { mode: 'off' }, ada);
    await changeOccasion(db, shop.id, 'welcome', { mode: 'ask' }, later);
    await changeOccasion(db, shop.id, 'welcome', { mode: 'automatic' }, { ...later, now: new Date('2027-07-01T10:00:00Z') });
    const welcome = (await listOccasions(db, shop.id)).find(({ slug }) => slug === 'welcome');
    expect(welcome?.active_since).toBe('2027-06-01');
  });

  test.each([
    [{ hour: '24:00' }, 'time of day'],
    [{ lateHour: '9 am' }, 'time of day'],
    [{ offsetDays: 200 }, '180 days'],
    [{ lateDays: -1 }, '180 days'],
    [{ rank: 1.5 }, 'whole number'],
    [{ name: ' ' }, 'a name'],
    [{ cardId: '0198f000-0000-7000-8000-000000000001' }, 'no such card'],
  ])('to %j is refused in words', async (change, sentence) => {
    const shop = await openShop(db, `refuses-${Object.keys(change)[0]?.toLowerCase()}`);
    await addDefaultOccasions(db, shop, ada);
    expect(await changeOccasion(db, shop.id, 'birthday', change, ada)).toMatchObject({
      reason: expect.stringContaining(sentence),
    });
  });
});

describe('a card', () => {
  test('from the gallery is published again only when it changed', async () => {
    const shop = await openShop(db, 'gallery');
    const first = await publishGalleryCard(db, shop, 'thank-you', ada);
    expect(await publishGalleryCard(db, shop, 'thank-you', ada)).toEqual(first);
    await expect(publishGalleryCard(db, shop, 'no-such-card', ada)).rejects.toThrow('no-such-card');
  });

  test('keeps its former versions, and speaks the first language wanted that it has', async () => {
    const shop = await openShop(db, 'versions');
    const design = { name: 'Ours', mjml, words: { en: words('Hello'), de: words('Hallo') } };
    const first = await publishOwn(db, shop.id, design, ada);
    const { cardId } = first;
    const next = await publishOwn(db, shop.id, { ...design, words: { en: words('Hello again') } }, ada, cardId);
    expect([first, next]).toMatchObject([{ version: 1 }, { version: 2, cardId }]);
    const subject = async (version: number | null, languages: string[]) =>
      (await findWording(db, shop.id, cardId, version, languages))?.card.subject;
    expect(await subject(1, ['de-CH', 'en'])).toBe('Hallo');
    expect(await subject(1, ['fr'])).toBe('Hello');
    expect(await subject(null, ['de'])).toBe('Hello again');
    expect(await subject(3, ['de'])).toBeUndefined();
    const other = await openShop(db, 'versions-other');
    expect(await findWording(db, other.id, cardId, 1, ['en'])).toBeUndefined();
  });

  test('with a mistake in it is not published, and the mistake is told', async () => {
    const shop = await openShop(db, 'mistakes');
    const design = { name: 'Ours', mjml, words: { en: words('Hello {{customer.firstNam}}') } };
    const outcome = await publishOwn(db, shop.id, design, ada);
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('customer.firstName') });
    expect(await db.selectFrom('card_version').select('n').where('business_id', '=', shop.id).execute()).toEqual([]);
  });
});

test('a survey keeps the questions that an answer was given to', async () => {
  const shop = await openShop(db, 'surveys');
  const [question] = SATISFACTION;
  const first = await publishSurvey(db, shop.id, 'Ours', SATISFACTION, ada);
  const next = await publishSurvey(db, shop.id, 'Ours', [{ ...question!, lowAt: 1 }], ada);
  expect(next).toEqual({ surveyId: first.surveyId, version: 2 });
  expect((await findSurvey(db, shop.id, first.surveyId, 1))?.questions[0]?.lowAt).toBe(2);
  expect((await findSurvey(db, shop.id, first.surveyId, null))?.questions[0]?.lowAt).toBe(1);
});
