import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendLetter } from '../../src/businesses/letters.ts';
import { outboxName, readOutbox } from '../../src/mail/outbox.ts';
import { writeTestCard } from '../../src/occasions/test-card.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { openBrowser, windowOf } from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { needs } from '../support/need.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { app, business, ben, ada } = house;

describe('the card studio, in a browser', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    await house.shop.customer({ givenName: 'Zoë', email: 'zoe@example.com', dates: [{ kind: 'birthday', month: 3, day: 9 }] });
  });
  afterAll(() => browser?.close());

  const draft = async () => {
    const started = await startCard(db, business.id, { gallery: 'birthday-balloons' }, { by: 'fondly', now: app.now() });
    if (!started.ok) throw new Error(started.reason);
    return `/shops/rosa/cards/${started.cardId}`;
  };

  it('takes a card from the gallery, words it, shows it to three people, tests it, publishes it, and it arrives so', async () => {
    const { page, context, complaints } = await windowOf(browser, house, ben);
    await page.goto('/shops/rosa/cards/gallery');
    await page.click('li:has(iframe[src*="birthday-midnight"]) button');
    await page.click('text=Change this card');
    const headline = page.locator('[aria-labelledby="w-headline-label"]');
    await headline.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('All the best, ');
    await page.selectOption('select[data-insert="w-headline"]', { label: 'first name' });
    const shown = () => page.frameLocator('.compose-preview iframe:not(.compose-next)').locator('body');
    await expect.poll(() => shown().innerText()).toContain('All the best, Mia');
    await page.selectOption('select[name=as]', { label: 'Somebody without a name' });
    await expect.poll(() => shown().innerText()).toContain('All the best, friend');
    await page.selectOption('select[name=as]', { label: 'A name that reads from right to left' });
    await expect.poll(() => shown().innerText()).toContain('عبد الرحمن');
    await expect.poll(() => page.textContent('.compose-saved')).toMatch(/^Saved \d\d:\d\d/);

    await page.click('text=Check and publish');
    await page.waitForSelector('text=/customers? and looked at/');
    await page.click('text=Send a test');
    await page.waitForSelector('text=A test goes to ben@rosa.example');
    expect(await arrived()).toMatchObject({
      to: expect.stringContaining('ben@rosa.example'),
      subject: expect.stringMatching(/^\[Test\] /),
    });
    expect((await arrived())?.html.includes('All the best, Mia')).toBe(true);

    await page.click('text=Publish this card');
    await page.waitForSelector('text=is published');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('does the same by keyboard alone', async () => {
    const { page, context } = await windowOf(browser, house, ben);
    /** Tabs on until the focus stands on what is looked for, as somebody without a mouse does. */
    const tabTo = async (selector: string, most = 150) => {
      for (let n = 0; n < most; n++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
      }
      throw new Error(`The keyboard never comes to ${selector}`);
    };
    const enter = async () => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await page.goto('/shops/rosa/cards/gallery?for=new-year');
    await tabTo('button[aria-label^="Take this card"]');
    await enter();
    await tabTo('form[action$="/edit"] button');
    await enter();
    await tabTo('[aria-labelledby="w-headline-label"]');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('To a bright year, ');
    await tabTo('select[data-insert="w-headline"]');
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    const shown = () => page.frameLocator('.compose-preview iframe:not(.compose-next)').locator('body').innerText();
    await expect.poll(shown).toContain('To a bright year, Mia');
    await expect.poll(() => page.textContent('.compose-saved')).toMatch(/^Saved \d/);
    await page.keyboard.press('Control+Home');
    await page.evaluate('document.activeElement.blur()');
    await tabTo('a[href$="/publish"]');
    await enter();
    await tabTo('form[action$="/publish"] button');
    await enter();
    expect(await page.innerText('.said')).toContain('is published');
    await context.close();
  });

  /** The test, out of practice's outbox. */
  async function arrived() {
    const sender = await app.openSender();
    await sendLetter(sender, { 'test card': writeTestCard }, app.now());
    await sender.stop();
    const row = await db.selectFrom('letter').select('message_id').where('kind', '=', 'test card').executeTakeFirst();
    return row?.message_id ? readOutbox(app.outboxFolder, outboxName(row.message_id)) : undefined;
  }

  it('lets two people write at once: different words join, the same words ask', async () => {
    const at = await draft();
    const mine = await windowOf(browser, house, ben);
    const hers = await windowOf(browser, house, ada);
    await mine.page.goto(`${at}/edit`);
    await hers.page.goto(`${at}/edit`);
    const write = async (page: typeof mine.page, slot: string, words: string) => {
      await page.locator(`[aria-labelledby="w-${slot}-label"]`).focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.type(words);
    };
    await write(hers.page, 'signature', 'Ada and all of us');
    await expect.poll(() => hers.page.textContent('.compose-saved')).toMatch(/^Saved \d/);
    await write(mine.page, 'headline', 'Three cheers');
    await expect.poll(() => mine.page.locator('[aria-labelledby="w-signature-label"]').innerText()).toBe('Ada and all of us');
    await write(hers.page, 'headline', 'Four cheers');
    await hers.page.waitForSelector('.compose-conflict button');
    expect(await hers.page.innerText('.compose-conflict')).toContain('Three cheers');
    await hers.page.click('text=Use mine');
    await expect.poll(() => hers.page.textContent('.compose-saved')).toMatch(/^Saved \d/);
    await mine.page.reload();
    expect(await mine.page.locator('[aria-labelledby="w-headline-label"]').innerText()).toBe('Four cheers');
    await mine.context.close();
    await hers.context.close();
  });

  it('marks at its line what is wrong with a source, and keeps it', async () => {
    const at = await draft();
    const { page, context, complaints } = await windowOf(browser, house, ben);
    await page.goto(`${at}/source`);
    await page.waitForSelector('.compose-code[data-ready]');
    await page.locator('.cm-content').focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('<mj-include path="/etc/passwd" />');
    await expect.poll(() => page.innerText('#source-problems')).toContain('Line 1');
    expect(await page.innerText('#source-problems')).not.toContain('root:');
    await page.check('input[name=understood]');
    await page.click('text=Save the source');
    await page.waitForSelector('text=Nobody gets it until you publish it.');
    await page.goto(`${at}/publish`);
    await page.waitForSelector('.compose-findings .stops');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('goes back and forth over what was written', async () => {
    const at = await draft();
    const { page, context } = await windowOf(browser, house, ben);
    await page.goto(`${at}/edit`);
    const signature = page.locator('[aria-labelledby="w-signature-label"]');
    const before = await signature.innerText();
    await signature.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('See you');
    await page.keyboard.press('Control+z');
    expect(await signature.innerText()).toBe(before);
    await page.keyboard.press('Control+Shift+z');
    expect(await signature.innerText()).toBe('See you');
    await context.close();
  });

  it('saves and shows without JavaScript', async () => {
    const at = await draft();
    const { page, context } = await windowOf(browser, house, ben, { javaScriptEnabled: false });
    await page.goto(`${at}/edit`);
    await page.fill('textarea[name="w.headline"]', 'Plain and simple');
    await page.click('.compose-save button');
    await page.waitForSelector('text=Saved.');
    expect(await page.frameLocator('.compose-preview iframe').locator('body').innerText()).toContain('Plain and simple');
    await context.close();
  });
});
