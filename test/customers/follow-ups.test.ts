import { expect, test } from 'vitest';
import { countTasks, findTask, listTasks, whyTheyLeft } from '../../src/answers/follow-up-list.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { changeFollowUp, closeFollowUp, openFollowUp, reopenFollowUp } from '../../src/customers/follow-ups.ts';
import { testDatabase } from '../support/database.ts';
import { ada, openShop, reasonOf, value } from './shop.ts';

const { db } = await testDatabase();
const shop = await openShop(db, 'tasks');

async function task(givenName: string, dueOn: string): Promise<string> {
  const { id } = value(await addCustomer(db, shop.id, { givenName, email: `${givenName}@example.com`, phone: '123' }, ada));
  return value(await openFollowUp(db, shop.id, { customerId: id, reason: 'lapse', dueOn }, ada)).id;
}

const names = async (closed = false, after?: { at: string; id: string }) =>
  (await listTasks(db, shop.id, { closed, ...(after ? { after } : {}) }, 2, ['en'])).map(({ customer }) => customer);

test('tasks stand by their day, page by page, and are counted', async () => {
  const late = await task('Maria', '2027-03-01');
  const ids = [late, await task('Ben', '2027-03-12'), await task('Cem', '2027-03-12')];
  expect(await names()).toEqual(['Maria', 'Ben']);
  expect(await names(false, { at: '2027-03-12', id: ids[1]! })).toEqual(['Cem']);
  expect(await countTasks(db, shop.id, '2027-03-10')).toEqual({ open: 3, overdue: 1 });
});

test('a task has a day, a note and somebody who cares for it, and the way back', async () => {
  const id = await task('Dora', '2027-03-11');
  const change = { dueOn: '2027-03-20', note: ' call after five ' };
  const first = value(await changeFollowUp(db, shop.id, id, change, ada));
  expect(first).toMatchObject({ changed: true, before: { dueOn: '2027-03-11', note: '' } });
  expect(await changeFollowUp(db, shop.id, id, change, ada)).toMatchObject({ changed: false });
  expect(await findTask(db, shop.id, id, ['en'])).toMatchObject({
    dueOn: '2027-03-20',
    note: 'call after five',
    phone: '123',
    customer: 'Dora',
    said: [],
  });
  value(await changeFollowUp(db, shop.id, id, first.before, ada));
  expect(await findTask(db, shop.id, id, ['en'])).toMatchObject({ dueOn: '2027-03-11', note: null });
  const nobody = { assignedTo: '0198f000-0000-7000-8000-0000000000aa' };
  expect(reasonOf(await changeFollowUp(db, shop.id, id, nobody, ada))).toContain('no such member');
  expect(reasonOf(await changeFollowUp(db, shop.id, id, { note: 'x'.repeat(2001) }, ada))).toContain('2000 letters');
});

test('a closed task is counted where the customer was lost, and can be opened again', async () => {
  const id = await task('Eli', '2027-03-11');
  value(await closeFollowUp(db, shop.id, id, { outcome: 'lost', lostReason: 'the price' }, ada));
  expect(reasonOf(await changeFollowUp(db, shop.id, id, { note: 'x' }, ada))).toContain('closed');
  expect(await names(true)).toEqual(['Eli']);
  expect(await names(true, { at: ada.now.toISOString(), id })).toEqual([]);
  expect(await whyTheyLeft(db, shop.id, '2026-04-01')).toEqual([{ month: '2027-03', reason: 'the price', count: 1 }]);
  expect(await reopenFollowUp(db, shop.id, id, ada)).toEqual({ ok: true, changed: true });
  expect(await reopenFollowUp(db, shop.id, id, ada)).toEqual({ ok: true, changed: false });
  expect(await whyTheyLeft(db, shop.id, '2026-04-01')).toEqual([]);
  expect(reasonOf(await reopenFollowUp(db, shop.id, '0198f000-0000-7000-8000-0000000000aa', ada))).toContain('no such task');
});
