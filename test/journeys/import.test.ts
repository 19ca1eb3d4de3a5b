import { expect, test } from 'vitest';
import { workOnImport } from '../../src/customers/import/work.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';

const { db, url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ben } = house;

async function work(): Promise<void> {
  while (await workOnImport(db, house.app.now()));
}

async function people(): Promise<string[]> {
  const rows = await db.selectFrom('person').select('given_name').orderBy('given_name').execute();
  return rows.map(({ given_name }) => given_name ?? '');
}

test('Ben brings in a German sheet: asked once about its dates, mends what was refused, and takes it all back', async () => {
  const sheet =
    'Kundennr;Vorname;Nachname;E-Mail;Geb.-Datum;Hochzeit;Newsletter\r\n' +
    'K1;Jürgen;Müller;juergen@example.com;03.04.1961;05.06.1990;ja\r\n' +
    'K2;Käthe;Groß;kaethe@example.com;07.03.1975;;abgemeldet\r\n' +
    ';;;;12.12.1970;;\r\n';
  const dropped = await ben.post('/imports', { file: new File([Buffer.from(sheet, 'latin1')], 'Kunden.csv') });
  const at = dropped.location.replace('/shops/rosa', '');
  const columns = await ben.get(at);
  expect(columns.page).toContain('Käthe');
  expect(columns.page.match(/Which day is/g)).toHaveLength(1);

  expect((await ben.post(`${at}/columns`, { basis: 'customer' })).page).toContain(
    'Say how the dates in “Geb.-Datum” are written.',
  );
  expect((await ben.post(`${at}/columns`, { basis: 'customer', 'order-4': 'dmy' })).status).toBe(303);
  await work();
  const tried = (await ben.get(at)).page;
  expect(tried).toContain('Bring in 2 customers');
  expect(tried).toContain('Birthday 3 April 1961');
  expect(tried).toContain('1 person has unsubscribed');
  expect(await people()).toEqual([]);

  await ben.post(`${at}/go`);
  await work();
  await planAll(db, house.app.now());
  expect(await people()).toEqual(['Jürgen', 'Käthe']);
  expect((await ben.get(at)).page).toContain('Line 4');
  const planned = await db.selectFrom('touchpoint').select(['state', 'reason']).execute();
  expect(planned).toContainEqual({ state: 'blocked', reason: 'unsubscribed' });

  const refused = (await ben.get(`${at}/refused`)).page;
  const mended = refused.replace('\r\n;;;;', '\r\nK3;Anna;Weiß;;');
  const again = (await ben.post('/imports', { file: new File([mended], 'refused.csv') })).location.replace('/shops/rosa', '');
  expect((await ben.post(`${again}/columns`, { basis: 'customer' })).status).toBe(303);
  await work();
  await ben.post(`${again}/go`);
  await work();
  expect(await people()).toEqual(['Anna', 'Jürgen', 'Käthe']);

  await ben.post(`${at}/undo`);
  await work();
  expect(await people()).toEqual(['Anna']);
  expect((await ben.get(at)).page).toContain('2 customers went again. Who unsubscribed stays so');
  expect((await ben.get('/imports')).page).toContain('Taken back');
});
