import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { noticePage } from './layout.ts';
import type { Site } from './site.ts';
import { words } from './words.ts';

/** The outbox of all shops is the operator's, and shown on this machine only. */
export function onlyHere(site: Pick<Site, 'publicUrl'>): MiddlewareHandler {
  return async (c, next) => {
    if (cameFromHere(c, site)) return next();
    return c.html(noticePage({ title: words.outbox.loopbackTitle, text: words.outbox.loopback }), 403);
  };
}

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whoever asks sits at this machine: by the socket's own address, never by a header. A name that is not this machine's own (a page elsewhere that
 * had its name point here) and anything that was passed on by a proxy do not; and where the world is to reach Fondly by another name there
 * is a proxy, which may pass nothing on of where visitors come from.
 */
export function cameFromHere(c: Context, { publicUrl }: Pick<Site, 'publicUrl'>): boolean {
  const address = getConnInfo(c).remote.address ?? '';
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
  const passedOn = forwarding.some((name) => c.req.header(name) !== undefined);
  return [address, host, new URL(publicUrl).hostname].every(isLoopback) && !passedOn;
}

function isLoopback(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/.test(name);
}
