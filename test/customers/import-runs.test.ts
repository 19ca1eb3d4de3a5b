import { beforeEach, expect, test } from 'vitest';
import type { Business } from '../../src/businesses/business.ts';
import { addCustomer, changeCustomer } from '../../src/customers/customer.ts';
import { setDate } from '../../src/customers/dates.ts';
import type { Answers } from '../../src/customers/import/answers.ts';
import { forgetImports } from '../../src/customers/import/forget.ts';
import { importCustomers } from '../../src/customers/import/import.ts';
import { refusedFile } from '../../src/customers/import/refused-file.ts';
import { findImport, listImports, listQuestions, settleQuestions } from '../../src/customers/import/report.ts';
import {
  answerImport,
  cancelImport,
  dropImport,
  pauseImport,
  resumeImport,
  startImport,
  tryImport,
  undoImport,
} from '../../src/customers/import/runs.ts';
import { bytesSource } from '../../src/customers/import/source.ts';
import { workOnImport } from '../../src/customers/import/work.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { listStops } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { ada, now, openShop, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
let shops = 0;
let shop: Business;

beforeEach(async () => {
  shop = await openShop(db, `imports-${++shops}`);
});

async function drop(text: string | Uint8Array, name = 'customers.csv'): Promise<string> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const { id } = value(await dropImport(db, shop.id, { name, bytes }, ada));
  await workOnImport(db, now);
  return id;
}

async function tried(text: string, answers: Answers = {}): Promise<string> {
  const id = await drop(text);
  value(await answerImport(db, shop.id, id, { basis: 'customer', ...answers }));
  value(await tryImport(db, shop.id, id));
  await workOnImport(db, now);
  return id;
}

async function brought(text: string, answers: Answers = {}): Promise<string> {
  const id = await tried(text, answers);
  value(await startImport(db, shop.id, id, ada));
  await workOnImport(db, now);
  return id;
}

async function find(id: string) {
  const found = await findImport(db, shop.id, id);
  if (!found) throw new Error('the import is gone');
  return found;
}

async function names(): Promise<string[]> {
  const rows = await db
    .selectFrom('person')
    .select('given_name')
    .where('business_id', '=', shop.id)
    .orderBy('given_name')
    .execute();
  return rows.map(({ given_name }) => given_name ?? '');
}

async function idOf(given: string): Promise<string> {
  const row = await db
    .selectFrom('person')
    .select('customer_id')
    .where('business_id', '=', shop.id)
    .where('given_name', '=', given)
    .executeTakeFirstOrThrow();
  return row.customer_id;
}

async function refusedText(id: string): Promise<string> {
  const file = await refusedFile(db, shop.id, id);
  let text = '';
  for await (const piece of file?.pieces ?? []) text += piece;
  return text;
}

const chunksLeft = () => db.selectFrom('import_chunk').select('n').where('business_id', '=', shop.id).execute();
const rowsOf = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, n) => `Anna${from + n},a${from + n}@example.com`).join('\n');

test('a dropped file is looked at, asked about, tried and brought in, and is gone when it is', async () => {
  const id = await drop('Vorname;E-Mail;Geburtstag;Blume\nAnna;anna@example.com;03/04/1980;Rose\nBert;;05/06/1975;\n;;;\n');
  const { run, look } = await find(id);
  expect(run).toMatchObject({ state: 'asking', rows: 2, file_name: 'customers.csv' });
  expect(look?.columns[2]).toMatchObject({ samples: ['03/04/1980', '05/06/1975'], days: 2, filled: 2 });
  expect(reasonOf(await tryImport(db, shop.id, id))).toBe('Say how the dates in “Geburtstag” are written.');
  value(await answerImport(db, shop.id, id, { orders: { 2: 'dmy' }, fields: { 3: 'ignore' } }));
  expect(reasonOf(await tryImport(db, shop.id, id))).toBe('Say why you may write to these customers.');
  value(await answerImport(db, shop.id, id, { basis: 'consent' }));
  expect(reasonOf(await startImport(db, shop.id, id, ada))).toContain('Look first');
  value(await tryImport(db, shop.id, id));
  await workOnImport(db, now);
  const { trial } = await find(id);
  expect(trial).toMatchObject({
    created: 2,
    rejected: 0,
    new: [{ line: 2, name: 'Anna', says: ['anna@example.com', 'birthday: 1980-04-03'] }, {}],
  });
  expect(await names()).toEqual([]);
  value(await startImport(db, shop.id, id, ada));
  await workOnImport(db, now);
  expect((await find(id)).run).toMatchObject({ state: 'done', created: 2, by: 'member:ada', share: 1000 });
  expect(await names()).toEqual(['Anna', 'Bert']);
  expect(await chunksLeft()).toEqual([]);
  expect((await find(id)).trial).toBeUndefined();
  expect(await workOnImport(db, now)).toBe(false);
});

test('a file that holds no customers is refused at once, in words', async () => {
  for (const [bytes, words] of [
    ['PK\u0003\u0004', 'Excel'],
    ['', 'empty'],
    ['%PDF-1.4', 'PDF'],
  ] as const)
    expect(reasonOf(await dropImport(db, shop.id, { name: 'x', bytes: Buffer.from(bytes) }, ada))).toContain(words);
  expect(await listImports(db, shop.id, 10)).toEqual([]);
});

test('a table without a line of names is known for one, and its addresses by what they are', async () => {
  const id = await drop('Anna,anna@example.com\nBert,bert@example.com\n');
  expect((await find(id)).look).toMatchObject({ headless: true });
  value(await answerImport(db, shop.id, id, { headless: true, fields: { 0: 'name' }, basis: 'customer' }));
  value(await tryImport(db, shop.id, id));
  await workOnImport(db, now);
  expect((await find(id)).trial).toMatchObject({ created: 2 });
});

test('what would change is shown before it does, and nobody is touched by the trial', async () => {
  value(await addCustomer(db, shop.id, { givenName: 'Anna', email: 'anna@example.com', phone: '1' }, ada));
  const before = await db.selectFrom('customer').selectAll().where('business_id', '=', shop.id).execute();
  const id = await tried(
    'Name,Mail,Phone,Birthday\nAnna,anna@example.com,2,1980-03-14\nAnna,anna@example.com,3,\n,,9,\nCleo,c@example.com,,14/3/80\n',
  );
  const { trial } = await find(id);
  expect(trial).toMatchObject({ created: 1, updated: 1, unchanged: 1, rejected: 1, questions: 2 });
  expect(trial?.changed).toMatchObject([
    {
      line: 2,
      name: 'Anna',
      fields: [
        { field: 'phone', before: '1', after: '2' },
        { field: 'birthday/', before: null, after: '1980-03-14' },
      ],
    },
  ]);
  expect(trial?.refused).toMatchObject([{ line: 4, raw: ',,9,' }]);
  expect(await db.selectFrom('customer').selectAll().where('business_id', '=', shop.id).execute()).toEqual(before);
});

test('rows that are refused come as a file to mend, no formula in it, and bring what they held when they are dropped again', async () => {
  const id = await brought('Name;Mail;Phone;Note\n;;+49 30 1;=HYPERLINK("x")\nBert;b@example.com;;\n');
  const text = await refusedText(id);
  expect(text).toBe(
    `\uFEFFName;Mail;Phone;Note;Why\r\n;;'+49 30 1;"'=HYPERLINK(""x"")";There is no name and no e-mail address.\r\n`,
  );
  await brought(text.replace('\r\n;;', '\r\nAnna;;'));
  expect(
    await db.selectFrom('person').selectAll().where('given_name', '=', 'Anna').where('business_id', '=', shop.id).execute(),
  ).toMatchObject([{ phone: '+49 30 1', notes: '=HYPERLINK("x")', custom: {} }]);
});

test('refused address cards come as cards, each with why', async () => {
  const card = 'BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:org\r\nFN:Shop\r\nEND:VCARD\r\n';
  const id = await brought(`${card}BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nEND:VCARD\n`);
  expect(await names()).toEqual(['Anna']);
  expect(await refusedText(id)).toContain("FN:Shop\r\nX-WHY:This card is not a person's.\r\nEND:VCARD");
});

test('single values that are in doubt wait as questions, each at its customer, until somebody settles them', async () => {
  const id = await brought('Name,Mail,Birthday\nAnna,a@example.com,14/03/80\nBert,broken@,\n');
  const questions = await listQuestions(db, shop.id, id, 10);
  expect(questions).toMatchObject([
    { line: 2, name: 'Anna', samples: ['14/03/80'], customer_id: await idOf('Anna') },
    { line: 3, name: 'Bert', samples: ['broken@'] },
  ]);
  expect(await listImports(db, shop.id, 1)).toMatchObject([{ id, open: 2 }]);
  expect(await settleQuestions(db, shop.id, { importId: id, questionId: questions[0]?.id ?? '' }, ada)).toEqual({ settled: 1 });
  expect(await listQuestions(db, shop.id, id, 10)).toMatchObject([{ name: 'Bert' }]);
});

test('paused it stops within a batch, and goes on where it stood; called off, what is in stays', async () => {
  const id = await tried(`Name,Mail\n${rowsOf(1_500)}`);
  value(await startImport(db, shop.id, id, ada));
  const working = workOnImport(db, now);
  while ((await find(id)).run.created === 0) await new Promise((done) => setTimeout(done, 5));
  value(await pauseImport(db, shop.id, id));
  await working;
  const paused = (await find(id)).run;
  expect(paused.created).toBeLessThan(1_500);
  expect((await names()).length).toBe(paused.created);
  expect(await workOnImport(db, now)).toBe(false);
  value(await resumeImport(db, shop.id, id));
  const again = workOnImport(db, now);
  while ((await find(id)).run.created === paused.created) await new Promise((done) => setTimeout(done, 5));
  expect(await cancelImport(db, shop.id, id, ada)).toMatchObject({ thrownAway: false });
  await again;
  const { run } = await find(id);
  expect(run.state).toBe('cancelled');
  expect((await names()).length).toBe(run.created);
  expect(await chunksLeft()).toEqual([]);
});

test('after its process died another one takes it over, and the first line still has its way', async () => {
  const id = await tried(`Name,Mail\n${rowsOf(700)}\nAnna1,a1@example.com`, {});
  value(await startImport(db, shop.id, id, ada));
  const stop = new AbortController();
  const working = workOnImport(db, now, stop.signal);
  while ((await find(id)).run.created === 0) await new Promise((done) => setTimeout(done, 2));
  stop.abort();
  await working;
  // As if it had died: nobody gave it back.
  await db
    .updateTable('import_run')
    .set({ lease_until: new Date(Date.now() + 60_000) })
    .where('id', '=', id)
    .execute();
  expect(await workOnImport(db, now)).toBe(false);
  await db
    .updateTable('import_run')
    .set({ lease_until: new Date(Date.now() - 1_000) })
    .where('id', '=', id)
    .execute();
  expect(await workOnImport(db, now)).toBe(true);
  expect((await find(id)).run).toMatchObject({ state: 'done', created: 700, unchanged: 1, updated: 0, rejected: 0 });
  expect(await names()).toHaveLength(700);
});

test('an import that fails again and again is given up, in words', async () => {
  const id = await tried('Name\nAnna\n');
  value(await startImport(db, shop.id, id, ada));
  await db.updateTable('import_run').set({ tries: 5 }).where('id', '=', id).execute();
  await workOnImport(db, now);
  expect((await find(id)).run).toMatchObject({ state: 'failed', trouble: expect.stringContaining('What is in stays in') });
});

test('one that has not begun is thrown away whole', async () => {
  const id = await tried('Name\nAnna\n');
  expect(await cancelImport(db, shop.id, id, ada)).toMatchObject({ thrownAway: true });
  expect(await findImport(db, shop.id, id)).toBeUndefined();
  expect(await chunksLeft()).toEqual([]);
});

test('taken back, whom it made goes, and what it changed goes back, unless somebody touched it since', async () => {
  const before = {
    givenName: 'Anna',
    email: 'old@example.com',
    phone: '1',
    reference: 'R1',
    custom: { Flower: 'Rose', Size: 'S' },
  };
  const anna = value(await addCustomer(db, shop.id, before, ada)).id;
  value(await setDate(db, shop.id, anna, { kind: 'birthday', month: 3, day: 14, year: null }, ada));
  const id = await brought(
    'Reference,Name,Mail,Phone,Birthday,Wedding,Flower,Size\nR1,Anna,new@example.com,2,1980-03-14,2005-06-01,Tulip,M\n,Bert,bert@example.com,,,,,\n,Cleo,cleo@example.com,,,,,\n,Dora,dora@example.com,,,,,\n',
  );
  value(await changeCustomer(db, shop.id, anna, { custom: { Flower: 'Lily', Size: 'M' } }, ada));
  value(await changeCustomer(db, shop.id, await idOf('Cleo'), { phone: '5' }, ada));
  value(await addPurchase(db, shop.id, await idOf('Dora'), { on: '2027-03-09', amount: 100, currency: 'EUR' }, ada));
  value(await undoImport(db, shop.id, id, ada));
  await workOnImport(db, now);
  expect((await find(id)).run).toMatchObject({
    state: 'undone',
    removed: 1,
    restored: 1,
    left_alone: 2,
    undone_by: 'member:ada',
  });
  expect(await names()).toEqual(['Anna', 'Cleo', 'Dora']);
  const person = await db.selectFrom('person').selectAll().where('customer_id', '=', anna).executeTakeFirstOrThrow();
  expect(person).toMatchObject({
    email: 'old@example.com',
    email_key: 'old@example.com',
    phone: '1',
    custom: { Flower: 'Lily', Size: 'S' },
  });
  const dates = await db.selectFrom('date').selectAll().where('customer_id', '=', anna).execute();
  expect(dates).toMatchObject([{ kind: 'birthday', month: 3, day: 14, year: null }]);
});

test('after it was taken back, the same file brings everything in anew', async () => {
  value(await addCustomer(db, shop.id, { givenName: 'Anna', email: 'anna@example.com', phone: '1' }, ada));
  const text = 'Name,Mail,Phone\nAnna,anna@example.com,2\nBert,b@example.com,3\n';
  const id = await brought(text);
  value(await undoImport(db, shop.id, id, ada));
  await workOnImport(db, now);
  expect(await names()).toEqual(['Anna']);
  const again = await brought(text);
  expect((await find(again)).run).toMatchObject({ created: 1, updated: 1 });
  expect((await find(again)).same).toBeUndefined();
});

test('a card that went, and an address that unsubscribed, stay when the import is taken back', async () => {
  const id = await brought('Name,Mail,Status\nAnna,a@example.com,\nBert,b@example.com,unsubscribed\nCleo,c@example.com,\n', {
    fields: { 2: 'mail wanted' },
  });
  const { plan, send } = await plansFor(await idOf('Anna'), await idOf('Cleo'));
  await db.updateTable('touchpoint').set({ state: 'accepted' }).where('id', '=', send).execute();
  value(await undoImport(db, shop.id, id, ada));
  await workOnImport(db, now);
  expect((await find(id)).run).toMatchObject({ removed: 2, left_alone: 1, stopped: 1 });
  expect(await names()).toEqual(['Cleo']);
  const left = await db.selectFrom('touchpoint').select('id').where('id', 'in', [plan, send]).execute();
  expect(left).toEqual([{ id: send }]);
  const bert = value(await addCustomer(db, shop.id, { givenName: 'Bert', email: 'b@example.com' }, ada)).id;
  expect((await listStops(db, shop.id, bert)).map(({ kind }) => kind)).toEqual(['unsubscribed']);
});

test('an import from the command line is in the list, and can be taken back like any other', async () => {
  await importCustomers(db, shop, bytesSource('Name,Mail\nAnna,a@example.com\n'), {}, { by: 'fondly', now });
  const [run] = await listImports(db, shop.id, 10);
  expect(run).toMatchObject({ state: 'done', created: 1, file_name: null });
  value(await undoImport(db, shop.id, run?.id ?? '', ada));
  await workOnImport(db, now);
  expect(await names()).toEqual([]);
});

test('after thirty days rows, questions and names are forgotten, and the numbers stay', async () => {
  const id = await brought('Name,Mail\n,\n,x@\nAnna,broken@\n');
  const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
  while (await forgetImports(db, later(29)));
  expect(await refusedText(id)).toContain('x@');
  while (await forgetImports(db, later(31)));
  expect(await refusedText(id)).toBe('');
  expect(await listQuestions(db, shop.id, id, 10)).toEqual([]);
  expect((await find(id)).run).toMatchObject({ created: 1, rejected: 1 });
  expect(reasonOf(await undoImport(db, shop.id, id, ada))).toContain('Nothing is left');
});

/** A planned card for one customer and another one for the other. */
async function plansFor(planned: string, sent: string): Promise<{ plan: string; send: string }> {
  const own = { business_id: shop.id };
  const [card, occasion, plan, send] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  await db
    .insertInto('card')
    .values({ ...own, id: card, name: 'Card' })
    .execute();
  const rule = {
    trigger: 'joined',
    hour: '09:00',
    late_days: 0,
    mode: 'automatic',
    rank: 1,
    active_since: '2027-01-01',
  } as const;
  await db
    .insertInto('occasion')
    .values({ ...own, ...rule, id: occasion, slug: 'welcome', name: 'Welcome', card_id: card })
    .execute();
  const when = { occurs_on: '2027-03-11', send_on: '2027-03-11', due_at: now, late_at: now, created_at: now } as const;
  for (const [id, customer] of [
    [plan, planned],
    [send, sent],
  ] as const)
    await db
      .insertInto('touchpoint')
      .values({
        ...own,
        ...when,
        id,
        customer_id: customer,
        occasion_id: occasion,
        cause: 'joined:0',
        state: 'planned',
        card_id: card,
      })
      .execute();
  return { plan, send };
}
