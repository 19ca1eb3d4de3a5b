import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium as playwright, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReset } from '../../src/businesses/accounts-reset.ts';
import { invite } from '../../src/businesses/invitations.ts';
import { signLink } from '../../src/links/token.ts';
import { testDatabase } from '../support/database.ts';
import { type Guest, openHouse } from '../support/house.ts';
import { chromium, needs } from '../support/need.ts';
import { PASSWORD } from '../support/password.ts';

const { url } = await testDatabase();
const house = await openHouse(url, new Date().toISOString());
const { app, business, ada, ben, base } = house;

describe('the door, in a browser', needs('chromium'), () => {
  let browser: Browser;
  let pages: [name: string, address: string, who?: Guest][] = [];

  beforeAll(async () => {
    pages = await addresses();
    browser = await playwright.launch({
      executablePath: chromium() ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 60_000);
  afterAll(() => browser?.close());

  async function addresses(): Promise<typeof pages> {
    const actor = { by: `member:${ada.memberId}`, now: app.now() };
    const asked = { role: 'staff', email: 'zoe.with.a.long.name@some.quite.long.example.com', by: ada.memberId } as const;
    const invitation = await invite(app.db, business, asked, actor);
    const id = invitation.ok ? invitation.id : '';
    const token = signLink(app.keys, { business: business.id, touchpoint: id, purpose: 'invitation' });
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
      ['members', '/shops/rosa/members', ada],
      ['invitation', `/shops/rosa/members/invitations/${id}`, ada],
      ['end', `/shops/rosa/members/${ben.memberId}/end`, ada],
    ];
  }

  async function enter(context: BrowserContext, who: Guest | undefined): Promise<void> {
    await context.clearCookies();
    const [name = '', value = ''] = who?.cookie.split(/=(.*)/s) ?? [];
    if (name) await context.addCookies([{ name, value, url: base }]);
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
      for (const [name, address, who] of pages) {
        await enter(context, who);
        await page.goto(base + address);
        await page.evaluate(axe.source);
        const found = await page.evaluate<string[]>(`axe.run(document).then((run) => run.violations.map((one) => one.id))`);
        const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
        expect({ name, found, tooWide }).toEqual({ name, found: [], tooWide: false });
      }
      await context.close();
    },
    120_000,
  );

  it('lets one in by keyboard alone, with the password shown at a press, and says what was wrong', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    await page.goto(`${base}/sign-in`);
    await typeIn(page, [ben.email, 'not the password']);
    await page.waitForSelector('text=do not go together');
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
  }, 60_000);

  it('works without JavaScript: an invitation, and the way out again', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
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
  }, 60_000);
});

/** Each into the field that has the focus, and on. */
async function typeIn(page: Page, words: readonly string[]): Promise<void> {
  for (const [at, word] of words.entries()) {
    if (at > 0) await page.keyboard.press('Tab');
    await page.keyboard.type(word);
  }
  await page.keyboard.press('Enter');
}
