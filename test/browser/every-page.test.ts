import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberRoutes } from '../../src/web/routes.ts';
import { faultsOf, openBrowser, type Window, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';
import { allCases } from '../web/cases/all.ts';
import type { Case } from '../web/cases/types.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ofMembers: cases } = await allCases();

/** What answers with a card, a picture or a file, and is no page of the app. */
const NO_PAGES = /\/preview$|\/card$|\/export\.|\/refused$|\/beside$|\/dns$|\.png$/;

// The routes come from the app itself, so that a page that is added tomorrow is looked at tomorrow.
const pages = memberRoutes.filter(({ method, path }) => method === 'GET' && !NO_PAGES.test(path));

describe('every page of the app', needs('chromium'), () => {
  let browser: Browser;
  let windows: { name: string; window: Window }[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    windows = [
      { name: '390 px by night', window: await windowOf(browser, house, house.ada, { width: 390, colorScheme: 'dark' }) },
      { name: '1280 px by day', window: await windowOf(browser, house, house.ada, { width: 1280, colorScheme: 'light' }) },
    ];
  });
  afterAll(() => browser?.close());

  it.each(pages.map(({ path }) => path))('%s can be read, pressed and fitted by everybody', async (path) => {
    const one = await cases[`GET ${path}`]?.(house);
    if (!one) throw new Error(`GET ${path} has no case in test/web/cases`);
    const found: Record<string, string[]> = {};
    for (const { name, window } of windows) {
      const { page, complaints } = window;
      complaints.length = 0;
      await page.goto(addressOf(path, one), { waitUntil: 'domcontentloaded' });
      await page.evaluate(`document.querySelectorAll('main details').forEach((one) => (one.open = true))`);
      const faults = [...(await faultsOf(page)), ...complaints];
      if (faults.length > 0) found[name] = faults;
    }
    expect(found).toEqual({});
  });
});

function addressOf(path: string, { params = {}, query }: Case): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  return `/shops/rosa${filled}${query === undefined ? '' : `?${query}`}`;
}
