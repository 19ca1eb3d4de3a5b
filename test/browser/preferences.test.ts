import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signLink } from '../../src/links/token.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { stylesheet } from '../../src/web/assets.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { shop, nobody } = house;
const { db } = shop.app;

const views = ['', '?ask=stop', '?ask=died', '?ask=not-mine&day=birthday%2F'];

describe('the pages of choices and of signing up, in a browser', needs('chromium'), () => {
  let browser: Browser;
  /** A customer of each language, and the addresses of their pages. */
  const addresses: Record<string, Record<'choices' | 'unsubscribe', string>> = {};

  beforeAll(async () => {
    for (const language of ['en', 'de', 'el', 'zh', 'ar']) {
      const birthday = { kind: 'birthday', month: 3, day: 14 };
      const wedding = { kind: 'anniversary', label: 'wedding', month: 3, day: 20 };
      const known = { email: `${language}@example.com`, language, joinedOn: '2020-03-25', dates: [birthday, wedding] };
      const customer = await shop.customer({ givenName: 'Mia', ...known });
      await planAll(db, shop.clock.now());
      addresses[language] = await addressesOf(customer);
    }
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  async function addressesOf(customer: string) {
    const query = db
      .selectFrom('touchpoint')
      .select('id')
      .where('customer_id', '=', customer)
      .where('cause', 'like', 'date:birthday%');
    const { id: touchpoint } = await query.executeTakeFirstOrThrow();
    const token = (purpose: 'preferences' | 'unsubscribe') =>
      signLink(shop.app.keys, { business: shop.business.id, touchpoint, purpose });
    return { choices: `/p/${token('preferences')}`, unsubscribe: `/u/${token('unsubscribe')}` };
  }

  it.each([
    [390, 'light', 'en'],
    [390, 'dark', 'ar'],
    [1280, 'light', 'ar'],
    [1280, 'dark', 'de'],
    [390, 'light', 'el'],
    [390, 'light', 'zh'],
  ] as const)('is accessible and fits at %i px in %s and in %s', async (width, colorScheme, language) => {
    const { page, context } = await windowOf(browser, house, nobody, { width, colorScheme, locale: language });
    const { choices = '', unsubscribe = '' } = addresses[language] ?? {};
    for (const address of [...views.map((view) => choices + view), unsubscribe, '/join/rosa']) {
      const answer = await page.goto(address);
      // With every day open to be changed.
      await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
      const bytes = (await answer?.body())?.length ?? 0;
      expect([await faultsOf(page), bytes + stylesheet.length < 30_000]).toEqual([[], true]);
    }
    await context.close();
  });

  it('is used by keyboard alone, without JavaScript', async () => {
    const { page, context } = await windowOf(browser, house, nobody, { javaScriptEnabled: false });
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
