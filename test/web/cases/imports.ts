import { randomUUID } from 'node:crypto';
import { answerImport, dropImport, pauseImport, startImport, tryImport } from '../../../src/customers/import/runs.ts';
import { listQuestions } from '../../../src/customers/import/report.ts';
import { workOnImport } from '../../../src/customers/import/work.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

type Stage = 'asking' | 'tried' | 'running' | 'paused' | 'done';

export const importsCases: Cases = {
  'GET /imports': () => ({}),
  'POST /imports': () => ({ form: { file: new File([table()], 'customers.csv', { type: 'text/csv' }) } }),
  'GET /imports/:import': (house) => at(house, 'done'),
  'POST /imports/:import/columns': (house) => at(house, 'asking', { basis: 'customer', 'field-0': 'name', 'order-2': 'dmy' }),
  'POST /imports/:import/go': (house) => at(house, 'tried'),
  'POST /imports/:import/pause': (house) => at(house, 'running'),
  'POST /imports/:import/resume': (house) => at(house, 'paused'),
  'POST /imports/:import/cancel': (house) => at(house, 'paused'),
  'POST /imports/:import/undo': (house) => at(house, 'done'),
  'GET /imports/:import/refused': (house) => at(house, 'done'),
  'POST /imports/:import/questions': (house) => at(house, 'done'),
  'POST /imports/:import/questions/:question': async (house) => {
    const [own, other] = [await importAt(house, 'done'), await importAt(house, 'done', house.other.id)];
    return {
      params: { import: own, question: await firstQuestion(house, house.business.id, own) },
      foreign: { import: other, question: await firstQuestion(house, house.other.id, other) },
    };
  },
  'POST /imports/:import/unsettle': (house) => at(house, 'done', { at: house.app.now().toISOString(), question: '' }),
};

/** One of this shop's imports as far as that, and one of the other's. */
async function at(house: House, stage: Stage, form?: Case['form']): Promise<Case> {
  const params = { import: await importAt(house, stage) };
  return { params, foreign: { import: await importAt(house, stage, house.other.id) }, ...(form && { form }) };
}

/** A table of somebody with a date in doubt, a row that is refused, and dates whose order is asked. */
function table(): string {
  const mark = randomUUID().slice(0, 8);
  return `Name,E-mail,Birthday,Wedding\nAnna ${mark},${mark}@example.com,3/4/1980,14/03/80\n,,5/6/1975,\n`;
}

export async function importAt({ app, business, ada }: House, stage: Stage, businessId = business.id): Promise<string> {
  const { db } = app;
  const actor = { by: `member:${ada.memberId}`, now: app.now() };
  const dropped = await dropImport(db, businessId, { name: 'customers.csv', bytes: Buffer.from(table()) }, actor);
  if (!dropped.ok) throw new Error(dropped.reason);
  const { id } = dropped;
  await work(db, actor.now);
  if (stage === 'asking') return id;
  await answerImport(db, businessId, id, { basis: 'customer', orders: { 2: 'dmy' } });
  await tryImport(db, businessId, id);
  await work(db, actor.now);
  if (stage === 'tried') return id;
  await startImport(db, businessId, id, actor);
  if (stage === 'paused') await pauseImport(db, businessId, id);
  if (stage === 'done') await work(db, actor.now);
  return id;
}

async function work(db: House['app']['db'], now: Date): Promise<void> {
  while (await workOnImport(db, now));
}

async function firstQuestion({ app }: House, businessId: string, importId: string): Promise<string> {
  const [question] = await listQuestions(app.db, businessId, importId, 1);
  if (!question) throw new Error('the import asked nothing');
  return question.id;
}
