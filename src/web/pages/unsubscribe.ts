import type { Context } from 'hono';
import { html } from 'hono/html';
import { findSubscription, isUnsubscribed, type Subscription, unsubscribe } from '../../answers/unsubscribe.ts';
import { type LinkTarget, readLink, signLink } from '../../links/token.ts';
import { readForm, shown, textOf } from '../forms.ts';
import { noticePage, sheetPage } from '../layout.ts';
import type { Site } from '../site.ts';
import { fill, type Speech, speak } from '../words.ts';

/** Asks before anything happens: mail filters open every link. */
export function unsubscribeForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const link = readLink(site.keys, 'unsubscribe', c.req.param('token') ?? '');
    const found = link && (await findSubscription(site.db, link));
    if (!link || !found) return c.notFound();
    // The page after the press, of whoever was erased too; and whoever comes back is not asked for what they did already.
    const over = found.address === undefined ? c.req.query('done') !== undefined : await isUnsubscribed(site.db, link, found);
    return c.html(over ? donePage(found) : formPage(site, link, found));
  };
}

/**
 * Stops everything at once. Mail programs post `List-Unsubscribe=One-Click` here, urlencoded or multipart, without Origin or cookies, and may do
 * so often: 200 each time, no redirect (RFC 8058). The button of our own page posts here too, says so, and is led to a page.
 */
export function unsubscribePost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const link = readLink(site.keys, 'unsubscribe', c.req.param('token') ?? '');
    const found = link && (await findSubscription(site.db, link));
    if (!link || !found || !(await unsubscribe(site.db, link, site.now()))) return c.notFound();
    return (await isOurButton(c)) ? shown(c, { done: '1' }) : c.text('Unsubscribed.\n');
  };
}

// This only chooses the answer: a body that cannot be read is no reason to go on writing to someone.
async function isOurButton(c: Context): Promise<boolean> {
  const form = await readForm(c);
  return !('List-Unsubscribe' in form) && textOf(form, 'do') === 'stop';
}

function formPage({ keys }: Site, link: LinkTarget, found: Subscription) {
  const { shop, address } = found;
  const speech = speechFor(found);
  const { title, text, textPlain, button, stay, choose } = speech.words.unsubscribe;
  const sentence = address === undefined ? fill(textPlain, { shop }) : fill(text, { shop, address: shortened(address) });
  const choices = signLink(keys, { business: link.business, touchpoint: link.touchpoint, purpose: 'preferences' });
  const content = html`<h1>${title}</h1>
    <p>${sentence}</p>
    <form method="post">
      <button type="submit" name="do" value="stop">${button}</button>
    </form>
    ${address === undefined ? '' : html`<p><a href="/p/${choices}">${choose}</a></p>`}
    <p class="quiet">${stay}</p>`;
  return sheetPage({ title, shop, content, speech });
}

function donePage(found: Subscription) {
  const { shop, slug } = found;
  const speech = speechFor(found);
  const { doneTitle, done, again } = speech.words.unsubscribe;
  const to = { href: `/join/${slug}`, words: again };
  return noticePage({ title: doneTitle, text: fill(done, { shop }), to, shop, speech });
}

function speechFor({ languages }: Subscription): Speech {
  return speak(...languages);
}

/** Enough to know one's own address by, for whoever the card was passed on to. */
function shortened(address: string): string {
  const at = address.lastIndexOf('@');
  // Joined, so that no line ends in the middle of it.
  return `${at < 3 ? '' : address.slice(0, 2)}…\u2060${address.slice(at)}`;
}
