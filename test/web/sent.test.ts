import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { sentCases } from './cases/sent.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');

test('a letter that has not left says so, and one that went out for real says that it is not kept', async () => {
  const { params } = await sentCases['GET /sent/letters/:letter']!(house);
  const page = `/sent/letters/${params!['letter']}`;
  expect((await house.ada.get(page)).page).toContain('What went out for real is not kept here.');
  await house.app.db.updateTable('letter').set({ state: 'planned', message_id: null }).execute();
  expect((await house.ada.get(page)).page).toContain('It has not left');
});
