import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import type { Business } from '../businesses/business.ts';
import type { Actor, Db } from '../businesses/commit.ts';
import { memberOf, type Member } from '../businesses/members.ts';
import { type Form, readForm } from './forms.ts';
import { forMembers } from './headers.ts';
import { noticePage } from './layout.ts';
import type { Site } from './site.ts';

/** A page or press below `/shops/:shop`. The app mounts the whole table, and the tests go through it. */
export interface MemberRoute {
  method: 'GET' | 'POST';
  /** Such as '/customers/:customer'; '' is the shop's home. */
  path: string;
  /** The least that a member must be. */
  role: 'staff' | 'owner';
  /** Bytes that may be posted; 64 KB unless said. */
  limit?: number;
  to: (visit: Visit) => Response | Promise<Response>;
}

/** A page or press outside of any shop. */
export interface OpenRoute {
  method: 'GET' | 'POST';
  path: string;
  limit?: number;
  to: (c: Context, site: Site) => Response | Promise<Response>;
}

/** A member's request: who asks, in which shop, and how to answer. */
export interface Visit {
  c: Context;
  site: Site;
  db: Db;
  business: Business;
  member: Member;
  accountId: string;
  now: Date;
  actor: Actor;
  /** htmx asked: only the part that changes is wanted. */
  fragment: boolean;
  /** An address within this shop. */
  href(path: string): string;
  /** A path parameter that is an id; undefined when it cannot be one. */
  id(name: string): string | undefined;
  form(): Promise<Form>;
  missing(): Response | Promise<Response>;
}

const USUAL_BYTES = 64 * 1024;

export function mountMembers(app: Hono, site: Site, routes: readonly MemberRoute[]): void {
  const fromHere = fromOurPages(site);
  for (const route of routes) {
    app.on(route.method, `/shops/:shop${route.path}`, readToEnd, fromHere, upTo(route.limit), (c) => enter(site, route, c));
  }
}

export function mountOpen(app: Hono, site: Site, routes: readonly OpenRoute[]): void {
  const fromHere = fromOurPages(site);
  for (const { method, path, limit, to } of routes)
    app.on(method, path, readToEnd, fromHere, upTo(limit), async (c) => {
      forMembers(c);
      return to(c, site);
    });
}

const MOST_READ_AWAY = 256 * 1024 * 1024;

/**
 * Lets no answer stand before the end of what is being sent: a browser that is cut off while it sends shows a fault of its own instead of our
 * sentence. What nobody wanted is read and thrown away.
 */
const readToEnd: MiddlewareHandler = async (c, next) => {
  await next();
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const size = Number(incoming?.headers['content-length'] ?? 0);
  if (!incoming || incoming.readableEnded || size === 0 || size > MOST_READ_AWAY) return;
  const { body } = c.req.raw;
  if (body === null || body.locked) return;
  await body.pipeTo(new WritableStream()).catch(() => undefined);
};

function upTo(limit = USUAL_BYTES): MiddlewareHandler {
  const words = {
    title: 'That is too much at once',
    text: `At most ${size(limit)} can be sent here. Make it smaller, and try again.`,
  };
  return bodyLimit({ maxSize: limit, onError: (c) => c.html(noticePage(words), 413) });
}

// Customers' pages have no such guard: they know nobody by a cookie, and a mail program that presses for its reader names no origin.
function fromOurPages(site: Site): MiddlewareHandler {
  const own = new URL(site.publicUrl).origin;
  return csrf({ origin: (origin, c) => origin === new URL(c.req.url).origin || origin === own });
}

// Roles are read anew on each request: what an owner takes away is gone with the next press.
async function enter(site: Site, route: MemberRoute, c: Context): Promise<Response> {
  forMembers(c);
  const account = await site.accounts.whoIs(c.req.raw.headers);
  if (!account) return signInFirst(c);
  const found = await memberOf(site.db, c.req.param('shop') ?? '', account.accountId);
  if (!found) return c.notFound();
  const base = `/shops/${found.business.slug}`;
  const to = { href: base, words: `Back to ${found.business.name}` };
  if (route.role === 'owner' && found.member.role !== 'owner') return c.html(noticePage({ ...ownersOnly, to }), 403);
  const now = site.now();
  return route.to({
    c,
    site,
    db: site.db,
    ...found,
    accountId: account.accountId,
    now,
    actor: { by: `member:${found.member.id}`, now },
    fragment: c.req.header('hx-request') === 'true',
    href: (path) => base + path,
    id: (name) => idIn(c.req.param(name)),
    form: () => readForm(c),
    missing: () => c.html(noticePage({ ...goneFromHere, to }), 404),
  });
}

const ownersOnly = {
  title: 'This is for owners',
  text: 'Settings and members are for the owners of a shop. Ask one of them.',
};

const goneFromHere = {
  title: 'This is not here',
  text: 'It was removed, or the address is incomplete.',
};

/** To whoever presses after their session ended. */
export const signedOut = {
  title: 'Please sign in',
  text: 'You were signed out, so nothing was changed. Sign in in another tab, then go back here and press again.',
};

function signInFirst(c: Context): Response {
  if (c.req.method === 'POST') return c.html(noticePage(signedOut), 401) as unknown as Response;
  const to = new URL(c.req.url);
  return c.redirect(`/sign-in?to=${encodeURIComponent(to.pathname + to.search)}`, 302);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function idIn(text: string | undefined): string | undefined {
  return text !== undefined && UUID.test(text) ? text.toLowerCase() : undefined;
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
