import { expect, test } from 'vitest';
import { workOnImport } from '../../src/customers/import/work.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { importAt } from './cases/imports.ts';

const { db, url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben } = house;

async function drop(text: string, name = 'customers.csv'): Promise<string> {
  const answer = await ben.post('/imports', { file: new File([text], name) });
  expect(answer.status).toBe(303);
  return answer.location.replace('/shops/rosa', '');
}

async function work(): Promise<void> {
  while (await workOnImport(db, house.app.now()));
}

test('a dropped file shows its columns with samples, and what each is taken for', async () => {
  const at = await drop(
    'Vorname;E-Mail;Geburtstag;Blume;Strasse\nAnna;anna@example.com;03/04/1980;Rose;A\nBert;b;05/06/1975;;B\n',
  );
  const { page } = await ben.get(at);
  for (const words of [
    'Vorname',
    '<span>Anna</span>',
    'value="given" selected',
    'value="birthday" selected',
    '1 of 2 are e-mail addresses',
  ])
    expect(page).toContain(words);
  expect(page).toContain('Which day is 03/04/1980?');
  expect(page).toMatch(/3 April 1980[\s\S]*April 3|3 April 1980[\s\S]*March 4, 1980/);
  expect(page).toContain('1 column left out, or empty');
});

test('a changed column answers only with what that does, and is kept', async () => {
  const at = await drop('Name,Jour J\nAnna,2001-05-06\nBert,x\n');
  expect((await ben.get(at)).page).not.toContain('can be read as days');
  const fragment = await ben.post(`${at}/columns`, { 'field-1': 'date:jour-j' }, { headers: { 'hx-request': 'true' } });
  expect(fragment.page).toContain('1 of 2 can be read as days');
  expect(fragment.page).not.toContain('<html');
  expect((await ben.get(at)).page).toContain('1 of 2 can be read as days');
});

test('what is missing is said at its place, and what was chosen is not lost', async () => {
  const at = await drop('Wer,Tag\nAnna,1/2/1980\n');
  const missing = await ben.post(`${at}/columns`, { 'field-0': 'custom', 'field-1': 'birthday' });
  expect(missing.status).toBe(422);
  expect(missing.page).toContain('which column holds the names');
  expect(missing.page).toContain('value="birthday" selected');
  const open = await ben.post(`${at}/columns`, { 'field-0': 'name', 'field-1': 'birthday', 'order-1': 'dmy' });
  expect(open.status).toBe(422);
  expect(open.page).toContain('Choose one of these.');
  expect((await ben.post(`${at}/columns`, { basis: 'customer' })).status).toBe(303);
});

test('an empty or foreign file is refused in a sentence', async () => {
  const workbook = await ben.post('/imports', { file: new File(['PK\u0003\u0004'], 'kunden.xlsx') });
  expect([workbook.status, workbook.page]).toEqual([422, expect.stringContaining('Save the sheet as CSV')]);
  expect((await ben.post('/imports', { file: new File([], 'x.csv') })).page).toContain('Choose a file first');
  expect((await ben.post('/imports', { file: 'no file' })).status).toBe(422);
});

test('the waiting page asks how far it is, and makes way when there is something else to see', async () => {
  const id = await importAt(house, 'running');
  const waiting = await ada.get(`/imports/${id}`);
  expect(waiting.page).toContain(`hx-get="/shops/rosa/imports/${id}?was=running"`);
  const still = await ada.get(`/imports/${id}?was=running`, { headers: { 'hx-request': 'true' } });
  expect(still.page).toContain('<progress');
  expect(still.headers.get('hx-refresh')).toBeNull();
  await work();
  const over = await ada.get(`/imports/${id}?was=running`, { headers: { 'hx-request': 'true' } });
  expect(over.headers.get('hx-refresh')).toBe('true');
  expect((await ada.get(`/imports/${id}`)).page).toContain('What the import did');
});

test('what a file holds is text, wherever it is shown', async () => {
  const bad = `"><img src=x onerror=alert(1)>`;
  const evil = `"${bad.replaceAll('"', '""')}"`;
  const at = await drop(`Name,Mail,${evil},Birthday\n${evil},evil@example.com,${evil},14/03/80\n,,${evil},\n`, `${bad}.csv`);
  await ben.post(`${at}/columns`, { basis: 'customer' });
  const pages = [await ben.get('/imports'), await ben.get(at)];
  await work();
  pages.push(await ben.get(at), await ben.get(`${at}?columns`));
  await ben.post(`${at}/go`);
  await work();
  pages.push(await ben.get(at));
  for (const { status, page } of pages) {
    expect(status).toBe(200);
    expect(page).not.toContain('<img src=x');
  }
  expect(pages[4]?.page).toContain('onerror=alert');
});

test('refused rows come as a file of their own', async () => {
  const id = await importAt(house, 'done');
  const { headers, page } = await ada.get(`/imports/${id}/refused`);
  expect(headers.get('content-disposition')).toBe('attachment; filename="refused.csv"');
  expect(page).toContain('Name,E-mail,Birthday,Wedding,Why\r\n,,5/6/1975,,There is no name and no e-mail address.\r\n');
});

test('a question is ticked off, and that is taken back', async () => {
  const id = await importAt(house, 'done');
  const before = (await ada.get(`/imports/${id}`)).page;
  const [, question] = /questions\/([0-9a-f-]{36})/.exec(before) ?? [];
  expect((await ada.post(`/imports/${id}/questions/${question}`)).status).toBe(303);
  expect((await ada.get(`/imports/${id}`)).page).not.toContain('Single values in doubt');
  await ada.post(`/imports/${id}/unsettle`, { at: house.app.now().toISOString(), question: question ?? '' });
  expect((await ada.get(`/imports/${id}`)).page).toContain('Single values in doubt');
});
