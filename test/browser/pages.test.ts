import axe from 'axe-core';
import { type Browser, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPurchase } from '../../src/customers/purchases.ts';
import { signLink } from '../../src/links/token.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { chromium, needs } from '../support/need.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');

describe('in a browser', needs('chromium'), () => {
  let browser: Browser;
  let web: WebServer;
  let pages: Record<string, string> = {};

  beforeAll(async () => {
    const birthday = { dates: [{ kind: 'birthday', month: 3, day: 10, year: 1987 }] };
    const mia = await shop.customer({ givenName: 'Mia', familyName: 'Okafor', email: 'mia@example.com', ...birthday });
    const bought = { on: '2027-03-02', amount: 4800, currency: 'GBP' };
    await addPurchase(shop.app.db, shop.business.id, mia, bought, { by: 'fondly', now: new Date('2027-03-02T12:00:00Z') });
    await shop.live('2027-03-14T12:00:00Z');
    web = await startWeb(shop.app, { host: '127.0.0.1', port: 0 });
    pages = await addresses(`http://127.0.0.1:${web.port}`);
    browser = await playwright.launch({
      executablePath: chromium() ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await web?.close(0);
  });

  async function addresses(base: string): Promise<Record<string, string>> {
    const rows = await shop.app.db
      .selectFrom('touchpoint')
      .innerJoin('occasion', (join) => join.onRef('occasion.id', '=', 'touchpoint.occasion_id'))
      .innerJoin('message', (join) => join.onRef('message.touchpoint_id', '=', 'touchpoint.id'))
      .select(['touchpoint.id', 'occasion.slug'])
      .execute();
    const idOf = (slug: string) => rows.find((row) => row.slug === slug)?.id ?? '';
    const link = (purpose: 'unsubscribe' | 'survey', slug: string) =>
      signLink(shop.app.keys, { business: shop.business.id, touchpoint: idOf(slug), purpose });
    const mail = `${base}/outbox/${idOf('birthday')}`;
    return {
      outbox: `${base}/outbox`,
      card: mail,
      phone: `${mail}?as=phone`,
      text: `${mail}?as=text`,
      headers: `${mail}?as=headers`,
      unsubscribe: `${base}/u/${link('unsubscribe', 'birthday')}`,
      survey: `${base}/a/${link('survey', 'survey')}`,
      'not found': `${base}/v/nothing`,
    };
  }

  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)(
    'every page is accessible and fits at %i px in %s',
    async (width, colorScheme) => {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await page.evaluate(axe.source);
        const found = await page.evaluate<string[]>(
          `axe.run(document, { iframes: false }).then((run) => run.violations.map((one) => one.id))`,
        );
        const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
        expect({ name, found, tooWide }).toEqual({ name, found: [], tooWide: false });
      }
      await context.close();
    },
    60_000,
  );

  it('breaks none of its own rules, and runs no script', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      expect({ name, scripts: await page.locator('script').count() }).toEqual({ name, scripts: 0 });
    }
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  });

  it('lets somebody without JavaScript answer and unsubscribe by keyboard alone', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pages['survey'] ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Lovely roses');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Thank you!');
    expect(await shop.app.db.selectFrom('answer_text').select('words').execute()).toEqual([{ words: 'Lovely roses' }]);
    await page.goto(pages['unsubscribe'] ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Done. No more cards.');
    const stops = await shop.app.db.selectFrom('stop').select('kind').where('customer_id', 'is not', null).execute();
    expect(stops).toEqual([{ kind: 'unsubscribed' }]);
    await context.close();
  });
});
