import { APIError } from 'better-auth/api';
import { symmetricDecrypt } from 'better-auth/crypto';
import type { Auth, AuthParts } from './accounts-better-auth.ts';
import { cookiesOf, type Device, headersOf, type SignIn } from './accounts-device.ts';
import { limitKey, takeTry } from './sign-in-limits.ts';

/** How a second factor stands with an account. */
export type TwoFactorState =
  | { kind: 'off' }
  /** Begun: its key waits for a first code. `uri` is for a QR code, `key` to type in. */
  | { kind: 'begun'; uri: string; key: string }
  | { kind: 'on'; codesLeft: number };

/** A code from a phone as the second factor (RFC 6238), and ten codes on paper for when the phone is lost. */
export interface TwoFactor {
  /** The second step of a sign-in: a code of the phone, or one from paper. `trust`: this browser is not asked again for 30 days. */
  enterCode(asked: { code: string; trust: boolean }, device: Device, now: Date): Promise<SignIn>;
  twoFactorState(accountId: string): Promise<TwoFactorState>;
  /** Makes a key; nothing is asked for until it was confirmed. False: not the password. */
  beginTwoFactor(password: string, device: Device): Promise<boolean>;
  /** With the phone's first code it is on. The codes for paper; undefined: not the code. */
  confirmTwoFactor(code: string, device: Device): Promise<{ backupCodes: string[]; cookies: string[] } | undefined>;
  /** Ten new codes for paper, in place of the former. Undefined: not the password. */
  renewBackupCodes(password: string, device: Device): Promise<string[] | undefined>;
  /** Undefined: not the password. */
  endTwoFactor(password: string, device: Device): Promise<{ cookies: string[] } | undefined>;
}

export function twoFactorOf(auth: Auth, parts: AuthParts): TwoFactor {
  const asked = (device: Device) => ({ headers: headersOf(device), returnHeaders: true }) as const;
  return {
    enterCode: (given, device, now) => enterCode(auth, parts, { ...given, device }, now),
    twoFactorState: (accountId) => stateOf(auth, parts, accountId),
    beginTwoFactor: async (password, device) =>
      (await unlessRefused(() => auth.api.enableTwoFactor({ body: { password }, headers: headersOf(device) }))) !== undefined,
    confirmTwoFactor: async (code, device) => {
      const answer = await unlessRefused(() => auth.api.verifyTOTP({ body: { code: bare(code) }, ...asked(device) }));
      if (!answer) return undefined;
      const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: answer.response.user.id } });
      return { backupCodes, cookies: cookiesOf(answer.headers) };
    },
    renewBackupCodes: async (password, device) =>
      (await unlessRefused(() => auth.api.generateBackupCodes({ body: { password }, headers: headersOf(device) })))?.backupCodes,
    endTwoFactor: async (password, device) => {
      const answer = await unlessRefused(() => auth.api.disableTwoFactor({ body: { password }, ...asked(device) }));
      return answer && { cookies: cookiesOf(answer.headers) };
    },
  };
}

async function enterCode(
  auth: Auth,
  { db, secretKeys }: AuthParts,
  { code: typed, trust, device }: { code: string; trust: boolean; device: Device },
  now: Date,
): Promise<SignIn> {
  const code = bare(typed);
  const asked = { body: { code, trustDevice: trust }, headers: withoutSession(headersOf(device)), returnHeaders: true } as const;
  try {
    const answer = await (/^\d{6}$/.test(code) ? auth.api.verifyTOTP(asked) : auth.api.verifyBackupCode(withDash(asked)));
    const { user, token } = answer.response;
    // A code that was seen over a shoulder is good for nobody else: RFC 6238, 5.2. It is valid for 90 seconds.
    const used = await takeTry(db, limitKey(secretKeys, 'code', user.id, code), { most: 1, minutes: 3 }, now);
    if (!used) return { kind: 'in', accountId: user.id, cookies: cookiesOf(answer.headers) };
    await db
      .deleteFrom('auth_session')
      .where('token', '=', token ?? '')
      .execute();
    return { kind: 'over' };
  } catch (error) {
    return refusalOf(error, now);
  }
}

const LOCKED_MINUTES = 15;

function refusalOf(error: unknown, now: Date): SignIn {
  const code = error instanceof APIError ? error.body?.code : undefined;
  if (code === 'INVALID_CODE' || code === 'INVALID_BACKUP_CODE') return { kind: 'wrong' };
  if (code === 'ACCOUNT_TEMPORARILY_LOCKED') return { kind: 'wait', until: new Date(now.getTime() + LOCKED_MINUTES * 60_000) };
  if (error instanceof APIError && error.statusCode < 500) return { kind: 'over' };
  throw error;
}

async function stateOf(auth: Auth, { db }: AuthParts, accountId: string): Promise<TwoFactorState> {
  const row = await db
    .selectFrom('auth_two_factor as t')
    .innerJoin('auth_user as u', 'u.id', 't.user_id')
    .select(['t.secret', 't.backup_codes', 't.verified', 'u.email'])
    .where('t.user_id', '=', accountId)
    .executeTakeFirst();
  if (!row) return { kind: 'off' };
  const { secretConfig } = await auth.$context;
  const open = (data: string) => symmetricDecrypt({ key: secretConfig, data });
  if (row.verified) return { kind: 'on', codesLeft: (JSON.parse(await open(row.backup_codes)) as string[]).length };
  const key = base32(Buffer.from(await open(row.secret)));
  const label = `${encodeURIComponent('Fondly')}:${encodeURIComponent(row.email)}`;
  return { kind: 'begun', key, uri: `otpauth://totp/${label}?secret=${key}&issuer=Fondly&digits=6&period=30` };
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof APIError && error.statusCode < 500) return undefined;
    throw error;
  }
}

// Whoever is signed in already would be checked for that account, and not for the one whose password was just given.
function withoutSession(headers: Headers): Headers {
  const cookies = (headers.get('cookie') ?? '').split('; ').filter((cookie) => !cookie.includes('session_token='));
  headers.set('cookie', cookies.join('; '));
  return headers;
}

/** As it was typed, without what people put between the signs. */
function bare(code: string): string {
  return code.normalize('NFKC').replaceAll(/[\s-]/g, '');
}

function withDash<T extends { body: { code: string } }>(asked: T): T {
  const { code } = asked.body;
  return { ...asked, body: { ...asked.body, code: `${code.slice(0, 5)}-${code.slice(5)}` } };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6, without padding. */
function base32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
