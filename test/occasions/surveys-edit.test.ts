import { expect, test } from 'vitest';
import { findSurvey, type Question } from '../../src/occasions/surveys.ts';
import { addSurvey, listSurveys, publishQuestions, starterQuestion } from '../../src/occasions/surveys-edit.ts';
import { ada, openShop, reasonOf, value } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const shop = await openShop(db, 'asks');
const visit = (question = 'How was your visit?'): Question => ({
  kind: 'choice',
  values: [1, 2],
  words: { en: { question, answers: ['Quick', 'Slow'] } },
});

test('a survey is published anew only when its questions changed, and not over somebody else’s', async () => {
  const { surveyId } = value(await addSurvey(db, shop.id, ' Visits ', [visit()], ada));
  const publish = (question: string, seen: number, name = 'Visits') =>
    publishQuestions(db, shop.id, { surveyId, name, questions: [visit(question)], seen }, ada);
  expect(await publish('How was your visit?', 1)).toEqual({ ok: true, version: 1, changed: false });
  expect(await publish('How was it?', 1)).toEqual({ ok: true, version: 2, changed: true });
  expect(await publish('Was it quick?', 1)).toMatchObject({ ok: false, newer: 2 });
  expect(await publish('How was it?', 2, 'After a visit')).toEqual({ ok: true, version: 2, changed: true });
  expect((await findSurvey(db, shop.id, surveyId, null))?.questions).toEqual([visit('How was it?')]);
  expect(await listSurveys(db, shop.id)).toMatchObject([{ name: 'After a visit', version: 2, by: 'member:ada', occasions: [] }]);
});

test.each([
  ['', [visit()], 'a name'],
  ['x'.repeat(61), [visit()], '60 letters'],
  ['AFTER A VISIT', [visit()], 'of this name'],
  ['Long', [visit('?'.repeat(301))], '300 letters'],
  ['None', [], 'one to 5'],
  ['Text', [starterQuestion('text')], 'buttons'],
  ['Blank', [starterQuestion('choice')], 'Write the question'],
] as const)('%j is refused in words', async (name, questions, words) => {
  expect(reasonOf(await addSurvey(db, shop.id, name, [...questions], ada))).toContain(words);
});
