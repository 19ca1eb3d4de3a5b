import type { Context } from 'hono';
import { readLink } from '../../links/token.ts';
import { showMessage } from '../../touchpoints/shown.ts';
import { cardPage } from '../headers.ts';
import type { Site } from '../site.ts';

/** The card in a browser, as it was sent. */
export function viewCard(site: Site) {
  return async (c: Context): Promise<Response> => {
    const link = readLink(site.keys, 'view', c.req.param('token') ?? '');
    const card = link && (await showMessage(site.db, link.business, link.touchpoint));
    return card ? cardPage(c, card.html, false) : c.notFound();
  };
}
