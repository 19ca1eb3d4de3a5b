import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, app, business } = house;

describe('at night', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('no light comes from beside a card, though its frame ends between two dots of the screen', async () => {
    const { id } = await app.db
      .selectFrom('card')
      .select('id')
      .where('business_id', '=', business.id)
      .orderBy('name')
      .limit(1)
      .executeTakeFirstOrThrow();
    const { page, context } = await windowOf(browser, house, ada, { width: 390, colorScheme: 'dark' });
    for (const [path, frame] of [
      [`/cards/${id}?as=phone`, '.desk iframe'],
      ['/cards', '.thumb'],
      ['/settings/look', '.look-frame'],
    ] as const) {
      await page.goto(`/shops/rosa${path}`, { waitUntil: 'networkidle' });
      const shown = page.locator(frame).first();
      const within = ((await shown.boundingBox())?.width ?? 0) % 1;
      const edge = await edgeOf(await shown.screenshot());
      expect({ path, uneven: within !== 0, dark: edge < 100 }).toEqual({ path, uneven: true, dark: true });
    }
    await context.close();
  });
});

/** How bright the two outermost columns at the right get, halfway down. */
async function edgeOf(png: Buffer): Promise<number> {
  const { width, height } = await sharp(png).metadata();
  const edge = { left: width - 2, top: Math.round(height / 4), width: 2, height: Math.round(height / 2) };
  return Math.max(...(await sharp(png).extract(edge).removeAlpha().raw().toBuffer()));
}
