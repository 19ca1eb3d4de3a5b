import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { listVariants } from '../../src/occasions/cards-variants.ts';
import { listOccasions } from '../../src/occasions/occasion.ts';
import { openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { business, ben } = house;

describe('occasions, in a browser', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const birthday = async () => (await listOccasions(db, business.id)).find(({ slug }) => slug === 'birthday')!;

  it('a word is changed with the keyboard alone, kept at once, and taken back; the focus stays where it was', async () => {
    const { page, context, complaints } = await windowOf(browser, house, ben);
    await page.goto('/shops/rosa/occasions');
    const article = page.locator(`#occasion-${(await birthday()).id}`);
    await article.locator('select[name=lateDays]').focus();
    await page.keyboard.type('send it up to 3');
    await expect.poll(async () => (await birthday()).late_days).toBe(3);
    await expect.poll(() => article.locator('.occasions-saved').innerText()).toContain('was changed');
    expect(await page.evaluate('document.activeElement.name')).toBe('lateDays');
    await article.locator('.occasions-saved button').press('Enter');
    await expect.poll(async () => (await birthday()).late_days).toBe(0);
    await article.locator('input[name=hour]').fill('');
    await article.locator('input[name=hour]').blur();
    await expect.poll(() => article.locator('.problem').innerText()).toContain('Write the time of day');
    expect(complaints.filter((words) => !words.includes('422'))).toEqual([]);
    await context.close();
  });

  it('without a script it is kept by the button, and undone on the next page', async () => {
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

  it.each([true, false])('a card is put into the turn and taken out again, with a script: %s', async (javaScriptEnabled) => {
    const { id } = await birthday();
    await publishGalleryCard(db, business, 'birthday-midnight', { by: 'fondly', now: house.app.now() });
    const inTurn = async () => (await listVariants(db, business.id, id)).map(({ name }) => name);
    const [first = ''] = await inTurn();
    const { page, context, complaints } = await windowOf(browser, house, ben, { javaScriptEnabled });
    await page.goto(`/shops/rosa/occasions/${id}`);
    const turns = page.locator('.occasions-turns');
    const option = turns.locator('option', { hasText: 'midnight' });
    const second = (await option.innerText()).trim();
    await turns.locator('select[name=card]').selectOption({ label: second });
    await Promise.all([page.waitForNavigation(), turns.locator('button:has-text("Add to the turn")').press('Enter')]);
    expect(await turns.locator('li a').allInnerTexts()).toEqual([first, second]);
    expect(await turns.innerText()).toContain('Each customer gets one they have not had.');
    expect(await inTurn()).toEqual([first, second]);
    await Promise.all([page.waitForNavigation(), page.click(`button[aria-label="Take out: ${second}"]`)]);
    expect([await turns.locator('li a').allInnerTexts(), await inTurn()]).toEqual([[first], [first]]);
    await Promise.all([page.waitForNavigation(), page.click('.said button')]);
    expect(await inTurn()).toEqual([first, second]);
    await Promise.all([page.waitForNavigation(), page.click(`button[aria-label="Take out: ${second}"]`)]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
