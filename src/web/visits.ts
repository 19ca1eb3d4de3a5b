import type { Context, MiddlewareHandler } from 'hono';
import { noteVisit } from '../answers/visits.ts';
import type { LinkPurpose } from '../links/keys.ts';
import { type LinkTarget, readLink } from '../links/token.ts';
import { visitorHash } from '../links/visitor.ts';
import { addressOf } from './networks.ts';
import type { Site } from './site.ts';

/** Keeps for a day who opened which link of a card, so that a mail filter, which opens them all, is known when it presses one. */
export function noteVisits(site: Site, purpose: LinkPurpose): MiddlewareHandler {
  return async (c, next) => {
    const link = c.req.method === 'POST' ? undefined : readLink(site.keys, purpose, c.req.param('token') ?? '');
    if (link) await note(site, c, link, purpose);
    return next();
  };
}

/** The visitor of this request, as a hash that only we can make. */
export function visitorOf(site: Site, c: Context, business: string): string {
  return visitorHash(site.keys, { business, address: addressOf(c, site), agent: c.req.header('user-agent') ?? '' });
}

// A page is shown even when the visit cannot be kept.
async function note(site: Site, c: Context, link: LinkTarget, purpose: LinkPurpose): Promise<void> {
  const opened = purpose === 'survey' ? `answer:${link.value ?? ''}` : purpose;
  try {
    await noteVisit(site.db, link, { visitor: visitorOf(site, c, link.business), link: opened }, site.now());
  } catch (error) {
    site.log.warn({ err: error }, 'A visit could not be kept');
  }
}
