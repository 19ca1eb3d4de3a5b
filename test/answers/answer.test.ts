import { afterAll, describe, expect, it } from 'vitest';
import { changeBusiness } from '../../src/businesses/business.ts';
import { forgetVisits } from '../../src/answers/visits.ts';
import { problemWithQuestions, type Question } from '../../src/occasions/surveys.ts';
import { testDatabase } from '../support/database.ts';
import { openAsking, QUESTIONS } from './asking.ts';

const { url, db } = await testDatabase();
const asking = await openAsking(url, ['Ada', 'Ben', 'Cem', 'Dora', 'Eli', 'Fay', 'Gus', 'Hana']);
afterAll(() => asking.web.close(0));

const NOW = asking.clock.now();
const DELIVERED = new Date('2027-03-09T09:00:00Z');
const followUps = (name: string) =>
  db.selectFrom('follow_up').select('reason').where('customer_id', '=', asking.asked[name]!.customerId).execute();
const wordsOf = async (name: string) =>
  (
    await db
      .selectFrom('answer_text')
      .select(['question', 'words'])
      .where('touchpoint_id', '=', asking.asked[name]!.touchpointId)
      .orderBy('question')
      .execute()
  ).map(({ question, words }) => `${question}: ${words}`);

async function at<T>(time: Date, work: () => Promise<T>): Promise<T> {
  asking.clock.set(time);
  try {
    return await work();
  } finally {
    asking.clock.set(NOW);
  }
}

describe('a survey', () => {
  it('puts eleven numbers in the mail, each a link of its own, and says what the ends mean', async () => {
    const [view = ''] = asking.links('Ada');
    const card = await (await fetch(view)).text();
    const numbers = [...card.matchAll(/href="[^"]+\/a\/[\w-]+"[^>]*>(\d+)</g)].map(([, label]) => label);
    expect(numbers).toEqual(QUESTIONS[0].values.map(String));
    expect(card).toContain('10: very likely');
    for (const value of [0, 10]) expect(card).toContain(asking.link('Ada', value).split('/a/')[1]);
  });

  it('asks all its questions on one page, with the pressed number chosen, and keeps nothing before the button', async () => {
    const page = await (await fetch(asking.link('Ada', 9))).text();
    for (const words of ['recommend us', 'Did you find', 'What did you come for', 'Whom should we thank', 'do better'])
      expect(page).toContain(words);
    expect(page.match(/checked/g)).toHaveLength(1);
    expect(page).toMatch(/name="answer"\s+value="9"\s+required\s+checked/);
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page).not.toContain('<script');
    expect(await asking.answers('Ada')).toEqual([]);
  });

  it('keeps each answer once, and lets each be changed', async () => {
    const fields = { answer: '9', answer2: '1', answer3: '3', answer4: 'The one with the ferns', words: 'Open on Sundays' };
    expect((await asking.press('Ada', fields)).status).toBe(200);
    await asking.press('Ada', fields);
    const kept = [
      { question: 0, value: 9, suspect: false },
      { question: 1, value: 1, suspect: false },
      { question: 2, value: 3, suspect: false },
      { question: 3, value: null, suspect: false },
    ];
    expect(await asking.answers('Ada')).toEqual(kept);
    expect(await wordsOf('Ada')).toEqual(['0: Open on Sundays', '3: The one with the ferns']);
    await asking.press('Ada', { ...fields, answer: '10', answer4: '', words: '' });
    expect((await asking.answers('Ada'))[0]).toEqual({ question: 0, value: 10, suspect: false });
    expect(await wordsOf('Ada')).toEqual([]);
    const again = await (await fetch(asking.link('Ada', 3))).text();
    expect(again).toContain('You have answered this already');
  });

  it('keeps what was not asked for out, and may be answered in part', async () => {
    await asking.press('Ben', { answer: '8', answer2: '7', answer3: 'x', answer9: '1' });
    expect(await asking.answers('Ben')).toEqual([{ question: 0, value: 8, suspect: false }]);
  });

  it('calls for someone when a further question is answered low', async () => {
    expect(await followUps('Ben')).toEqual([]);
    await asking.press('Ben', { answer: '8', answer2: '0' });
    expect(await followUps('Ben')).toEqual([{ reason: 'low answer' }]);
  });

  it('speaks the language of the card', async () => {
    await db
      .updateTable('message')
      .set({ language: 'de' })
      .where('touchpoint_id', '=', asking.asked['Gus']!.touchpointId)
      .execute();
    const page = await (await fetch(asking.link('Gus', 9))).text();
    expect(page).toContain('<html lang="de" dir="ltr">');
    expect(page).toContain('Wie wahrscheinlich ist es');
    expect(page).toContain('Was könnten wir besser machen?');
    expect(await (await asking.press('Gus', { answer: '9' })).text()).toContain('<html lang="de"');
  });

  it('leads happy customers on, and no others', async () => {
    const change = { reviewUrl: 'https://reviews.example/rosa', referralLine: 'Bring a friend, and both of you get a rose.' };
    expect(await changeBusiness(db, asking.business.id, change, { by: 'fondly', now: NOW })).toMatchObject({ changed: true });
    const happy = await (await asking.press('Ada', { answer: '9' })).text();
    expect(happy).toContain('href="https://reviews.example/rosa"');
    expect(happy).toContain('Bring a friend');
    expect(await (await asking.press('Ben', { answer: '8' })).text()).not.toMatch(/reviews\.example|friend, and/);
    const wrong = await changeBusiness(db, asking.business.id, { reviewUrl: 'javascript:alert(1)' }, { by: 'fondly', now: NOW });
    expect(wrong).toMatchObject({ ok: false });
  });
});

describe('questions', () => {
  const [nps, yesNo, choice, text] = QUESTIONS as [Question, Question, Question, Question];
  it.each([
    ['none', []],
    ['six', [nps, yesNo, choice, text, yesNo, choice]],
    ['a first one without buttons', [text, nps]],
    ['a number twice', [{ ...choice, values: [1, 1, 2] }]],
    ['a number that no link can carry', [{ ...choice, values: [1, 2, 300] }]],
    ['a label too few', [{ ...choice, values: [1, 2, 3, 4] }]],
    ['a scale to seven', [{ ...nps, values: [1, 2, 3, 4, 5, 6, 7] }]],
    ['no words', [{ ...yesNo, words: {} }]],
  ])('are refused: %s', (_, questions) => {
    expect(problemWithQuestions(questions)).toMatch(/\.$/);
  });

  it('are fine as they are', () => {
    expect(problemWithQuestions(QUESTIONS)).toBeUndefined();
  });
});

describe('a suspect answer', () => {
  it('is one within a minute of delivery: kept, without a follow-up, and it yields to the person’s own', async () => {
    await at(new Date(DELIVERED.getTime() + 59_000), () => asking.press('Cem', { answer: '0', words: 'beep beep' }));
    expect(await asking.answers('Cem')).toEqual([{ question: 0, value: 0, suspect: true }]);
    expect(await followUps('Cem')).toEqual([]);
    const page = await (await fetch(asking.link('Cem', 10))).text();
    expect(page).not.toMatch(/beep|answered this already/);
    await asking.press('Cem', { answer: '10' });
    expect(await asking.answers('Cem')).toEqual([{ question: 0, value: 10, suspect: false }]);
    expect(await wordsOf('Cem')).toEqual([]);
  });

  it('never takes the place of a person’s', async () => {
    await at(new Date(DELIVERED.getTime() + 60_000), () => asking.press('Dora', { answer: '7' }));
    await at(new Date(DELIVERED.getTime() + 50_000), () => asking.press('Dora', { answer: '0' }));
    expect(await asking.answers('Dora')).toEqual([{ question: 0, value: 7, suspect: false }]);
  });

  it('is one of a client that opened every link of the mail, from anywhere in its network', async () => {
    const from = (address: string, agent: string) => ({ headers: { 'user-agent': agent, 'x-forwarded-for': address } });
    for (const [n, link] of asking.links('Eli').entries()) await fetch(link, from(`203.0.113.${n}`, 'a filter'));
    const pressed = (agent: string, answer: string) =>
      fetch(asking.link('Eli'), { method: 'POST', body: new URLSearchParams({ answer }), ...from('203.0.113.99', agent) });
    await pressed('a filter', '0');
    expect(await asking.answers('Eli')).toEqual([{ question: 0, value: 0, suspect: true }]);
    await pressed('a person behind the same router', '9');
    expect(await asking.answers('Eli')).toEqual([{ question: 0, value: 9, suspect: false }]);
  });

  it('is none of somebody who looked at all the answers', async () => {
    for (const value of QUESTIONS[0].values) await fetch(asking.link('Fay', value), { headers: { 'user-agent': 'a person' } });
    await asking.press('Fay', { answer: '2' });
    expect(await asking.answers('Fay')).toEqual([{ question: 0, value: 2, suspect: false }]);
    expect(await followUps('Fay')).toHaveLength(1);
  });

  it('is forgotten after a day how it was known', async () => {
    const visits = () => db.selectFrom('link_visit').select('visitor').execute();
    expect((await visits()).every(({ visitor }) => /^[\w-]{32}$/.test(visitor))).toBe(true);
    await forgetVisits(db, new Date(NOW.getTime() + 23 * 3_600_000));
    expect((await visits()).length).toBeGreaterThan(10);
    expect(await forgetVisits(db, new Date(NOW.getTime() + 24 * 3_600_000))).toBe(false);
    expect(await visits()).toEqual([]);
  });
});
