import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
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
  setCookie(visit.c, COOKIE, value, { ...whereTo(visit), maxAge: 60 });
}

/** What is to be said on this page, and on no other. */
export function readSaid(visit: Visit): Said | undefined {
  const value = getCookie(visit.c, COOKIE);
  if (!value) return undefined;
  deleteCookie(visit.c, COOKIE, whereTo(visit));
  try {
    return JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Said;
  } catch {
    return undefined;
  }
}

function encode(said: Said): string {
  return Buffer.from(JSON.stringify(said)).toString('base64url');
}

function whereTo({ site, href }: Visit): CookieOptions {
  return { path: href(''), httpOnly: true, sameSite: 'Lax', secure: site.publicUrl.startsWith('https:') };
}
