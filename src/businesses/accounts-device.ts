/** Where somebody signs in from, as their list of sessions will show it. */
export interface Device {
  /** Of the request: its cookies and its User-Agent are read. */
  headers: Headers;
  /** An address or network. */
  network: string;
}

/** `cookies` are Set-Cookie lines. */
export type SignIn =
  | { kind: 'in'; accountId: string; cookies: string[] }
  /** The password was right, and the second factor is asked for now. */
  | { kind: 'code'; cookies: string[] }
  | { kind: 'wrong' }
  /** A code was waited for too long, or guessed at too often: it begins with the password again. */
  | { kind: 'over' }
  | { kind: 'wait'; until: Date };

/** Our own header by which better-auth hears where a visitor comes from; it believes no other. */
export const FROM_HEADER = 'x-fondly-from';

/** What better-auth is to see of a request. */
export function headersOf({ headers, network }: Device): Headers {
  const seen = new Headers({ [FROM_HEADER]: network });
  for (const name of ['cookie', 'user-agent']) {
    const value = headers.get(name);
    if (value !== null) seen.set(name, value);
  }
  return seen;
}

const LONGEST_COOKIE = 400 * 24 * 60 * 60;

/**
 * The Set-Cookie lines. How long a session lives, its row says, and each use of it moves that on: so the cookie is only to outlast it, and
 * needs to be set once.
 */
export function cookiesOf(headers: Headers): string[] {
  return headers
    .getSetCookie()
    .map((line) => (line.includes('session_token=') ? line.replace(/Max-Age=[1-9]\d*/i, `Max-Age=${LONGEST_COOKIE}`) : line));
}
