import { afterAll, expect, it } from 'vitest';
import { storeAnswers } from '../../src/answers/answer.ts';
import { customersWords, surveyResults } from '../../src/answers/results.ts';
import { testDatabase } from '../support/database.ts';
import { openAsking } from './asking.ts';

const { url, db } = await testDatabase();
const names = Array.from({ length: 24 }, (_, n) => `Guest${n}`);
const asking = await openAsking(url, names);
afterAll(() => asking.web.close(0));
const range = { from: '2027-03-01', to: '2027-03-31' };

/** An answer on the 14th; or, suspect, half a minute after the card. */
async function give(name: string, value: number, how: { words?: string; yes?: number; suspect?: boolean } = {}): Promise<void> {
  const target = { business: asking.business.id, touchpoint: asking.asked[name]!.touchpointId };
  const now = how.suspect ? new Date('2027-03-09T09:00:30Z') : asking.clock.now();
  const said = new Map([
    [0, { value, words: how.words ?? '' }],
    [1, { value: how.yes }],
  ]);
  const stored = await storeAnswers(db, target, said, { by: 'customer', now });
  expect(stored).toMatchObject({ ok: true, suspect: how.suspect ?? false });
}

it('says nothing of a score while there are too few answers, and counts what is suspect apart', async () => {
  for (const [n, name] of names.slice(0, 19).entries()) await give(name, n < 10 ? 9 : n < 14 ? 8 : 3);
  await give('Guest19', 0, { suspect: true, words: 'beep' });
  const [all, march, ...more] = await surveyResults(db, asking.business.id, range);
  expect(more).toEqual([]);
  expect(all).toMatchObject({ occasion: 'survey', asked: 24, answered: 19, suspect: 1 });
  expect(march).toEqual({ ...all, month: '2027-03' });
  expect(all!.rate!.value).toBeCloseTo(19 / 24, 10);
  expect(all!.rate!.low).toBeLessThan(19 / 24);
  expect(all!.questions[0]).toMatchObject({ place: 0, version: 2, answered: 19 });
  expect(all!.questions[0]).not.toHaveProperty('score');
});

it('gives the score with its interval from twenty answers on', async () => {
  await give('Guest20', 10, { words: 'Lovely', yes: 1 });
  const [all] = await surveyResults(db, asking.business.id, range);
  const [nps, yesNo] = all!.questions;
  expect(nps!.score).toMatchObject({ kind: 'nps', value: (100 * (11 - 5)) / 20 });
  expect(nps!.score!.low).toBeLessThan(30);
  expect(nps!.score!.high).toBeGreaterThan(30);
  expect(nps!.counts.filter(({ count }) => count > 0)).toEqual([
    { value: 3, count: 5 },
    { value: 8, count: 4 },
    { value: 9, count: 10 },
    { value: 10, count: 1 },
  ]);
  expect(yesNo).toMatchObject({
    place: 1,
    answered: 1,
    counts: [
      { value: 1, count: 1 },
      { value: 0, count: 0 },
    ],
  });
});

it('lists what customers wrote, with what they answered', async () => {
  expect(await customersWords(db, asking.business.id, range)).toEqual([
    expect.objectContaining({ occasion: 'survey', place: 0, value: 10, words: 'Lovely', suspect: false }),
    expect.objectContaining({ value: 0, words: 'beep', suspect: true }),
  ]);
  expect(await customersWords(db, asking.business.id, range, 1)).toHaveLength(1);
});

it('looks only at what went out in the time asked for', async () => {
  expect(await surveyResults(db, asking.business.id, { from: '2027-03-10', to: '2027-03-31' })).toEqual([]);
});

it('leaves out what a live shop did in practice', async () => {
  await db.updateTable('business').set({ live_at: asking.clock.now() }).where('id', '=', asking.business.id).execute();
  expect(await surveyResults(db, asking.business.id, range)).toEqual([]);
});
