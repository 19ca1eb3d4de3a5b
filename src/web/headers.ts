import type { Context, MiddlewareHandler } from 'hono';

const page = policy({
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': "'self'",
  'frame-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
});

const member = policy({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'frame-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
});

/** A members' page runs our own script and nothing else, and tells its own address to nobody but us: browsers need it to name the origin of a form. */
export function forMembers(c: Context): void {
  c.header('Content-Security-Policy', member);
  c.header('Referrer-Policy', 'same-origin');
}

/** What every answer carries: nothing is kept, nothing leaks by Referer, nothing but our own style runs. */
export const headers: MiddlewareHandler = async (c, next) => {
  await next();
  const set = (name: string, value: string): void => {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
  set('Content-Security-Policy', page);
  set('Cache-Control', 'no-store');
  set('Referrer-Policy', 'no-referrer');
  set('X-Content-Type-Options', 'nosniff');
  set('X-Robots-Tag', 'noindex, nofollow');
  set('X-Frame-Options', 'DENY');
  set('Cross-Origin-Opener-Policy', 'same-origin');
  set('Cross-Origin-Resource-Policy', 'same-origin');
  set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
};

/** A card is somebody's design with somebody's words: shown in a box where no script runs, and only pictures and its own style load. */
export function cardPage(c: Context, card: string, embedded: boolean): Response {
  return boxed(c, card, embedded, SANDBOX);
}

/**
 * A card in the box of a page that changes its words as they are typed: that page's script reaches into the box, because both are of one
 * origin, and nothing in the box reaches out, because still no script runs there, by the sandbox and by the policy.
 */
export function livePage(c: Context, card: string): Response {
  return boxed(c, card, true, `${SANDBOX} allow-same-origin`);
}

/** A mail names pictures by the address at which the world reaches us, which this machine may not reach itself. */
export function withPicturesFromHere(card: string): string {
  return card.replaceAll(OUR_PICTURES, 'src="/pictures/');
}

const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation';
const OUR_PICTURES = /src="https?:\/\/[^"/]+(?:\/[^"]*)?\/pictures\//g;

function boxed(c: Context, card: string, embedded: boolean, sandbox: string): Response {
  c.header(
    'Content-Security-Policy',
    policy({
      'default-src': "'none'",
      'style-src': "'unsafe-inline'",
      'img-src': "'self' data:",
      'form-action': "'none'",
      'frame-ancestors': embedded ? "'self'" : "'none'",
      sandbox,
    }),
  );
  if (embedded) c.header('X-Frame-Options', 'SAMEORIGIN');
  return c.html(withPicturesFromHere(card));
}

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}
