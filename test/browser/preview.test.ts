import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCard } from '../../src/occasions/card-start.ts';
import { openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { typeAndWatch } from '../support/keystrokes.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { app, business, ben } = house;

describe('the card beside its words, in a browser', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const editing = async () => {
    const started = await startCard(db, business.id, { gallery: 'new-year' }, { by: 'fondly', now: app.now() });
    if (!started.ok) throw new Error(started.reason);
    const window = await windowOf(browser, house, ben);
    await window.page.goto(`/shops/rosa/cards/${started.cardId}/edit`, { waitUntil: 'networkidle' });
    return window;
  };
  const card = (page: Page) => page.frameLocator('.compose-preview iframe').locator('body');
  const write = async (page: Page, slot: string, words: string) => {
    await page.locator(`[aria-labelledby="w-${slot}-label"]`).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(words);
  };

  it('follows each key: within 100 ms where nothing else is done', async () => {
    const { page, context, complaints } = await editing();
    const took = await typeAndWatch(page, 'Zoe,a-bright-new-year!');
    expect(await card(page).innerText()).toContain('Dear Zoe,a-bright-new-year!');
    // The tests beside this one hold most keys up; docs/performance.md has the figures of a quiet machine.
    expect(Math.min(...took)).toBeLessThan(100);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('stays where it was scrolled to, and keeps its pictures', async () => {
    const { page, context } = await editing();
    await page.setViewportSize({ width: 1280, height: 700 });
    const inside = `document.querySelector('.compose-preview iframe').contentDocument`;
    await page.evaluate(
      `(window.picture = ${inside}.querySelector('img'), ${inside}.scrollingElement.scrollTo({ top: 150, behavior: 'instant' }))`,
    );
    await write(page, 'signature', 'Ada and all of us');
    await expect.poll(() => card(page).innerText()).toContain('Ada and all of us');
    expect(await page.evaluate(`${inside}.scrollingElement.scrollTop`)).toBe(150);
    expect(await page.evaluate(`window.picture.isConnected`)).toBe(true);
    await context.close();
  });

  it('runs nothing that stands in a card, though the page writes into its frame', async () => {
    const { page, context } = await editing();
    await page.evaluate(`(() => {
      const inside = document.querySelector('.compose-preview iframe').contentDocument;
      const script = Object.assign(inside.createElement('script'), { textContent: 'parent.taken = 1' });
      inside.body.append(script);
      const link = Object.assign(inside.createElement('a'), { href: 'javascript:parent.taken=1', textContent: 'x' });
      inside.body.append(link);
      link.click();
      inside.body.insertAdjacentHTML('beforeend', '<img src="/none.png" onerror="parent.taken = 1"><svg onload="parent.taken = 1"></svg>');
      return new Promise((loaded) => inside.body.querySelector('img[onerror]').addEventListener('error', () => setTimeout(loaded, 100)));
    })()`);
    expect(await page.evaluate('window.taken ?? "safe"')).toBe('safe');
    await context.close();
  });

  it('keeps the last good card when one cannot be made, and says why', async () => {
    const { page, context } = await editing();
    await write(page, 'headline', 'Hello {{ you');
    await page.waitForSelector('.compose-problems .problem');
    expect(await page.locator('.compose-preview.stale').count()).toBe(1);
    expect((await card(page).innerText()).length).toBeGreaterThan(100);
    await write(page, 'headline', 'Hello you');
    await expect.poll(() => card(page).innerText()).toContain('Hello you');
    expect(await page.locator('.compose-preview.stale, .compose-problems .problem').count()).toBe(0);
    await context.close();
  });

  it('stays where one pressed, in the language that is worded, and takes the press back', async () => {
    const { page, context } = await editing();
    await page.goto(`${page.url()}?language=de`, { waitUntil: 'networkidle' });
    const parts = () => page.locator('.compose-block > span:not(.actions)').allInnerTexts();
    const before = await parts();
    const up = page.locator('.compose-block button[value=down]').nth(1);
    await up.scrollIntoViewIfNeeded();
    const [label, top] = [await up.getAttribute('aria-label'), await page.evaluate<number>('scrollY')];
    await Promise.all([page.waitForNavigation(), up.click()]);
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe(label);
    expect(await page.evaluate('scrollY')).toBeCloseTo(top, -2);
    expect(await parts()).toEqual(before.with(1, before[2] ?? '').with(2, before[1] ?? ''));
    await Promise.all([page.waitForNavigation(), page.click('.said button')]);
    expect([await parts(), new URL(page.url()).search]).toEqual([before, '?language=de']);
    await context.close();
  });

  it('leads from a check to the words that it means, and to a language that is missing', async () => {
    const { page, context } = await editing();
    await page.goto(`${page.url()}?language=nl#w-signature`, { waitUntil: 'networkidle' });
    const focused = 'document.activeElement?.getAttribute("aria-labelledby")';
    await expect.poll(() => page.evaluate(focused)).toBe('w-signature-label');
    await Promise.all([page.waitForNavigation(), page.click('details[open] form:has(select) button')]);
    expect(await page.innerText('.tabs [aria-current]')).toMatch(/^Nederlands\s+\d still English$/);
    expect(await page.innerText('.compose-field:has(#w-signature) .compose-english')).toContain('shop’s name');
    await context.close();
  });

  it('shows the card as any customer who is looked for by name', async () => {
    await house.shop.customer({ givenName: 'Wilhelmine', email: 'wilhelmine@example.com', dates: [] });
    const { page, context } = await editing();
    await page.fill('input[name=find]', 'wilh');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.locator('select[name=as] option:checked').innerText()).toBe('Wilhelmine (your customer)');
    await write(page, 'headline', 'A bright year, ');
    await page.selectOption('select[data-insert="w-headline"]', { label: 'first name' });
    await expect.poll(() => card(page).innerText()).toContain('A bright year, Wilhelmine');
    await expect.poll(() => page.textContent('.compose-saved')).toMatch(/^Saved \d/);
    await page.fill('input[name=find]', 'nobody at all');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.innerText('.compose-views')).toContain('Nobody is called “nobody at all”.');
    expect(await card(page).innerText()).toContain('A bright year, Wilhelmine');
    await context.close();
  });

  it('shows a card that was never published as its draft, on its page and on the shelf', async () => {
    const { page, context, complaints } = await editing();
    const address = new URL(page.url()).pathname.replace('/edit', '');
    for (const at of [address, '/shops/rosa/cards']) {
      await page.goto(at, { waitUntil: 'networkidle' });
      expect(await page.frameLocator(`iframe[src*="${address}/draft/preview"]`).locator('body').innerText()).toContain(
        'Rosa & Fern',
      );
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});
