import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeOccasion } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { faultsOf, openBrowser, windowOf } from '../support/browser.ts';
import { publishAnew } from '../support/publish-anew.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { app, business, ben, shop } = house;

describe('in a browser', needs('chromium'), () => {
  let browser: Browser;

  beforeAll(async () => {
    await changeOccasion(app.db, business.id, 'birthday', { mode: 'ask' }, { by: 'fondly', now: app.now() });
    for (const [name, day, email] of [
      ['Ines', 1, 'ines@example.com'],
      ['Maria', 2, 'maria@example.com'],
      ['Nour', 2, 'nour@example.com'],
      ['Lea', 9, null],
    ] as const)
      await shop.customer({ givenName: name, email, dates: [{ kind: 'birthday', month: 3, day }] });
    await shop.customer({ givenName: 'Uma', email: 'uma@example.com', dates: [{ kind: 'anniversary', month: 3, day: 1 }] });
    await planAll(app.db, app.now());
    await shop.live('2027-03-01T10:00:00Z');
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  it('staff approve, hold and swap, by keyboard alone, and the row changes where it stands', async () => {
    const { page, context } = await windowOf(browser, house, ben);
    await page.goto('/shops/rosa');
    const row = page.locator('.home-row', { hasText: 'Maria' });
    await row.getByRole('button', { name: 'Approve' }).press('Enter');
    await row.getByText('approved by you').waitFor();
    await row.getByRole('button', { name: 'Hold back' }).press('Enter');
    await row.getByText('Held back by you').waitFor();
    await row.getByRole('button', { name: 'Undo' }).press('Enter');
    await row.getByText('Goes by itself at 09:00, approved by you').waitFor();
    await row.getByRole('link', { name: 'Maria' }).press('Enter');
    await page.getByRole('link', { name: 'Swap the card' }).press('Enter');
    await page
      .getByRole('button', { name: /^Send this one/ })
      .first()
      .press('Enter');
    await page.getByText(/^Maria gets “/).waitFor();
    await page.getByLabel('A line of your own').fill('See you on Saturday!');
    await page.getByRole('button', { name: 'Save the line' }).press('Enter');
    await page.getByText('Your line goes with the card').waitFor();
    await page.frameLocator('iframe').getByText('See you on Saturday!').waitFor();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect.poll(() => page.getByLabel('A line of your own').inputValue()).toBe('');
    await context.close();
  });

  it('a press on a card that was published anew meanwhile goes to that card', async () => {
    const { page, context } = await windowOf(browser, house, ben);
    await page.goto('/shops/rosa');
    await publishAnew(app.db, business.id, 'birthday-balloons');
    await page.locator('.home-row', { hasText: 'Nour' }).getByRole('button', { name: 'Approve' }).press('Enter');
    await page.getByText('A newer version of this card was published after you looked.').waitFor();
    expect(await page.getByRole('heading', { name: 'Nour: Birthday' }).count()).toBe(1);
    expect(await page.getByText('Waits for you').count()).toBe(1);
    await context.close();
  });

  it('works the same without a script', async () => {
    const { page, context } = await windowOf(browser, house, ben, { javaScriptEnabled: false });
    await page.goto('/shops/rosa');
    await page.locator('.home-row', { hasText: 'Nour' }).getByRole('button', { name: 'Skip' }).click();
    await page.getByText('Nour does not get this card').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Nour: Waits for you.').waitFor();
    await page.getByText('No e-mail address', { exact: true }).click();
    await page.getByLabel('E-mail of Lea', { exact: true }).fill('lea@example.com');
    await page.getByRole('button', { name: 'Add: E-mail of Lea' }).click();
    await page.getByText('Lea: Waits for you').waitFor();
    expect(await page.getByText('No e-mail address', { exact: true }).count()).toBe(0);
    await context.close();
  });

  it.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)('what comes, waits and has left is accessible and fits at %i px in %s', async (width, colorScheme) => {
    const { page, context } = await windowOf(browser, house, ben, { width, colorScheme });
    const rows = await app.db.selectFrom('touchpoint').select(['id', 'state']).where('business_id', '=', business.id).execute();
    const waits = rows.find(({ state }) => state === 'waiting')?.id ?? '';
    const left = rows.find(({ state }) => state === 'accepted')?.id ?? '';
    for (const path of ['', '/day/2027-03-02', '/waiting', `/coming/${waits}`, `/sent/${left}?as=headers`]) {
      const answer = await page.goto(`/shops/rosa${path}`);
      expect([path, answer?.status(), await faultsOf(page)]).toEqual([path, 200, []]);
    }
    await context.close();
  });
});
