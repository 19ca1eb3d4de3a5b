import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPurchase } from '../../src/customers/purchases.ts';
import { signLink } from '../../src/links/token.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { shop, nobody } = house;

describe('in a browser', needs('chromium'), () => {
  let browser: Browser;
  let pages: Record<string, string> = {};

  beforeAll(async () => {
    const birthday = { dates: [{ kind: 'birthday', month: 3, day: 10, year: 1987 }] };
    const mia = await shop.customer({ givenName: 'Mia', familyName: 'Okafor', email: 'mia@example.com', ...birthday });
    const bought = { on: '2027-03-02', amount: 4800, currency: 'GBP' };
    await addPurchase(shop.app.db, shop.business.id, mia, bought, { by: 'fondly', now: new Date('2027-03-02T12:00:00Z') });
    await shop.live('2027-03-14T12:00:00Z');
    pages = await addresses();
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  async function addresses(): Promise<Record<string, string>> {
    const rows = await shop.app.db
      .selectFrom('touchpoint')
      .innerJoin('occasion', (join) => join.onRef('occasion.id', '=', 'touchpoint.occasion_id'))
      .innerJoin('message', (join) => join.onRef('message.touchpoint_id', '=', 'touchpoint.id'))
      .select(['touchpoint.id', 'occasion.slug'])
      .execute();
    const idOf = (slug: string) => rows.find((row) => row.slug === slug)?.id ?? '';
    const link = (purpose: 'unsubscribe' | 'survey', slug: string) =>
      signLink(shop.app.keys, { business: shop.business.id, touchpoint: idOf(slug), purpose });
    const mail = `/outbox/${idOf('birthday')}`;
    return {
      outbox: `/outbox`,
      card: mail,
      phone: `${mail}?as=phone`,
      text: `${mail}?as=text`,
      headers: `${mail}?as=headers`,
      unsubscribe: `/u/${link('unsubscribe', 'birthday')}`,
      survey: `/a/${link('survey', 'survey')}`,
      'not found': `/v/nothing`,
    };
  }

  it.each([
    [390, 'dark'],
    [1280, 'light'],
  ] as const)('every page is accessible and fits at %i px in %s', async (width, colorScheme) => {
    const { page, context } = await windowOf(browser, house, nobody, { width, colorScheme });
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      expect([name, await faultsOf(page)]).toEqual([name, []]);
    }
    await context.close();
  });

  it('breaks none of its own rules, and runs no script', async () => {
    const { page, context, complaints } = await windowOf(browser, house, nobody);
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      expect({ name, scripts: await page.locator('script').count() }).toEqual({ name, scripts: 0 });
    }
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  });

  it('lets somebody without JavaScript answer and unsubscribe by keyboard alone', async () => {
    const { page, context } = await windowOf(browser, house, nobody, { javaScriptEnabled: false });
    await page.goto(pages['survey'] ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Lovely roses');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Thank you!');
    expect(await shop.app.db.selectFrom('answer_text').select('words').execute()).toEqual([{ words: 'Lovely roses' }]);
    // Looking on and going back sends nothing again, and never meets the browser's own page.
    await page.click('text=Change my answer');
    await page.waitForSelector('text=You have answered this already');
    await page.goBack();
    await page.waitForSelector('text=Thank you!');
    await page.goBack();
    await page.waitForSelector('text=You have answered this already');
    await page.goto(pages['unsubscribe'] ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Done. No more cards.');
    const stops = await shop.app.db.selectFrom('stop').select('kind').where('customer_id', 'is not', null).execute();
    expect(stops).toEqual([{ kind: 'unsubscribed' }]);
    await context.close();
  });
});
