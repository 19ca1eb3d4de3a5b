import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeSmtp } from '../../src/businesses/smtp.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';
import { startSink } from '../support/smtp-sink.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
describe('in a browser', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  it('an owner comes from the first question to the first card in practice, on a phone', async () => {
    const how = { width: 390, timezoneId: 'Europe/Athens' };
    const { page, context } = await windowOf(browser, house, await house.guest('Dora', 'owner'), how);
    await page.goto('/welcome/shop');
    // The browser knows where it is.
    await page.getByLabel('Time zone').waitFor();
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Athens');
    await page.getByLabel('Name of the shop').fill('Άνθη της Ντόρας');
    await page.getByLabel('Postal address').fill('3 Odos Ermou\nAthina');
    await page.getByLabel('Cards come from').fill('dora@anthi.example');
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).press('Enter');
    await page.getByText('Leaf', { exact: true }).click();
    await page.locator('#look-beside iframe[src*="2f6b4f"]').waitFor();
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use these, and go on' }).click();
    await page.waitForURL(/\/welcome\/you$/);
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('First').fill('Maria Lopez, maria@example.com, 14 March');
    await page.getByLabel('Second').fill('Tom Baker, tom@example');
    await page.getByRole('button', { name: 'Add them', exact: true }).click();
    // Whoever was understood is in; the other stands there again, with what is wrong.
    await page.getByText('is not a domain').waitFor();
    await page.getByText('Maria Lopez is here').waitFor();
    expect(await look(page)).toEqual([]);
    await page.getByLabel('First').fill('Tom Baker, tom@example.org');
    await page.getByRole('button', { name: 'Add them', exact: true }).click();
    await page.getByText('Tom Baker, Maria Lopez are here').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Choose your cards').waitFor();
    await page.locator('.welcome-choice input').nth(1).check();
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use these cards' }).click();
    await page.getByText('Gmail or Google Workspace').click();
    await expect.poll(() => page.getByLabel('Server').inputValue()).toBe('smtp.gmail.com');
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stay in practice for now' }).click();
    await page.getByText('Maria Lopez').waitFor();
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stay in practice, and go to the shop' }).click();
    await page.waitForURL(/\/shops\/[^/]+$/);
    const shop = (await house.app.db
      .selectFrom('business')
      .selectAll()
      .where('name', '=', 'Άνθη της Ντόρας')
      .executeTakeFirst())!;
    expect(shop).toMatchObject({ setup_step: 'done', live_at: null, zone: 'Europe/Athens', country: 'GR', accent: '#2f6b4f' });
    // Its first card, in practice: on the day, by the shop's clock.
    await house.shop.live('2027-03-14T12:00:00Z');
    await page.goto(`/shops/${shop.slug}/sent`);
    await page.getByText('Maria Lopez').first().waitFor();
    await context.close();
  }, 240_000);

  it('an owner reads beside the switch that the mail server lets nobody in, and switches on anyway', async () => {
    await using sink = await startSink({ auth: '535 5.7.8 Credentials invalid' });
    const { app, business, ada } = house;
    const own = { host: '127.0.0.1', port: sink.port, user: 'rosa', pass: 'geheim' };
    await changeSmtp(app.db, business.id, own, app, { by: 'fondly', now: app.now() });
    const { page, context } = await windowOf(browser, house, ada, { width: 390 });
    await page.goto('/shops/rosa/switch-on');
    await page.getByRole('alert').getByText('535 5.7.8 Credentials invalid').waitFor();
    expect(await page.getByRole('button', { name: /^Switch on/ }).allInnerTexts()).toEqual([
      'Switch on anyway: cards wait until the server answers',
    ]);
    expect(await look(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch on anyway' }).click();
    await page.getByText('Its cards wait until the mail server lets Fondly in.').waitFor();
    await context.close();
  }, 240_000);
});

/** In both schemes: no fault, and nothing wider than the window. */
async function look(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    faults.push(...(await faultsOf(page)).map((fault) => `${page.url()}, ${colorScheme}: ${fault}`));
  }
  return faults;
}
