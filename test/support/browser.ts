import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium as playwright,
  type Page,
} from 'playwright-core';
import type { Guest, House } from './house.ts';
import { chromium } from './need.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: chromium() ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export interface Window {
  context: BrowserContext;
  page: Page;
  /** What the page complained of in its console: what its policy refused, and its scripts' errors. */
  complaints: string[];
}

interface WindowOptions extends Pick<BrowserContextOptions, 'colorScheme' | 'javaScriptEnabled' | 'locale' | 'timezoneId'> {
  width?: number;
  height?: number;
}

/** The window of somebody who is signed in, or of nobody. */
export async function windowOf(
  browser: Browser,
  { base }: Pick<House, 'base'>,
  guest: Pick<Guest, 'cookie'>,
  { width = 1280, height = 900, ...rest }: WindowOptions = {},
): Promise<Window> {
  const context = await browser.newContext({ viewport: { width, height }, baseURL: base, ...rest });
  // Long, for a busy machine: nothing waits longer than it must.
  context.setDefaultTimeout(200_000);
  const cookies = guest.cookie.split('; ').filter(Boolean);
  await context.addCookies(
    cookies.map((cookie) => ({
      name: cookie.slice(0, cookie.indexOf('=')),
      value: cookie.slice(cookie.indexOf('=') + 1),
      url: base,
    })),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { context, page, complaints };
}

/** What is wrong with a page for those who see, hear or press otherwise (WCAG 2.2 AA), and whether it is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: RULES, iframes: false });
  const found = await page.evaluate<string[]>(
    `axe.run(document, ${options}).then((run) => run.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')))`,
  );
  const tooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
  return tooWide ? [...found, 'too wide'] : found;
}

// Until nothing is asked for by htmx, swapped in or moving any more: a word that is half faded in has another contrast.
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState();
  await page.evaluate(`(async () => {
    const moves = (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity;
    const busy = () => document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling') || document.getAnimations().some(moves);
    do await new Promise(requestAnimationFrame); while (busy());
  })()`);
}
