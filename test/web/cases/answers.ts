import { v7 } from 'uuid';
import { addCustomer } from '../../../src/customers/customer.ts';
import { closeFollowUp, openFollowUp } from '../../../src/customers/follow-ups.ts';
import { listSurveys } from '../../../src/occasions/surveys-edit.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

const QUESTION = {
  'q0-kind': 'choice',
  'q0-text': 'What did you come for?',
  'q0-answers': 'Roses\nFerns',
  'q0-lowest': '',
  'q0-highest': '',
  'q0-from': '-1',
  language: 'en',
  do: 'save',
};

export const answersCases: Cases = {
  'GET /answers': () => ({ query: 'months=3&words=all' }),
  'GET /answers/surveys': () => ({}),
  'POST /answers/surveys': () => ({ form: { ...QUESTION, name: `Visits ${v7()}` } }),
  'GET /answers/surveys/new': () => ({}),
  'GET /answers/surveys/:survey': (house) => survey(house),
  'POST /answers/surveys/:survey': async (house) => {
    const one = await survey(house);
    return { ...one, form: { ...QUESTION, name: 'Satisfaction', seen: one.version } };
  },
  'POST /answers/preview': () => ({ form: QUESTION, expect: 200 }),
  'GET /follow-ups': async (house) => {
    await task(house);
    return {};
  },
  'POST /follow-ups/:followUp': async (house) => ({
    ...(await task(house)),
    form: { dueOn: '2027-03-20', note: 'Ring after five', assignedTo: house.ben.memberId },
  }),
  'POST /follow-ups/:followUp/close': async (house) => ({
    ...(await task(house)),
    form: { outcome: 'lost', lostReason: 'the price', back: `/customers/${v7()}` },
  }),
  'POST /follow-ups/:followUp/reopen': async (house) => {
    const one = await task(house);
    const actor = { by: 'fondly', now: house.app.now() };
    await closeFollowUp(house.app.db, house.business.id, one.params['followUp'] ?? '', { outcome: 'solved' }, actor);
    return { ...one, form: { back: '' } };
  },
};

async function survey({ app: { db }, business, other }: House): Promise<Case & { version: number }> {
  const bySatisfaction = async (businessId: string) => (await listSurveys(db, businessId))[0];
  const [own, others] = [await bySatisfaction(business.id), await bySatisfaction(other.id)];
  return {
    params: { survey: own?.surveyId ?? '' },
    foreign: { survey: others?.surveyId ?? '' },
    version: own?.version ?? 0,
  };
}

async function task(house: House): Promise<Case & { params: Record<string, string> }> {
  const open = async (businessId: string) => {
    const actor = { by: 'fondly', now: house.app.now() };
    const who = await addCustomer(house.app.db, businessId, { givenName: 'Maria', email: `${v7()}@example.com` }, actor);
    if (!who.ok) throw new Error(who.reason);
    const asked = { customerId: who.id, reason: 'lapse', dueOn: '2027-03-02' } as const;
    const opened = await openFollowUp(house.app.db, businessId, asked, actor);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.id;
  };
  return { params: { followUp: await open(house.business.id) }, foreign: { followUp: await open(house.other.id) } };
}
