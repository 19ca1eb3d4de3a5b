import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReset } from '../../src/businesses/accounts-reset.ts';
import { invite } from '../../src/businesses/invitations.ts';
import { signLink } from '../../src/links/token.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { type Guest, openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';
import { PASSWORD } from '../support/password.ts';

const { url } = await testDatabase();
const house = await openHouse(url, new Date().toISOString());
const { app, business, ada, ben, base } = house;

describe('the door, in a browser', needs('chromium'), () => {
  let browser: Browser;
  let pages: [name: string, address: string, who?: Guest][] = [];

  beforeAll(async () => {
    pages = await addresses();
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function addresses(): Promise<typeof pages> {
    const actor = { by: `member:${ada.memberId}`, now: app.now() };
    const asked = { role: 'staff', email: 'zoe.with.a.long.name@some.quite.long.example.com', by: ada.memberId } as const;
    const invitation = await invite(app.db, business, asked, actor);
    const invited = invitation.ok ? invitation.id : '';
    const token = signLink(app.keys, { business: business.id, touchpoint: invited, purpose: 'invitation' });
    const reset = await makeReset(app.db, ben.accountId, { minutes: 60 }, app.now());
    const forReset = signLink(app.keys, { business: ben.accountId, touchpoint: reset, purpose: 'password' });
    const begun = await house.guest('Begun', 'staff');
    await begun.send('/account/two-factor/begin', { password: PASSWORD });
    return [
      ['sign in', '/sign-in'],
      ['forgot', '/forgot'],
      ['reset', `/reset/${forReset}`],
      ['over', '/reset/nothing'],
      ['invited', `/invited/${token}`],
      ['invited, signed in', `/invited/${token}`, house.cem],
      ['account', '/account', ada],
      ['second lock', '/account/two-factor', ada],
      ['second lock, begun', '/account/two-factor', begun],
    ];
  }

  it.each([
    [390, 'dark'],
    [1280, 'light'],
  ] as const)('every page outside of a shop is accessible and fits at %i px in %s', async (width, colorScheme) => {
    for (const [name, address, who = house.nobody] of pages) {
      const { page, context } = await windowOf(browser, house, who, { width, colorScheme });
      await page.goto(address);
      expect([name, await faultsOf(page)]).toEqual([name, []]);
      await context.close();
    }
  });

  it('lets one in by keyboard alone, with the password shown at a press, and says what was wrong', async () => {
    const { page, context, complaints } = await windowOf(browser, house, house.nobody);
    await page.goto(`${base}/sign-in`);
    await page.waitForSelector('[name=email]:focus');
    await typeIn(page, [ben.email, 'not the password']);
    await page.waitForSelector('text=do not go together');
    await page.waitForSelector('[name=password]:focus');
    expect(await page.inputValue('[name=email]')).toBe(ben.email);
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.getAttribute('[name=password]', 'type')).toBe('text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${base}/shops/rosa`);
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await context.close();
  });

  it('works without JavaScript: an invitation, and the way out again', async () => {
    const { page, context } = await windowOf(browser, house, house.nobody, { javaScriptEnabled: false });
    await page.goto(base + (pages.find(([name]) => name === 'invited')?.[1] ?? ''));
    await page.fill('[name=name]', 'Zoe');
    await page.fill('[name=password]', 'seven quiet owls');
    await page.click('button.main');
    await page.waitForURL(`${base}/shops/rosa`);
    await page.goto(`${base}/account`);
    await page.click('text=Sign out');
    await page.waitForURL(`${base}/sign-in`);
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('fondly.session_token');
    await context.close();
  });
});

/** Each into the field that has the focus, and on. */
async function typeIn(page: Page, words: readonly string[]): Promise<void> {
  for (const [at, word] of words.entries()) {
    if (at > 0) await page.keyboard.press('Tab');
    await page.keyboard.type(word);
  }
  await page.keyboard.press('Enter');
}
