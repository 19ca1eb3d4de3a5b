import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFollowUp } from '../../src/customers/follow-ups.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { addStop } from '../../src/customers/stops.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');

describe('customers in a browser', needs('chromium'), () => {
  let browser: Browser;
  let mia = '';

  beforeAll(async () => {
    const { shop, business } = house;
    const by = { by: `member:${house.ben.memberId}`, now: shop.clock.now() };
    const days = [
      { kind: 'birthday', month: 3, day: 14, year: 1980 },
      { kind: 'anniversary', label: 'wedding', month: 2, day: 29 },
    ];
    mia = await shop.customer({
      givenName: 'Mia',
      familyName: 'Okafor',
      email: 'mia@example.com',
      phone: '020 1',
      notes: 'Tulips',
      dates: days,
    });
    await shop.customer({ givenName: 'Mia', familyName: 'Okafor-Lee', dates: [{ kind: 'birthday', month: 3, day: 15 }] });
    await addPurchase(db, business.id, mia, { on: '2027-02-20', amount: 4850, currency: 'GBP', category: 'A bouquet' }, by);
    await addStop(db, business.id, { kind: 'paused', until: '2027-03-10', customerId: mia }, by);
    await openFollowUp(db, business.id, { customerId: mia, reason: 'lapse', dueOn: '2027-02-27' }, by);
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)('somebody of whom much is known, and nobody, are accessible and fit at %i px in %s', async (width, colorScheme) => {
    const { page, context } = await windowOf(browser, house, house.ada, { width, colorScheme });
    for (const path of [`/customers/${mia}`, '/customers?q=nobody']) {
      await page.goto(`/shops/rosa${path}`);
      await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`);
      expect([path, await faultsOf(page)]).toEqual([path, []]);
    }
    await context.close();
  });

  it('finds as a name is typed, and breaks none of its own rules', async () => {
    const { page, context, complaints } = await windowOf(browser, house, house.ada);
    await page.goto('/shops/rosa/customers');
    await page.getByLabel('Search by name').pressSequentially('okafor-l', { delay: 30 });
    await expect.poll(() => page.url()).toContain('q=okafor-l');
    await expect.poll(() => page.locator('.customers-rows .customers-who a').allTextContents()).toEqual(['Mia Okafor-Lee']);
    await page.goto(`/shops/rosa/customers/${mia}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('works by keyboard alone and without a script: add, date, undo', async () => {
    const { page, context } = await windowOf(browser, house, house.ada, { javaScriptEnabled: false });
    await page.goto('/shops/rosa/customers');
    await page.getByLabel('Add somebody in one line').focus();
    await page.keyboard.type('Ida Berg, 2 May 1970');
    await page.keyboard.press('Enter');
    await page.getByText('Ida Berg was added: birthday 2 May 1970.').waitFor();
    await page.getByRole('link', { name: 'Ida Berg' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('Add a day').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Which day').fill('Name day');
    const day = page.getByRole('group', { name: 'A day' });
    await day.getByLabel('Day', { exact: true }).fill('4');
    await day.getByLabel('Month').selectOption('December');
    await page.getByRole('button', { name: 'Add this day' }).press('Enter');
    await page.getByText('Name day: 4 December.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
    await page.getByText('That was taken back.').waitFor();
    expect(await db.selectFrom('date').select('kind').where('year', '=', 1970).execute()).toEqual([{ kind: 'birthday' }]);
    expect(await db.selectFrom('date').select('id').where('kind', '=', 'name-day').execute()).toEqual([]);
    await context.close();
  });
});
