import type { Visit } from './visit.ts';

/** What a press did, said once on the next page, with the way back where there is one. */
export interface Said {
  say: string;
  undo?: { path: string; fields?: Record<string, string | number>; label?: string };
}

const COOKIE = 'fondly-said';

/** Kept by the member's own browser, because the page that says it is another request, perhaps to another process. */
export function keepSaid(visit: Visit, said: Said): void {
  const whole = encode(said);
  const value = whole.length > 3500 ? encode({ say: said.say.slice(0, 500) }) : whole;
  visit.c.header('Set-Cookie', `${COOKIE}=${value}; ${attributes(visit, 60)}`, { append: true });
}

/** What is to be said on this page, and on no other. */
export function readSaid(visit: Visit): Said | undefined {
  const cookies = visit.c.req.header('cookie') ?? '';
  const value = cookies
    .split(/;\s*/)
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  if (!value) return undefined;
  visit.c.header('Set-Cookie', `${COOKIE}=; ${attributes(visit, 0)}`, { append: true });
  try {
    return JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Said;
  } catch {
    return undefined;
  }
}

function encode(said: Said): string {
  return Buffer.from(JSON.stringify(said)).toString('base64url');
}

function attributes({ site, href }: Visit, seconds: number): string {
  const secure = site.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `Path=${href('')}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
