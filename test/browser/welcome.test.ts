import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium as playwright, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { type Guest, openHouse } from '../support/house.ts';
import { chromium, needs } from '../support/need.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const birthday = { dates: [{ kind: 'birthday', month: 3, day: 10, year: 1987 }] };
for (const [givenName, email] of [
  ['Mia', 'mia@example.com'],
  ['Noah', 'noah@example.com'],
  ['Lea', undefined],
] as const)
  await house.shop.customer({ givenName, familyName: 'Okafor', ...(email && { email }), ...birthday });

describe('in a browser', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await playwright.launch({
      executablePath: chromium() ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });

  afterAll(() => browser?.close());

  it('an owner comes from the first question to the first card in practice, on a phone', async () => {
    const context = await contextOf(await house.guest('Dora'), {
      viewport: { width: 390, height: 844 },
      timezoneId: 'Europe/Athens',
    });
    const page = await context.newPage();
    await page.goto(`${house.base}/welcome/shop`);
    // The browser knows where it is.
    await page.getByLabel('Time zone').waitFor();
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Athens');
    await page.getByLabel('Name of the shop').fill('Άνθη της Ντόρας');
    await page.getByLabel('Postal address').fill('3 Odos Ermou\nAthina');
    await page.getByLabel('Cards come from').fill('dora@anthi.example');
    expect(await look(page, 'shop')).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).press('Enter');
    await page.getByText('Leaf', { exact: true }).click();
    await page.locator('#look-beside iframe[src*="2f6b4f"]').waitFor();
    expect(await look(page, 'look')).toEqual([]);
    await page.getByRole('button', { name: 'Use these, and go on' }).click();
    expect(await look(page, 'you')).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('First').fill('Maria Lopez, maria@example.com, 14 March');
    await page.getByLabel('Second').fill('Tom Baker, tom@example');
    await page.getByRole('button', { name: 'Add them', exact: true }).click();
    // Whoever was understood is in; the other stands there again, with what is wrong.
    await page.getByText('is not a domain').waitFor();
    await page.getByText('Maria Lopez is here').waitFor();
    expect(await look(page, 'customers')).toEqual([]);
    await page.getByLabel('First').fill('Tom Baker, tom@example.org');
    await page.getByRole('button', { name: 'Add them', exact: true }).click();
    await page.getByText('Tom Baker, Maria Lopez are here').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Choose your cards').waitFor();
    await page.locator('.welcome-choice input').nth(1).check();
    expect(await look(page, 'cards')).toEqual([]);
    await page.getByRole('button', { name: 'Use these cards' }).click();
    await page.getByText('Gmail or Google Workspace').click();
    expect(await page.getByLabel('Server').inputValue()).toBe('smtp.gmail.com');
    expect(await look(page, 'mail')).toEqual([]);
    await page.getByRole('button', { name: 'Stay in practice for now' }).click();
    await page.getByText('Maria Lopez').waitFor();
    expect(await look(page, 'start')).toEqual([]);
    await page.getByRole('button', { name: 'Stay in practice, and go to the shop' }).click();
    const shop = (await house.app.db
      .selectFrom('business')
      .selectAll()
      .where('name', '=', 'Άνθη της Ντόρας')
      .executeTakeFirst())!;
    expect(shop).toMatchObject({ setup_step: 'done', live_at: null, zone: 'Europe/Athens', country: 'GR', accent: '#2f6b4f' });
    // Its first card, in practice: on the day, by the shop's clock.
    await house.shop.live('2027-03-14T12:00:00Z');
    await page.goto(`${house.base}/shops/${shop.slug}/sent`);
    await page.getByText('Maria Lopez').first().waitFor();
    await context.close();
  }, 240_000);

  it('no page of the settings has a fault that axe finds, wide or narrow, by day or by night', async () => {
    const settings = ['', '/look', '/mail?provider=google', '/mail/dns', '/more'].map((path) => `/settings${path}`);
    const steps = ['look', 'you', 'customers', 'cards', 'mail'].map((step) => `/welcome/${step}`);
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const context = await contextOf(house.ada, { viewport });
      const page = await context.newPage();
      // The journey above goes through the steps on a phone.
      for (const path of [...settings, '/switch-on', ...(viewport.width > 400 ? steps : [])]) {
        await page.goto(`${house.base}/shops/rosa${path}`);
        expect(await look(page, path.slice(1).replaceAll(/\W+/g, '-'))).toEqual([]);
      }
      await context.close();
    }
  }, 240_000);

  async function contextOf({ cookie }: Guest, options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    const cookies = cookie
      .split('; ')
      .map((one) => ({ name: one.slice(0, one.indexOf('=')), value: one.slice(one.indexOf('=') + 1), url: house.base }));
    await context.addCookies(cookies);
    return context;
  }
});

/** In both schemes: no fault, and nothing wider than the window. */
async function look(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate<axe.AxeResults>(`${axe.source};axe.run(document, { iframes: false })`);
    const said = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth + 1');
    faults.push(
      ...said.map((fault) => `${name}, ${colorScheme}: ${fault}`),
      ...(wide ? [`${name} is wider than the window`] : []),
    );
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return faults;
}
