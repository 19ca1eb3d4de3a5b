import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { v7 } from 'uuid';
import { readAddress } from '../mail/address.ts';
import { type Auth, type AuthParts, betterAuthFor, FROM_HEADER } from './accounts-better-auth.ts';
import { passwordProblem } from './accounts-passwords.ts';
import { type Db, inOneCommit, type Outcome, refused } from './commit.ts';

/** Who asks: an account, in one of its sessions. What it may do in which business, memberOf says. */
export interface SignedIn {
  accountId: string;
  sessionId: string;
  name: string;
  /** In small letters. */
  email: string;
}

/** Where somebody signs in from, as their list of sessions will show it. */
export interface Device {
  /** Of the request: its cookies and its User-Agent are read. */
  headers: Headers;
  /** An address or network. */
  network: string;
}

export interface Accounts {
  /** Whose session these cookies are; undefined when nobody's. A session lives 30 days from its last use. */
  whoIs(headers: Headers): Promise<SignedIn | undefined>;
  /** Signs in whoever has just made this account; Set-Cookie lines. */
  openSession(accountId: string, device: Device): Promise<string[]>;
}

/** Sign-in for this installation. Sessions live on the machine's own clock. */
export function openAccounts(parts: AuthParts): Accounts {
  const auth = betterAuthFor(parts);
  return {
    whoIs: (headers) => whoIs(auth, headers),
    openSession: (accountId, device) => openSession(auth, accountId, device),
  };
}

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

/** Makes an account; the address is the name to sign in with. `hash` costs a tenth of a second on purpose. */
export async function addAccount(db: Db, asked: NewAccount, now: Date, hash = hashPassword): Promise<Outcome<{ id: string }>> {
  const read = readAddress(asked.email);
  if ('reason' in read) return refused(read.reason);
  const problem = passwordProblem(asked.password, [asked.email, asked.name]);
  if (problem) return refused(problem);
  const password = await hash(asked.password);
  return insertAccount(db, { name: asked.name.trim(), email: read.address.toLowerCase(), password }, now);
}

async function insertAccount(
  db: Db,
  row: { name: string; email: string; password: string },
  now: Date,
): Promise<Outcome<{ id: string }>> {
  const { password, ...user } = row;
  const id = v7();
  const times = { created_at: now, updated_at: now };
  return inOneCommit(db, async (trx) => {
    const made = await trx
      .insertInto('auth_user')
      .values({ id, ...user, image: null, ...times })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) return refused('There is already an account with this address. Sign in with it.');
    await trx
      .insertInto('auth_account')
      .values({ ...credential(id), password, ...times })
      .execute();
    return { ok: true, id };
  });
}

// As better-auth keeps a password: an account "with itself".
function credential(userId: string) {
  const tokens = { access_token: null, refresh_token: null, id_token: null, scope: null };
  const ends = { access_token_expires_at: null, refresh_token_expires_at: null };
  return { id: v7(), user_id: userId, account_id: userId, provider_id: 'credential', ...tokens, ...ends };
}

async function whoIs(auth: Auth, headers: Headers): Promise<SignedIn | undefined> {
  if (!headers.has('cookie')) return undefined;
  const found = await auth.api.getSession({ headers });
  return found
    ? { accountId: found.user.id, sessionId: found.session.id, name: found.user.name, email: found.user.email }
    : undefined;
}

async function openSession(auth: Auth, accountId: string, device: Device): Promise<string[]> {
  const { headers } = await auth.api.openSession({ body: { accountId }, headers: headersOf(device), returnHeaders: true });
  return cookiesOf(headers);
}

/** What better-auth is to see of a request. */
function headersOf({ headers, network }: Device): Headers {
  const seen = new Headers({ [FROM_HEADER]: network });
  for (const name of ['cookie', 'user-agent']) {
    const value = headers.get(name);
    if (value !== null) seen.set(name, value);
  }
  return seen;
}

const LONGEST_COOKIE = 400 * 24 * 60 * 60;

// How long a session lives, its row says, and each use of it moves that on: so the cookie is only to outlast it, and needs to be set once.
function cookiesOf(headers: Headers): string[] {
  return headers
    .getSetCookie()
    .map((line) => (/session_token=/.test(line) ? line.replace(/Max-Age=[1-9]\d*/i, `Max-Age=${LONGEST_COOKIE}`) : line));
}
