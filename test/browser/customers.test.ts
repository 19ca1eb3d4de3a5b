import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFollowUp } from '../../src/customers/follow-ups.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { addStop } from '../../src/customers/stops.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { chromium, needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');

describe('customers in a browser', needs('chromium'), () => {
  let browser: Browser;
  let mia = '';
  let twin = '';

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
    twin = await shop.customer({ givenName: 'Mia', familyName: 'Okafor-Lee', dates: [{ kind: 'birthday', month: 3, day: 15 }] });
    await addPurchase(db, business.id, mia, { on: '2027-02-20', amount: 4850, currency: 'GBP', category: 'A bouquet' }, by);
    await addStop(db, business.id, { kind: 'paused', until: '2027-03-10', customerId: mia }, by);
    await openFollowUp(db, business.id, { customerId: mia, reason: 'lapse', dueOn: '2027-02-27' }, by);
    browser = await playwright.launch({ executablePath: chromium() ?? '', args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(() => browser?.close());

  async function signedIn(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    const pairs = house.ada.cookie
      .split('; ')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
    await context.addCookies(pairs.map(([name, value]) => ({ name, value, url: house.base })));
    return context;
  }

  it.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)(
    'every page is accessible and fits at %i px in %s',
    async (width, colorScheme) => {
      const context = await signedIn({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      const one = `/customers/${mia}`;
      const paths = [
        '/customers',
        '/customers?q=nobody',
        '/customers/new',
        one,
        ...['edit', 'stop', 'basis', 'history', 'merge', `merge/${twin}`, 'erase'].map((rest) => `${one}/${rest}`),
      ];
      for (const path of paths) {
        await page.goto(`${house.base}/shops/rosa${path}`);
        for (const fold of await page.locator('main details').all())
          await fold.evaluate('(fold) => fold.setAttribute("open", "")');
        await page.evaluate(axe.source);
        const found = await page.evaluate<string[]>(
          `axe.run(document, { iframes: false }).then((run) => run.violations.map((one) => one.id + ' ' + one.nodes[0].html.slice(0, 120)))`,
        );
        const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
        expect({ path, found, tooWide }).toEqual({ path, found: [], tooWide: false });
      }
      await context.close();
    },
    90_000,
  );

  it('finds as a name is typed, and breaks none of its own rules', async () => {
    const context = await signedIn();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    await page.goto(`${house.base}/shops/rosa/customers`);
    await page.getByLabel('Search by name').pressSequentially('okafor-l', { delay: 30 });
    await page.getByRole('link', { name: 'Mia Okafor', exact: true }).waitFor({ state: 'detached' });
    expect(await page.locator('.customers-rows .customers-who a').allTextContents()).toEqual(['Mia Okafor-Lee']);
    expect(page.url()).toContain('q=okafor-l');
    await page.goto(`${house.base}/shops/rosa/customers/${mia}`);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('works by keyboard alone and without a script: add, date, undo', async () => {
    const context = await signedIn({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${house.base}/shops/rosa/customers`);
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
  }, 60_000);
});
