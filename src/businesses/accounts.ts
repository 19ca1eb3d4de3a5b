import { isAPIError } from 'better-auth/api';
import { hashPassword } from 'better-auth/crypto';
import { v7 } from 'uuid';
import { emailKey, emailProblem } from './accounts-address.ts';
import { type Auth, type AuthParts, betterAuthFor } from './accounts-better-auth.ts';
import { cookiesOf, type Device, headersOf, type SignIn } from './accounts-device.ts';
import { passwordProblem } from './accounts-passwords.ts';
import { type TwoFactor, twoFactorOf } from './accounts-two-factor.ts';
import { type Db, inOneCommit, type Outcome, refused } from './commit.ts';
import { forgetTries, type Limit, limitKey, takeTry } from './sign-in-limits.ts';

/** Who asks: an account, in one of its sessions. What it may do in which business, memberOf says. */
export interface SignedIn {
  accountId: string;
  sessionId: string;
  name: string;
  /** Its sameness key: in small letters. */
  email: string;
}

export interface Accounts extends TwoFactor {
  /** Whose session these cookies are; undefined when nobody's. A session lives 30 days from its last use. */
  whoIs(headers: Headers): Promise<SignedIn | undefined>;
  /** By address and password. An unknown address is answered like a wrong password, as slowly, and limited alike. */
  signIn(asked: { email: string; password: string }, device: Device, now: Date): Promise<SignIn>;
  /** Signs in whoever has just made this account. */
  openSession(accountId: string, device: Device): Promise<string[]>;
  /** Ends the session of these cookies, and takes them away. */
  signOut(device: Device): Promise<string[]>;
}

/** Sign-in for this installation. Sessions live on the machine's own clock; everything else goes by `now`. */
export function openAccounts(parts: AuthParts): Accounts {
  const auth = betterAuthFor(parts);
  return {
    whoIs: (headers) => whoIs(auth, headers),
    signIn: (asked, device, now) => signIn(auth, parts, { ...asked, device }, now),
    openSession: async (accountId, device) => {
      const asked = { body: { accountId }, headers: headersOf(device), returnHeaders: true } as const;
      return cookiesOf((await auth.api.openSession(asked)).headers);
    },
    signOut: async (device) => cookiesOf((await auth.api.signOut({ headers: headersOf(device), returnHeaders: true })).headers),
    ...twoFactorOf(auth, parts),
  };
}

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export type AccountField = keyof NewAccount;

/** `at`: the field that is wrong. */
export type MadeAccount = { ok: true; id: string } | { ok: false; reason: string; at?: AccountField };

/** What is wrong with an account to be made, and at which field; undefined when it will do. `known` are words that others know. */
export function accountProblem(
  { name, email, password }: NewAccount,
  known: readonly string[] = [],
): { at: AccountField; reason: string } | undefined {
  if (name.trim() === '') return { at: 'name', reason: 'What is your name? Others in the shop see it beside what you do.' };
  if (name.length > LONGEST_NAME) return { at: 'name', reason: `Use at most ${LONGEST_NAME} letters.` };
  const wrong = emailProblem(email);
  if (wrong) return { at: 'email', reason: wrong };
  const problem = passwordProblem(password, [emailKey(email), name, ...known]);
  return problem ? { at: 'password', reason: problem } : undefined;
}

/** Makes an account; its address is what it signs in with. `hash` costs a tenth of a second on purpose. */
export async function addAccount(
  db: Db,
  asked: NewAccount & { known?: readonly string[] },
  now: Date,
  hash = hashPassword,
): Promise<MadeAccount> {
  const problem = accountProblem(asked, asked.known);
  if (problem) return { ok: false, ...problem };
  const row = { name: asked.name.trim(), email: emailKey(asked.email), password: await hash(asked.password) };
  return insertAccount(db, row, now);
}

/** The name that others see. */
export async function renameAccount(db: Db, accountId: string, name: string, now: Date): Promise<Outcome> {
  if (name.trim() === '') return refused('Write a name: others in the shop see it beside what you do.');
  if (name.length > LONGEST_NAME) return refused(`Use at most ${LONGEST_NAME} letters.`);
  await db.updateTable('auth_user').set({ name: name.trim(), updated_at: now }).where('id', '=', accountId).execute();
  return { ok: true };
}

const LONGEST_NAME = 100;

async function insertAccount(db: Db, row: { name: string; email: string; password: string }, now: Date): Promise<MadeAccount> {
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
    if (!made) return { ...refused('There is an account with this address already. Sign in with it.'), at: 'email' };
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

// Whoever tries one account from one place is soon slowed; a crowd of places later, so that nobody can lock an owner out from afar.
const LIMITS = {
  both: { most: 8, minutes: 15 },
  network: { most: 60, minutes: 15 },
  account: { most: 100, minutes: 60 },
} satisfies Record<string, Limit>;

async function signIn(
  auth: Auth,
  { db, secretKeys }: AuthParts,
  { email: typed, password, device }: { email: string; password: string; device: Device },
  now: Date,
): Promise<SignIn> {
  const email = emailKey(typed);
  const both = limitKey(secretKeys, 'sign in', email, device.network);
  const account = limitKey(secretKeys, 'sign in', email);
  // The network first: one that tries too much leaves no row behind for each address that it makes up.
  const until =
    (await takeTry(db, limitKey(secretKeys, 'sign in from', device.network), LIMITS.network, now)) ??
    (await takeTry(db, both, LIMITS.both, now)) ??
    (await takeTry(db, account, LIMITS.account, now));
  if (until) return { kind: 'wait', until };
  const answer = await tryPassword(auth, { email, password }, headersOf(device));
  if (!answer) return { kind: 'wrong' };
  await forgetTries(db, [both, account]);
  const cookies = cookiesOf(answer.headers);
  return 'user' in answer.response ? { kind: 'in', accountId: answer.response.user.id, cookies } : { kind: 'code', cookies };
}

async function tryPassword(auth: Auth, body: { email: string; password: string }, headers: Headers) {
  try {
    return await auth.api.signInEmail({ body, headers, returnHeaders: true });
  } catch (error) {
    if (isAPIError(error) && error.statusCode < 500) return undefined;
    throw error;
  }
}
