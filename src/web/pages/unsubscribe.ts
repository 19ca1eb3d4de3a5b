import type { Context } from 'hono';
import { html } from 'hono/html';
import { findSubscription, unsubscribe } from '../../answers/unsubscribe.ts';
import { readLink } from '../../links/token.ts';
import { noticePage, sheetPage } from '../layout.ts';
import type { Site } from '../site.ts';
import { fill, words } from '../words.ts';

/** Asks before anything happens: mail filters open every link. */
export function unsubscribeForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const link = readLink(site.keys, 'unsubscribe', c.req.param('token') ?? '');
    const found = link && (await findSubscription(site.db, link));
    return found ? c.html(formPage(found.shop, found.address)) : c.notFound();
  };
}

/**
 * Stops everything at once. Mail programs post `List-Unsubscribe=One-Click` here, urlencoded or multipart, without Origin or cookies, and may do
 * so often: 200 each time, no redirect (RFC 8058). The button of our own page posts here too, and is answered with a page.
 */
export function unsubscribePost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const link = readLink(site.keys, 'unsubscribe', c.req.param('token') ?? '');
    const found = link && (await findSubscription(site.db, link));
    if (!link || !found || !(await unsubscribe(site.db, link, site.now()))) return c.notFound();
    if (await isOneClick(c)) return c.text('Unsubscribed.\n');
    const { doneTitle, done } = words.unsubscribe;
    return c.html(noticePage({ title: doneTitle, text: fill(done, { shop: found.shop }), shop: found.shop }));
  };
}

// A body that cannot be read is no reason to go on writing to someone: this only chooses the answer.
async function isOneClick(c: Context): Promise<boolean> {
  const body = await c.req.parseBody().catch(() => ({}));
  return 'List-Unsubscribe' in body;
}

function formPage(shop: string, address: string | undefined) {
  const { title, text, textPlain, button, stay } = words.unsubscribe;
  const sentence = address === undefined ? fill(textPlain, { shop }) : fill(text, { shop, address: shortened(address) });
  const content = html`<h1>${title}</h1>
    <p>${sentence}</p>
    <form method="post">
      <button type="submit">${button}</button>
    </form>
    <p class="quiet">${stay}</p>`;
  return sheetPage({ title, shop, content });
}

/** Enough to know one's own address by, for whoever the card was passed on to. */
function shortened(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 3 ? `…${address.slice(at)}` : `${address.slice(0, 2)}…${address.slice(at)}`;
}
