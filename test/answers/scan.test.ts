import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { surveyResults } from '../../src/answers/results.ts';
import { scan } from '../bench/scan.ts';
import { openBrowser } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { needs } from '../support/need.ts';
import { openAsking } from './asking.ts';

const scanned = await testDatabase();
const { db, url } = await testDatabase();
const asking = await openAsking(url, ['Ada', 'Ben']);
afterAll(() => asking.web.close(0));

// A hundredth of `npm run bench -- scan`.
test('a filter that opens every link of 100 mails three times, by GET and HEAD, changes nothing', async () => {
  const figures = await scan(scanned.url, 100);
  expect(figures).toMatchObject({ requests: 100 * 7 * 3 * 2, failed: 0, answers: 0, stops: 0 });
  expect(figures.after).toBe(figures.before);
});

describe('in a browser', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  const later = (ms: number) => asking.clock.set(new Date(Date.parse('2027-03-09T09:00:00Z') + ms));

  it('a filter that runs scripts and presses what it can five seconds after delivery is suspected, and counts for nothing', async () => {
    later(5_000);
    const page = await browser.newPage();
    for (const value of [10, 5, 0]) {
      await page.goto(asking.link('Ada', value), { waitUntil: 'networkidle' });
      expect(await asking.answers('Ada')).toHaveLength(value === 10 ? 0 : 1);
      await page.locator('button').first().click();
      await page.waitForLoadState('networkidle');
    }
    await page.close();
    expect(await asking.answers('Ada')).toEqual([{ question: 0, value: 0, suspect: true }]);
    const [figures] = await surveyResults(db, asking.business.id, { from: '2027-03-01', to: '2027-03-31' });
    expect(figures).toMatchObject({ asked: 2, answered: 0, suspect: 1 });
    expect(await db.selectFrom('follow_up').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('letter').select('id').execute()).toEqual([]);
  });

  it('a person who comes ten minutes later is counted, on a phone and with the keyboard alone', async () => {
    later(600_000);
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
    await page.goto(asking.link('Ada', 9));
    expect(await page.locator('input[name=answer]:checked').getAttribute('value')).toBe('9');
    const tops = await page.locator('.numbers .choice').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBeLessThanOrEqual(2);
    await page.locator('input[name=answer]:checked').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('button').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Thank you');
    await page.close();
    expect(await asking.answers('Ada')).toEqual([{ question: 0, value: 10, suspect: false }]);
  });

  it('the eleven numbers stand in one or two rows of the card on a phone, and are large enough for a thumb', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const [view = ''] = asking.links('Ben');
    await page.goto(view);
    const boxes = await page
      .locator('a[href*="/a/"]')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    await page.close();
    expect(boxes).toHaveLength(11);
    expect(new Set(boxes.map(({ top }: { top: number }) => Math.round(top))).size).toBeLessThanOrEqual(2);
    for (const { width, height } of boxes as { width: number; height: number }[]) {
      expect(width).toBeGreaterThanOrEqual(36);
      expect(height).toBeGreaterThanOrEqual(44);
    }
    expect(wide).toBeLessThanOrEqual(390);
  });
});
