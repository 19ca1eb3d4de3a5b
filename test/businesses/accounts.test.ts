import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addAccount, openAccounts } from '../../src/businesses/accounts.ts';
import { hasAccounts, isSetupKey, makeFirstAccount, setupKey } from '../../src/businesses/accounts-first.ts';
import { changePassword, passwordProblem, resetPassword } from '../../src/businesses/accounts-passwords.ts';
import { findReset, makeReset } from '../../src/businesses/accounts-reset.ts';
import { endOtherSessions, endSession, listSessions } from '../../src/businesses/accounts-sessions.ts';
import { addBusiness } from '../../src/businesses/business.ts';
import { listShops } from '../../src/businesses/members.ts';
import { forgetSignIns, limitKey, takeTry, untilWords } from '../../src/businesses/sign-in-limits.ts';
import { testDatabase } from '../support/database.ts';
import { PASSWORD, PASSWORD_HASH } from '../support/password.ts';

const { db } = await testDatabase();
const secretKeys = ['a secret of sixteen letters and more'];
const publicUrl = 'http://127.0.0.1:3000';
const accounts = openAccounts({ db, secretKeys, publicUrl });
// Sign-in itself goes by the machine's clock.
const now = new Date();
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const device = (cookies: readonly string[] = [], network = '203.0.113.1') => ({
  headers: new Headers({
    cookie: cookies.map((line) => line.split(';')[0]).join('; '),
    'user-agent': 'Mozilla/5.0 Firefox/140.0',
  }),
  network,
});
const who = (cookies: readonly string[]) => accounts.whoIs(device(cookies).headers);

async function account(name: string): Promise<{ id: string; email: string; password: string }> {
  const email = `${name.toLowerCase()}@people.example`;
  const added = await addAccount(db, { name, email, password: PASSWORD }, now, async () => PASSWORD_HASH);
  if (!added.ok) throw new Error(added.reason);
  return { id: added.id, email, password: PASSWORD };
}

/** Signed in by password; its cookies. */
async function signedIn({ email, password }: { email: string; password: string }, from = device()): Promise<string[]> {
  const answer = await accounts.signIn({ email, password }, from, now);
  if (answer.kind !== 'in') throw new Error(answer.kind);
  return answer.cookies;
}

test('of ten who make the first account at once one does, and the shops of nobody are theirs', async () => {
  const shop = { name: 'Rosa', slug: 'rosa', zone: 'Europe/London', from: { name: 'Rosa', address: 'hello@rosa.example' } };
  await addBusiness(db, { ...shop, postalAddress: '12 Market Row' }, { by: 'fondly', now });
  expect(await hasAccounts(db)).toBe(false);
  const asked = (n: number) => ({ name: `First ${n}`, email: `first${n}@people.example`, password: 'seven quiet owls' });
  const made = await Promise.all(Array.from({ length: 10 }, (_, n) => makeFirstAccount(db, asked(n), now)));
  const [first, ...others] = made.filter(({ ok }) => ok);
  expect(others).toEqual([]);
  expect(await hasAccounts(db)).toBe(true);
  const shops = await listShops(db, first?.ok ? first.id : '');
  expect(shops).toMatchObject([{ slug: 'rosa', role: 'owner' }]);
});

test('the key for setting up is forgiving about how it is typed, and another secret makes another', () => {
  const key = setupKey(secretKeys);
  expect(key).toMatch(/^([a-z2-9]{5}-){4}[a-z2-9]{5}$/);
  expect(
    [key, ` ${key.toUpperCase()} `, key.replaceAll('-', ' '), key.slice(1), ''].map((typed) => isSetupKey(secretKeys, typed)),
  ).toEqual([true, true, true, false, false]);
  expect(setupKey(['another secret of some length'])).not.toBe(key);
});

describe('signing in', () => {
  test('takes the address in any case, and the session lives until it is ended', async () => {
    const mia = await account('Mia');
    const cookies = await signedIn({ ...mia, email: ' MIA@People.Example ' });
    expect(await who(cookies)).toMatchObject({ accountId: mia.id, name: 'Mia', email: 'mia@people.example' });
    expect(cookies.join()).toMatch(/fondly\.session_token=[^;]+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax/);
    await accounts.signOut(device(cookies));
    expect(await who(cookies)).toBeUndefined();
  });

  test('answers a wrong password and an unknown address alike', async () => {
    const ben = await account('Ben');
    expect(await accounts.signIn({ ...ben, password: 'not this one at all' }, device(), now)).toEqual({ kind: 'wrong' });
    expect(await accounts.signIn({ ...ben, email: 'nobody@people.example' }, device(), now)).toEqual({ kind: 'wrong' });
    expect(await accounts.signIn({ ...ben, email: 'no address' }, device(), now)).toEqual({ kind: 'wrong' });
  });

  test('believes no cookie that it has not signed', async () => {
    const cookies = await signedIn(await account('Una'));
    const [name = '', value = ''] = (cookies[0] ?? '').split(';')[0]!.split('=');
    const token = decodeURIComponent(value).split('.')[0];
    for (const forged of [`${token}.${'A'.repeat(43)}=`, token ?? '', '', 'null']) {
      expect(await who([`${name}=${encodeURIComponent(forged)}`])).toBeUndefined();
    }
  });

  test('is slowed for one account from one place, and for no other', async () => {
    const eve = await account('Eve');
    const wrong = { email: eve.email, password: 'guess after guess' };
    const tries = [];
    for (let n = 0; n < 9; n++) tries.push((await accounts.signIn(wrong, device([], '198.51.100.9'), now)).kind);
    expect(tries).toEqual([...Array.from({ length: 8 }, () => 'wrong'), 'wait']);
    const right = await accounts.signIn(eve, device([], '198.51.100.9'), now);
    expect(right).toEqual({ kind: 'wait', until: later(15) });
    expect((await accounts.signIn(eve, device([], '198.51.100.10'), now)).kind).toBe('in');
    expect((await accounts.signIn(eve, device([], '198.51.100.9'), later(15))).kind).toBe('in');
  });
});

test('a network that tried too much leaves nothing behind for the addresses that it makes up', async () => {
  const network = '198.51.100.77';
  const key = limitKey(secretKeys, 'sign in from', network);
  await db
    .insertInto('sign_in_limit')
    .values({ key, tries: 60, until: later(15) })
    .execute();
  const count = async () => (await db.selectFrom('sign_in_limit').select('key').execute()).length;
  const before = await count();
  for (const n of [1, 2, 3]) {
    const answer = await accounts.signIn({ email: `made-up-${n}@people.example`, password: 'x' }, device([], network), now);
    expect(answer.kind).toBe('wait');
  }
  expect(await count()).toBe(before);
  await db.deleteFrom('sign_in_limit').where('key', '=', key).execute();
});

test('a limit counts in the database, whoever counts, and names nobody', async () => {
  const key = limitKey(secretKeys, 'test', 'someone@people.example');
  expect(key).not.toContain('someone');
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeTry(db, key, { most: 5, minutes: 10 }, now)));
  expect(taken.filter((until) => until === undefined)).toHaveLength(5);
  expect([later(10), later(0.5)].map((until) => untilWords(until, now))).toEqual(['in 10 minutes', 'in a minute']);
  expect(await takeTry(db, key, { most: 5, minutes: 10 }, later(10))).toBeUndefined();
  while (await forgetSignIns(db, later(600)));
  expect(await db.selectFrom('sign_in_limit').selectAll().execute()).toEqual([]);
});

test('a limit counts anew when its time is over', async () => {
  const at = async (ms: number, who = 'one') =>
    (await takeTry(db, limitKey(secretKeys, 'test', who), { most: 2, minutes: 1 / 60 }, new Date(ms))) === undefined;
  const taken: boolean[] = [];
  for (const ms of [0, 1, 2, 999, 1000, 1001, 1002]) taken.push(await at(ms));
  expect(taken).toEqual([true, true, false, false, true, true, false]);
  expect(await at(2, 'other')).toBe(true);
});

describe('a password', () => {
  const known = ['rosa.okafor@flowers.example', 'Rosa Okafor', 'Rosa & Fern', 'Цветочный рай'];
  test.each([
    'short one',
    'password',
    'Password2027!!',
    'iloveyou123',
    '1234567890',
    '0987654321',
    'aaaaaaaaaaaa',
    'abcdefghijkl',
    'ababababababab',
    'qwertyuiop',
    'Summer2027!!',
    'rosa.okafor',
    'Rosa Okafor 1',
    'rosaokafor2027',
    'цветочный рай 7',
    'x'.repeat(201),
  ])('%s is refused in a sentence', (password) => {
    expect(passwordProblem(password, known)).toMatch(/^[A-Z].*\.$/);
  });

  test.each(['four red tulips', 'my mother sells tulips', 'ключ от сада 7', 'zz9 plural z alpha', 'x'.repeat(100) + ' y z'])(
    '%s will do',
    (password) => {
      expect(passwordProblem(password, known)).toBeUndefined();
    },
  );

  test('is changed with the one before it, and ends every other session', async () => {
    const tom = await account('Tom');
    const [here, there] = [await signedIn(tom), await signedIn(tom)];
    const { accountId, sessionId } = (await who(here))!;
    const me = { accountId, sessionId, known };
    const next = 'nine brave herons';
    expect(await changePassword(db, me, { current: 'not this one', next }, now)).toMatchObject({ ok: false, at: 'current' });
    expect(await changePassword(db, me, { current: tom.password, next: 'short' }, now)).toMatchObject({ ok: false, at: 'next' });
    expect(await changePassword(db, me, { current: tom.password, next }, now)).toEqual({ ok: true });
    expect([await who(here), await who(there)]).toEqual([expect.anything(), undefined]);
    expect((await accounts.signIn(tom, device(), now)).kind).toBe('wrong');
    expect((await accounts.signIn({ ...tom, password: next }, device(), now)).kind).toBe('in');
  });

  test('is set anew by a link, once, for as long as it is good', async () => {
    const sam = await account('Sam');
    const cookies = await signedIn(sam);
    const link = { accountId: sam.id, id: await makeReset(db, sam.id, { minutes: 60 }, now) };
    expect(await findReset(db, link.accountId, link.id, later(60))).toBeUndefined();
    expect(await resetPassword(db, link, 'password123', now)).toMatchObject({ ok: false });
    const tries = await Promise.all([1, 2].map((n) => resetPassword(db, link, `eleven loud geese ${n}`, now)));
    expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await who(cookies)).toBeUndefined();
    const other = { accountId: (await account('Ida')).id, id: link.id };
    expect(await resetPassword(db, other, 'eleven loud geese', now)).toMatchObject({ ok: false });
  });
});

test('sessions are listed with where they come from, and ended one by one or all others', async () => {
  const lea = await account('Lea');
  const [one, two, three] = [await signedIn(lea), await signedIn(lea, device([], '2001:db8:1:2')), await signedIn(lea)];
  const listed = await listSessions(db, lea.id);
  expect(listed).toHaveLength(3);
  expect(listed.map(({ agent }) => agent)).toContain('Mozilla/5.0 Firefox/140.0');
  const second = (await who(two))!;
  const stranger = await account('Rex');
  expect(await endSession(db, stranger.id, second.sessionId)).toBe(false);
  expect([await endSession(db, lea.id, second.sessionId), await who(two)]).toEqual([true, undefined]);
  const { sessionId } = (await who(three))!;
  expect([await endOtherSessions(db, lea.id, sessionId), await who(one), (await who(three))?.name]).toEqual([
    1,
    undefined,
    'Lea',
  ]);
});

describe('a second factor', () => {
  test('is asked for once its first code was right, and its codes on paper work once each', async () => {
    const ned = await account('Ned');
    const cookies = await signedIn(ned);
    expect(await accounts.beginTwoFactor('not the password', device(cookies))).toBe(false);
    expect(await accounts.beginTwoFactor(ned.password, device(cookies))).toBe(true);
    expect((await accounts.signIn(ned, device(), now)).kind).toBe('in');
    const begun = await accounts.twoFactorState(ned.id);
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    expect(begun.uri).toMatch(
      /^otpauth:\/\/totp\/Fondly:ned%40people\.example\?secret=[A-Z2-7]+&issuer=Fondly&digits=6&period=30$/,
    );
    expect(await accounts.confirmTwoFactor('000000', device(cookies))).toBeUndefined();
    const done = await accounts.confirmTwoFactor(codeOf(begun.key, -30), device(cookies));
    expect(done?.backupCodes).toHaveLength(10);
    expect(await accounts.twoFactorState(ned.id)).toEqual({ kind: 'on', codesLeft: 10 });

    const step = await accounts.signIn(ned, device(), now);
    if (step.kind !== 'code') throw new Error(step.kind);
    expect(await who(step.cookies)).toBeUndefined();
    const enter = (code: string, from = step.cookies) => accounts.enterCode({ code, trust: false }, device(from), now);
    expect((await enter('123456')).kind).toBe('wrong');
    const code = codeOf(begun.key);
    const entered = await enter(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(entered.kind === 'in' && (await who(entered.cookies))?.name).toBe('Ned');

    // Neither the step nor the code opens a second time.
    expect((await enter(codeOf(begun.key, 30))).kind).toBe('over');
    const again = await accounts.signIn(ned, device(), now);
    expect((await enter(code, again.kind === 'code' ? again.cookies : [])).kind).toBe('over');

    const paper = done?.backupCodes[3] ?? '';
    const outcomes = [];
    for (let n = 0; n < 2; n++) {
      const third = await accounts.signIn(ned, device(), now);
      outcomes.push((await enter(paper.replace('-', ''), third.kind === 'code' ? third.cookies : [])).kind);
    }
    expect(outcomes).toEqual(['in', 'wrong']);
    expect(await accounts.twoFactorState(ned.id)).toEqual({ kind: 'on', codesLeft: 9 });
    expect((await accounts.renewBackupCodes(ned.password, device(done?.cookies)))?.length).toBe(10);
    expect(await accounts.endTwoFactor(ned.password, device(done?.cookies))).toBeDefined();
    expect((await accounts.signIn(ned, device(), now)).kind).toBe('in');
  });

  test('is kept where nobody can read it', async () => {
    const kim = await account('Kim');
    await accounts.beginTwoFactor(kim.password, device(await signedIn(kim)));
    const begun = await accounts.twoFactorState(kim.id);
    const { rows } = await sql<{ all: string }>`select t::text as all from auth_two_factor t where user_id = ${kim.id}`.execute(
      db,
    );
    expect(rows[0]?.all).not.toContain(begun.kind === 'begun' ? begun.key : '');
    // A newer secret in front still opens what the former one closed.
    const rotated = openAccounts({ db, publicUrl, secretKeys: ['a newer secret, also long enough', ...secretKeys] });
    expect(await rotated.twoFactorState(kim.id)).toEqual(begun);
  });
});

/** RFC 6238 by hand: what a phone shows, so many seconds from now. */
function codeOf(key: string, seconds = 0): string {
  const bits = Array.from(key, (letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join(
    '',
  );
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + seconds) / 30)));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const at = digest.readUInt8(19) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
