import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { noticePage } from './layout.ts';
import { words } from './words.ts';

/**
 * The outbox of all shops is the operator's, and shown on this machine only: by the socket's own address, never by a header. A name that is not this
 * machine's own (a page elsewhere that had its name point here) and anything that was passed on by a proxy are refused too.
 */
export const onlyHere: MiddlewareHandler = async (c, next) => {
  if (cameFromHere(c)) return next();
  return c.html(noticePage({ title: words.outbox.loopbackTitle, text: words.outbox.loopback }), 403);
};

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export function cameFromHere(c: Context): boolean {
  const address = getConnInfo(c).remote.address ?? '';
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
  return isLoopback(address) && isLoopback(host) && !forwarding.some((name) => c.req.header(name) !== undefined);
}

function isLoopback(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/.test(name);
}
