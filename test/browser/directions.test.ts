import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { renderCard } from '../../src/cards/render.ts';
import { must } from '../cards/cards.ts';
import { openBrowser } from '../support/browser.ts';
import { needs } from '../support/need.ts';

/** The letters of the first heading, from left to right as they stand on the screen. */
const LETTERS = `(() => {
  const seen = [];
  const walk = document.createTreeWalker(document.querySelector('h1'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at++) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { left, width } = range.getBoundingClientRect();
      if (width > 0 && node.data[at].trim()) seen.push({ left, letter: node.data[at] });
    }
  return seen.sort((one, other) => one.left - other.left).map(({ letter }) => letter).join('');
})()`;

describe('a name that reads the other way, in a browser', needs('chromium'), () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each([
    ['en', '{{customer.firstName}} 5!', 'محمد', 'دمحم5!'],
    ['en', '{{customer.firstName}} 5!', '\u202eمحمد\u2067 (علي)', ')يلع(دمحم5!'],
    ['ar', 'يا {{customer.firstName}}', 'Mia (5)', 'Mia(5)اي'],
    ['ar', '5 {{customer.firstName}}', '\u202dMia!', 'Mia!5'],
  ])('stands where it was put, in the card, its subject and its text: %s “%s”', async (language, headline, firstName, order) => {
    const ready = (await readGalleryCard('birthday-garden'))!;
    const words = { ...ready.words[language], headline, subject: headline };
    const card = must(await compileCard({ mjml: ready.mjml, words, language }));
    const { html, subject } = renderCard(card, { ...ready.sample, language, customer: { firstName } });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.setContent(html);
    expect(await page.evaluate(LETTERS)).toBe(order);
    await page.setContent(`<h1 dir="${language === 'ar' ? 'rtl' : 'ltr'}">${subject}</h1>`);
    expect(await page.evaluate(LETTERS)).toBe(order);
    if (language === 'en') await page.setContent(`<h1 dir="auto">${subject}</h1>`);
    expect(await page.evaluate(LETTERS)).toBe(order);
    await context.close();
  });

  it('stands where it was put in the pages of members, and turns nothing round', async () => {
    const style = await readFile(new URL('../../src/web/members.css', import.meta.url), 'utf8');
    const context = await browser.newContext();
    const page = await context.newPage();
    for (const name of ['محمد', '\u202eمحمد']) {
      await page.setContent(`<style>${style}</style><body class="app"><h1><a href="#">${name}</a> 5!</h1>`);
      expect(await page.evaluate(LETTERS)).toBe('دمحم5!');
    }
    await context.close();
  });
});
