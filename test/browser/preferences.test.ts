import axe from 'axe-core';
import { type Browser, chromium as playwright, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../src/links/token.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { stylesheet } from '../../src/web/assets.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { chromium, needs } from '../support/need.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
const { db } = shop.app;

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const views = ['', '?ask=stop', '?ask=died', '?ask=not-mine&day=birthday%2F'];

describe('the pages of choices and of signing up, in a browser', needs('chromium'), () => {
  let browser: Browser;
  let web: WebServer;
  /** A customer of each language, and the addresses of their pages. */
  const addresses: Record<string, Record<'choices' | 'unsubscribe', string>> = {};

  beforeAll(async () => {
    web = await startWeb(shop.app, { host: '127.0.0.1', port: 0 });
    for (const language of ['en', 'de', 'el', 'zh', 'ar']) {
      const birthday = { kind: 'birthday', month: 3, day: 14 };
      const wedding = { kind: 'anniversary', label: 'wedding', month: 3, day: 20 };
      const known = { email: `${language}@example.com`, language, joinedOn: '2020-03-25', dates: [birthday, wedding] };
      const customer = await shop.customer({ givenName: 'Mia', ...known });
      await planAll(db, shop.clock.now());
      addresses[language] = await addressesOf(customer);
    }
    browser = await playwright.launch({
      executablePath: chromium() ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await web?.close(0);
  });

  async function addressesOf(customer: string) {
    const query = db
      .selectFrom('touchpoint')
      .select('id')
      .where('customer_id', '=', customer)
      .where('cause', 'like', 'date:birthday%');
    const { id: touchpoint } = await query.executeTakeFirstOrThrow();
    const token = (purpose: 'preferences' | 'unsubscribe') =>
      signLink(shop.app.keys, { business: shop.business.id, touchpoint, purpose });
    const base = `http://127.0.0.1:${web.port}`;
    return { choices: `${base}/p/${token('preferences')}`, unsubscribe: `${base}/u/${token('unsubscribe')}` };
  }

  const violations = async (page: Page) => {
    await page.evaluate(axe.source);
    const options = JSON.stringify({ runOnly: rules });
    return page.evaluate<string[]>(`axe.run(document, ${options}).then((run) => run.violations.map((one) => one.id))`);
  };

  it.each([
    [390, 'light', 'en'],
    [390, 'dark', 'ar'],
    [1280, 'light', 'ar'],
    [1280, 'dark', 'de'],
    [390, 'light', 'el'],
    [390, 'light', 'zh'],
  ] as const)(
    'is accessible and fits at %i px in %s and in %s',
    async (width, colorScheme, language) => {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme,
        locale: language,
        bypassCSP: true,
      });
      const page = await context.newPage();
      const { choices = '', unsubscribe = '' } = addresses[language] ?? {};
      for (const address of [...views.map((view) => choices + view), unsubscribe, `${new URL(choices).origin}/join/rosa`]) {
        const answer = await page.goto(address);
        // With every day open to be changed.
        await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
        const found = await violations(page);
        const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
        const bytes = (await answer?.body())?.length ?? 0;
        expect({ found, tooWide, light: bytes + stylesheet.length < 30_000 }).toEqual({ found: [], tooWide: false, light: true });
      }
      await context.close();
    },
    60_000,
  );

  it('is used by keyboard alone, without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.goto(addresses['en']?.choices ?? '');
    await press('Tab', 'Enter');
    await page.waitForSelector('text=You will not get this one any more.');
    // Past the offer to have it again, over the switches and "Save", to the birthday.
    await press(...Array.from({ length: 8 }, () => 'Tab'), 'Enter', 'Tab');
    await page.keyboard.type('16');
    await press('Tab', 'Tab', 'Tab', 'Enter');
    await page.waitForSelector('text=Your day is noted: 16 March.');
    const stops = await db.selectFrom('stop').select(['kind', 'by']).execute();
    expect(stops).toEqual([{ kind: 'occasion', by: 'customer' }]);
    await context.close();
  });
});
