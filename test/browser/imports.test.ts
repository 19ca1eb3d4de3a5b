import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { addCustomer } from '../../src/customers/customer.ts';
import { TOO_LARGE } from '../../src/customers/import/runs.ts';
import { workOnImport } from '../../src/customers/import/work.ts';
import { testDatabase } from '../support/database.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { db, url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const rows = Array.from({ length: 40 }, (_, n) => `Person ${n},p${n}@example.com,0${1 + (n % 9)}/0${1 + (n % 7)}/1980,,`).join(
  '\n',
);
const file = `Name,E-mail,Birthday,Street,Flower\nAnna,anna@example.com,03/04/1961,Here 1,Rose\n${rows}\n,,1/2/1990,,\nZoe,zoe@,1970,,\n`;

async function work(): Promise<void> {
  while (await workOnImport(db, house.app.now()));
}

describe('an import in a browser', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.for([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 390 },
  ] as const)('a file is dropped, asked about, tried, brought in and taken back: %o', async (how) => {
    const { db: own } = house.app;
    await addCustomer(
      own,
      house.business.id,
      { givenName: 'Anna', email: 'anna@example.com' },
      { by: 'fondly', now: house.app.now() },
    );
    const { page, context, complaints } = await windowOf(browser, house, house.ben, how);
    await page.goto('/shops/rosa/imports');
    expect(await faultsOf(page)).toEqual([]);
    // Chosen is sent: nobody has to press.
    await page.setInputFiles('input[type=file]', { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
    await page.waitForURL(/imports\/[0-9a-f-]{36}$/);
    expect(await faultsOf(page)).toEqual([]);

    await page.getByText('Which day is 03/04/1961?').waitFor();
    await page.getByLabel('3 April 1961').check();
    await page.getByText('1 column left out, or empty').click();
    await page.getByLabel('Street').selectOption('notes');
    await page.getByText('1 of 43 rows have one.').first().waitFor();
    expect(await page.getByLabel('3 April 1961').isChecked()).toBe(true);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel('Customers of ours').check();
    await page.getByRole('button', { name: 'See what would happen' }).click();
    await page.locator('progress').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await work();

    const go = page.getByRole('button', { name: 'Bring in 41, change 1' });
    await go.waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await go.click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await work();

    await page.getByText('Single values in doubt').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByText('Take this import back').click();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take 41 customers out again' }).click();
    await page.locator('progress').waitFor();
    await work();
    await page.getByText('41 customers went again').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a file that is too large is refused before it is sent, and the next one goes', async () => {
    const { page, context } = await windowOf(browser, house, house.ben, {});
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await page.goto('/shops/rosa/imports');
    const drop = (text: string, size: string) =>
      page.evaluate(`{
        const box = document.querySelector('[data-drop]');
        const most = Number(box.querySelector('input').dataset.most);
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([${JSON.stringify(text)}, new Uint8Array(${size})], 'list.csv'));
        box.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
      }`);
    for (let n = 0; n < 2; n++) {
      await drop('Name', 'most - 3');
      expect(await page.getByRole('alert').allTextContents()).toEqual([TOO_LARGE]);
      expect(await page.locator('input[type=file]').inputValue()).toBe('');
    }
    expect(await faultsOf(page)).toEqual([]);
    expect(sent).toEqual([]);
    await drop('Name\nMia\n', '0');
    await page.waitForURL(/imports\/[0-9a-f-]{36}$/);
    await context.close();
  });

  test('without a script everything can be pressed as well', async () => {
    const { page, context } = await windowOf(browser, house, house.ben, { javaScriptEnabled: false });
    await page.goto('/shops/rosa/imports');
    await page.setInputFiles('input[type=file]', { name: 'few.csv', mimeType: 'text/csv', buffer: Buffer.from('Name\nMia\n') });
    await page.getByRole('button', { name: 'Read this file' }).click();
    await page.getByLabel('Customers of ours').check();
    await page.getByRole('button', { name: 'See what would happen' }).click();
    await work();
    await page.getByRole('link', { name: 'See how far it is' }).click();
    await page.getByRole('button', { name: 'Bring in 1 customer' }).click();
    await work();
    await page.getByRole('link', { name: 'See how far it is' }).click();
    await page.getByRole('heading', { name: 'few.csv' }).waitFor();
    expect(await page.content()).toContain('Take this import back');
    await context.close();
  });
});
