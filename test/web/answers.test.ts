import { describe, expect, it } from 'vitest';
import { storeAnswers } from '../../src/answers/answer.ts';
import { changeBusiness } from '../../src/businesses/business.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { findSurvey } from '../../src/occasions/surveys.ts';
import { listSurveys } from '../../src/occasions/surveys-edit.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, business, shop } = house;

// Twenty-two bought on 2 March and were asked on the 9th; it is the 14th, and all but one have answered.
const ids = new Map<string, string>();
for (let n = 0; n < 22; n++) {
  const id = await shop.customer({ givenName: `Guest${n}`, email: `g${n}@example.com`, phone: '020 7946 0000' });
  const bought = { on: '2027-03-02', amount: 4800, currency: 'GBP' };
  await addPurchase(db, business.id, id, bought, { by: 'fondly', now: new Date('2027-03-02T12:00:00Z') });
  ids.set(id, `Guest${n}`);
}
await shop.live('2027-03-14T12:00:00Z');
const asked = await db
  .selectFrom('message')
  .select('touchpoint_id as id')
  .where('survey_id', 'is not', null)
  .orderBy('touchpoint_id')
  .execute();
const low = 'The roses were <b>old</b>.';
for (const [n, { id }] of asked.entries()) {
  const said = new Map([[0, { value: n === 0 ? 1 : n === 1 ? 5 : 4 + (n % 2), words: n === 0 ? low : n === 1 ? 'beep' : '' }]]);
  const now = n === 1 ? new Date('2027-03-09T09:00:20Z') : shop.clock.now();
  if (n < 21) await storeAnswers(db, { business: business.id, touchpoint: id }, said, { by: 'customer', now });
}
const words = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const task = async () => db.selectFrom('follow_up').selectAll().where('business_id', '=', business.id).executeTakeFirstOrThrow();

describe('the answers', () => {
  it('are told in words first, then in numbers, then as they were written', async () => {
    const told = words((await ben.get('/answers')).page);
    expect(told).toMatch(/Customers are happy: 4\.\d of 5, likely between \d\.\d and \d(\.\d)?, from 20 answers\./);
    expect(told).toContain('20 of 22 answered: 91%, likely between 72% and 97%.');
    expect(told).toContain('One more is suspect and not counted');
    expect(told).toContain('March 2027 22 20 91%');
    expect(told).toMatch(/The roses were &lt;b&gt;old&lt;\/b&gt;\. Guest\d+ , Sun 14 Mar, 12:00 · answered “Unhappy”/);
    expect(told).toMatch(/beep Guest\d+ , Tue 9 Mar, 09:00 · answered “Very happy” suspect, not counted/);
  });

  it('are none of another shop’s', async () => {
    expect(words((await house.cem.open('/shops/thorn/answers')).page)).toContain('Nobody was asked yet');
  });
});

describe('a follow-up', () => {
  it('stands with who it is, what they said, and how to reach them', async () => {
    const { page } = await ben.get('/follow-ups');
    expect(words(page)).toContain('One customer waits for a word from you.');
    expect(words(page)).toContain(ids.get((await task()).customer_id));
    expect(page).toContain('href="tel:02079460000"');
    expect(words(page)).toContain('The roses were &lt;b&gt;old&lt;/b&gt;.');
    expect(words(page)).toContain('Due Monday 15 March');
  });

  it('is given to a member, moved and noted', async () => {
    const { id } = await task();
    await ben.post(`/follow-ups/${id}`, { dueOn: '2027-03-10', assignedTo: ben.memberId, note: 'Ring after five' });
    const told = words((await ben.get('/follow-ups?show=mine')).page);
    for (const part of ['Overdue by 4 days', 'Ben cares for it.', 'Ring after five']) expect(told).toContain(part);
    expect(words((await ada.get('/follow-ups?show=mine')).page)).toContain('Nothing of yours');
    const wrong = await ben.post(`/follow-ups/${id}`, { dueOn: 'soon', note: 'kept\r\nwhole' });
    expect(wrong.status).toBe(422);
    expect(words(wrong.page)).toContain('That is no day.');
    expect(wrong.page).toContain('kept\nwhole</textarea>');
    expect((await ben.post(`/follow-ups/${id}`, { assignedTo: house.cem.memberId })).status).toBe(422);
  });

  it('is closed with why the customer left, counted, and opened again', async () => {
    const { id, customer_id: customer } = await task();
    await changeBusiness(db, business.id, { lostReasons: ['the parking'] }, { by: 'fondly', now: shop.clock.now() });
    expect(words((await ben.post(`/follow-ups/${id}/close`, { outcome: 'lost', lostReason: 'the price' })).page)).toContain(
      'none of your reasons',
    );
    expect((await ben.post(`/follow-ups/${id}/close`, { outcome: '' })).status).toBe(422);
    const back = `/customers/${customer}`;
    const closed = await ben.post(`/follow-ups/${id}/close`, { outcome: 'lost', lostReason: 'the parking', back });
    expect(closed.location).toContain(`/shops/rosa${back}`);
    const told = words((await ben.get('/follow-ups?show=closed')).page);
    expect(told).toContain('Lost: the parking');
    expect(told).toMatch(/Why they left, in the last 12 months Reason Mar 27 All the parking 1 1/);
    const elsewhere = await ben.post(`/follow-ups/${id}/reopen`, { back: 'https://evil.example/' });
    expect(elsewhere.location).toContain('/shops/rosa/follow-ups');
    expect((await task()).closed_at).toBeNull();
  });
});

describe('a survey', () => {
  const one = async () => (await listSurveys(db, business.id)).find(({ name }) => name === 'Satisfaction')!;
  const form = (change: Record<string, string>) => ({
    name: 'Satisfaction',
    language: 'en',
    do: 'save',
    'q0-kind': 'scale',
    'q0-from': '0',
    'q0-text': 'How happy were you with us?',
    'q0-answers': 'Very happy\nHappy\nIt was all right\nNot so happy\nUnhappy',
    'q0-follow': '1',
    'q0-review': '1',
    'q0-keep': '1',
    ...change,
  });

  it('that was not changed stays the version it is', async () => {
    const { surveyId, version } = await one();
    await ben.post(`/answers/surveys/${surveyId}`, form({ seen: String(version) }));
    expect((await one()).version).toBe(version);
  });

  it('gets a further question by a press, and is published with it', async () => {
    const { surveyId, version } = await one();
    const more = await ben.post(`/answers/surveys/${surveyId}`, form({ seen: String(version), do: 'add' }));
    expect(more.page).toContain('Question 2');
    const second = { 'q1-kind': 'choice', 'q1-from': '-1', 'q1-text': 'What for?', 'q1-answers': 'Roses\n\n Ferns ' };
    await ben.post(`/answers/surveys/${surveyId}`, form({ seen: String(version), ...second }));
    const { questions, version: next } = (await findSurvey(db, business.id, surveyId, null))!;
    expect(next).toBe(version + 1);
    expect(questions).toMatchObject([
      { kind: 'scale', lowAt: 2, highAt: 4, words: { de: { question: 'Wie zufrieden waren Sie mit uns?' } } },
      { kind: 'choice', values: [1, 2], words: { en: { question: 'What for?', answers: ['Roses', 'Ferns'] } } },
    ]);
    const stale = await ben.post(`/answers/surveys/${surveyId}`, form({ seen: String(version) }));
    expect(stale.status).toBe(422);
    expect(words(stale.page)).toContain('Somebody else published other questions meanwhile.');
  });

  it('drops its words in other languages when it means something else, and is worded in them again', async () => {
    const { surveyId, version } = await one();
    const text = { 'q0-text': 'How was our delivery?', seen: String(version) };
    await ben.post(`/answers/surveys/${surveyId}`, { ...form(text), 'q0-keep': '' });
    const now = await one();
    expect(Object.keys(now.questions[0]!.words)).toEqual(['en']);
    const german = {
      'q0-text': 'Wie war die Lieferung?',
      'q0-answers': 'A\nB\nC\nD\nE',
      language: 'de',
      seen: String(now.version),
    };
    await ben.post(`/answers/surveys/${surveyId}`, form(german));
    expect((await one()).questions[0]).toMatchObject({
      lowAt: 2,
      words: {
        en: { question: 'How was our delivery?' },
        de: { question: 'Wie war die Lieferung?', answers: ['A', 'B', 'C', 'D', 'E'] },
      },
    });
  });

  it('is previewed as customers see it, and nothing is kept', async () => {
    const { version } = await one();
    const { page, status } = await ben.post('/answers/preview', form({ 'q0-text': 'Is it <good>?' }));
    expect(status).toBe(200);
    expect(page).toContain('Is it &lt;good&gt;?');
    expect((await one()).version).toBe(version);
    expect((await ben.post('/answers/preview', form({ language: 'fa' }))).page).toContain('dir="rtl"');
    expect((await ben.post('/answers/preview', form({ language: 'en-12' }))).page).toContain('dir="ltr"');
  });
});
