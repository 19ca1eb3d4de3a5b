import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFollowUp } from '../../src/customers/follow-ups.ts';
import { listOccasions } from '../../src/occasions/occasion.ts';
import { listSurveys } from '../../src/occasions/surveys-edit.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { app, business, ben } = house;

describe('occasions, in a browser', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    const dates = [{ kind: 'birthday', month: 3, day: 9 }];
    const customerId = await house.shop.customer({ givenName: 'Zoë', email: 'zoe@example.com', dates });
    await openFollowUp(db, business.id, { customerId, reason: 'lapse', dueOn: '2027-02-28' }, { by: 'fondly', now: app.now() });
    await planAll(db, app.now());
  }, 60_000);
  afterAll(() => browser?.close());

  const birthday = async () => (await listOccasions(db, business.id)).find(({ slug }) => slug === 'birthday')!;

  it(
    'a word is changed with the keyboard alone, kept at once, and taken back; the focus stays where it was',
    { timeout: 60_000 },
    async () => {
      const { page, context, complaints } = await windowOf(browser, house, ben);
      await page.goto('/shops/rosa/occasions');
      const article = page.locator(`#occasion-${(await birthday()).id}`);
      await article.locator('select[name=lateDays]').focus();
      await page.keyboard.type('send it up to 3');
      await expect.poll(async () => (await birthday()).late_days, { timeout: 15_000 }).toBe(3);
      await expect.poll(() => article.locator('.occasions-saved').innerText(), { timeout: 15_000 }).toContain('was changed');
      expect(await page.evaluate('document.activeElement.name')).toBe('lateDays');
      await article.locator('.occasions-saved button').press('Enter');
      await expect.poll(async () => (await birthday()).late_days, { timeout: 15_000 }).toBe(0);
      await article.locator('input[name=hour]').fill('');
      await article.locator('input[name=hour]').blur();
      await expect.poll(() => article.locator('.problem').innerText(), { timeout: 15_000 }).toContain('Write the time of day');
      expect(complaints.filter((words) => !words.includes('422'))).toEqual([]);
      await context.close();
    },
  );

  it('without a script it is kept by the button, and undone on the next page', { timeout: 60_000 }, async () => {
    const { page, context } = await windowOf(browser, house, ben, { javaScriptEnabled: false });
    await page.goto('/shops/rosa/occasions');
    const article = page.locator(`#occasion-${(await birthday()).id}`);
    await article.locator('select[name=mode]').selectOption('ask');
    await article.locator('button:has-text("Save")').click();
    expect((await birthday()).mode).toBe('ask');
    await page.click('.said button');
    expect((await birthday()).mode).toBe('automatic');
    await context.close();
  });

  it('no page has a fault that axe finds, wide or narrow, light or dark', { timeout: 120_000 }, async () => {
    const { id } = await birthday();
    const [survey] = await listSurveys(db, business.id);
    const own = ['/occasions', '/occasions/new?recipe=own-date', `/occasions/${id}`, `/occasions/${id}/on`];
    const answers = ['/answers', '/answers/surveys', `/answers/surveys/${survey!.surveyId}`, '/follow-ups'];
    for (const how of [
      { width: 1280, colorScheme: 'light' },
      { width: 390, colorScheme: 'dark' },
    ] as const) {
      const { page, context } = await windowOf(browser, house, ben, how);
      for (const path of [...own, ...answers]) {
        await page.goto(`/shops/rosa${path}`);
        await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`);
        expect([path, how, await faultsOf(page)]).toEqual([path, how, []]);
      }
      await context.close();
    }
  });
});
