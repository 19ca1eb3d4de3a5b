import type { Page } from 'playwright-core';

// In the page: notes each key in the words, and when the frame has painted a card with what it wrote.
const WATCH = `(() => {
  const inside = document.querySelector('.compose-preview iframe').contentDocument;
  const words = document.querySelector('[aria-labelledby="w-headline-label"]');
  const keys = (window.keys = []);
  words.addEventListener('keydown', ({ timeStamp }) => keys.push({ pressed: timeStamp, ...Promise.withResolvers() }));
  words.addEventListener('input', () => (keys.at(-1).wrote = words.textContent));
  const isThere = ({ wrote, shown }) => wrote && !shown && inside.body.textContent.includes(wrote);
  new MutationObserver(() => {
    const there = keys.filter(isThere);
    for (const key of there) key.shown = true;
    requestAnimationFrame(() => setTimeout(() => { for (const key of there) key.resolve(performance.now() - key.pressed); }));
  }).observe(inside, { subtree: true, childList: true, characterData: true });
})()`;

/**
 * Writes `text`, which a plain keyboard has and no spaces, into the empty headline of a card that is open in the studio, key by key, each when the one before is shown.
 * Answers for each key the milliseconds until the card beside the words was painted with it.
 */
export async function typeAndWatch(page: Page, text: string): Promise<number[]> {
  await page.locator('[aria-labelledby="w-headline-label"]').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Dear ');
  const card = page.frameLocator('.compose-preview iframe').locator('body');
  await card.getByText('Dear').first().waitFor();
  await page.evaluate(WATCH);
  const took: number[] = [];
  for (const [n, key] of Array.from(text).entries()) {
    await page.keyboard.type(key);
    took.push(await page.evaluate<number>(`window.keys[${n}].promise`));
  }
  return took;
}
