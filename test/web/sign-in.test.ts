import { describe, expect, it } from 'vitest';
import { setupKey } from '../../src/businesses/accounts-first.ts';
import { makeReset } from '../../src/businesses/accounts-reset.ts';
import { signLink } from '../../src/links/token.ts';
import { ownAddress } from '../../src/web/pages/account/page.ts';
import { deviceWords, maskedNetwork } from '../../src/web/pages/account/devices.ts';
import { startWeb } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, type Guest, openHouse } from '../support/house.ts';
import { PASSWORD } from '../support/password.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, nobody, base } = house;

const cookiesOf = ({ headers }: Answer) =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
const from = (network: string) => ({ headers: { 'x-forwarded-for': network } });
/** A visitor with these cookies. */
const withCookies = (cookie: string) => ({ headers: { cookie } });

async function signIn(who: Pick<Guest, 'email'>, fields = {}): Promise<string> {
  return cookiesOf(await nobody.send('/sign-in', { email: who.email, password: PASSWORD, ...fields }));
}

describe('signing in', () => {
  it('leads back to where one was going, and nowhere else', async () => {
    const asked = await nobody.get('/customers?q=maria');
    expect([asked.status, asked.location]).toEqual([302, '/sign-in?to=%2Fshops%2Frosa%2Fcustomers%3Fq%3Dmaria']);
    expect((await nobody.open(asked.location)).page).toContain('value="/shops/rosa/customers?q=maria"');
    const fields = { email: ada.email, password: PASSWORD };
    const back = await nobody.send('/sign-in', { ...fields, to: '/shops/rosa/customers?q=maria' });
    expect([back.status, back.location]).toEqual([303, '/shops/rosa/customers?q=maria']);
    expect((await nobody.send('/sign-in', { ...fields, to: '//evil.example/x' })).location).toBe('/');
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '',
      '/a b',
    ])
      expect({ to, own: ownAddress(to) }).toEqual({ to, own: '/' });
  });

  it('says the same of a wrong password and of an unknown address, and keeps what was typed but the password', async () => {
    const fields = { password: 'not the right one', to: '/account' };
    const wrong = await nobody.send('/sign-in', { ...fields, email: ada.email });
    const unknown = await nobody.send('/sign-in', { ...fields, email: 'zed@rosa.example' });
    expect([wrong.status, unknown.status]).toEqual([422, 422]);
    expect(wrong.page.replaceAll(ada.email, '')).toBe(unknown.page.replaceAll('zed@rosa.example', ''));
    expect(wrong.page).toContain(`value="${ada.email}"`);
    expect(wrong.page).toContain('value="/account"');
    expect(wrong.page).not.toContain('not the right one');
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it('is slowed after some wrong tries, and says until when', async () => {
    const guess = (n: number) =>
      nobody.send('/sign-in', { email: ben.email, password: `a wrong guess ${n}` }, from('198.51.100.7'));
    const answers = [];
    for (let n = 0; n < 9; n++) answers.push(await guess(n));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 8 }, () => 422), 429]);
    expect(answers.at(-1)?.page).toContain('Too many tries. Try again in 15 minutes.');
    house.shop.clock.set(new Date('2027-03-01T06:15:00Z'));
    expect((await guess(10)).status).toBe(422);
  });

  it('gives a cookie that scripts and other sites do not get, and takes it back at signing out', async () => {
    const answer = await nobody.send('/sign-in', { email: ada.email, password: PASSWORD });
    expect(answer.headers.getSetCookie().join()).toMatch(/HttpOnly; SameSite=Lax/);
    const mine = withCookies(cookiesOf(answer));
    expect((await nobody.open('/account', mine)).status).toBe(200);
    const out = await nobody.send('/sign-out', {}, mine);
    expect([out.location, out.headers.getSetCookie().join()]).toEqual(['/sign-in', expect.stringContaining('Max-Age=0')]);
    expect((await nobody.open('/account', mine)).location).toBe('/sign-in?to=%2Faccount');
  });

  it('starts at the first page, which leads each to their own shop', async () => {
    expect((await nobody.open('/')).location).toBe('/sign-in');
    expect([(await ada.open('/')).location, (await house.cem.open('/')).location]).toEqual(['/shops/rosa', '/shops/thorn']);
    const newcomer = await house.guest('Newcomer');
    expect((await newcomer.open('/')).location).toBe('/welcome/shop');
    expect((await ada.open('/sign-in')).location).toBe('/');
  });
});

describe('a new password', () => {
  it('is promised to every address alike, as slowly', async () => {
    const started = performance.now();
    const known = await nobody.send('/forgot', { email: ada.email });
    const between = performance.now();
    const unknown = await nobody.send('/forgot', { email: 'zed@rosa.example' });
    expect(Math.min(between - started, performance.now() - between)).toBeGreaterThan(245);
    expect([known.status, unknown.status, known.page === unknown.page]).toEqual([200, 200, true]);
  });

  it('is set once by its link, and signs everybody out', async () => {
    const guest = await house.guest('Forgetful');
    const id = await makeReset(db, guest.accountId, { minutes: 60 }, house.app.now());
    const link = `/reset/${signLink(house.app.keys, { business: guest.accountId, touchpoint: id, purpose: 'password' })}`;
    for (let n = 0; n < 2; n++) expect((await nobody.open(link)).page).toContain('forgetful@nowhere.example');
    const weak = await nobody.send(link, { password: 'forgetful@nowhere.example' });
    expect([weak.status, weak.page.includes('Others could guess that')]).toEqual([422, true]);
    expect((await nobody.send(link, { password: 'eleven loud geese' })).page).toContain('Your new password is set');
    expect((await nobody.send(link, { password: 'twelve loud geese' })).status).toBe(410);
    expect((await nobody.open(link)).status).toBe(410);
    expect((await guest.open('/account')).status).toBe(302);
    expect(await signIn(guest, { password: 'eleven loud geese' })).toContain('session_token');
    const forCards = signLink(house.app.keys, { business: guest.accountId, touchpoint: id, purpose: 'view' });
    expect((await nobody.open(`/reset/${forCards}`)).status).toBe(410);
  });
});

describe('one’s account', () => {
  it('changes name and password, with what is wrong at its field', async () => {
    const guest = await house.guest('Renamed');
    expect((await guest.send('/account/name', { name: '  ' })).page).toContain('Write a name');
    await guest.send('/account/name', { name: 'Ren <b>' });
    const page = await guest.open('/account?done=name');
    expect(page.page).toContain('Your name was changed.');
    expect(page.page).toContain('value="Ren &lt;b&gt;"');
    const refused = await guest.send('/account/password', { current: 'no such thing', next: 'eleven loud geese' });
    expect([refused.status, refused.page.includes('That is not your password.')]).toEqual([422, true]);
    const other = withCookies(await signIn(guest));
    expect((await guest.send('/account/password', { current: PASSWORD, next: 'eleven loud geese' })).location).toBe(
      '/account?done=password',
    );
    expect([(await guest.open('/account')).status, (await nobody.open('/account', other)).status]).toEqual([200, 302]);
  });

  it('lists browsers, and ends one of them or all others, but nobody else’s', async () => {
    const guest = await house.guest('Sessions');
    const phone = await nobody.send(
      '/sign-in',
      { email: guest.email, password: PASSWORD },
      {
        headers: {
          'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1',
          'x-forwarded-for': '203.0.113.77',
        },
      },
    );
    const { page } = await guest.open('/account');
    expect(page).toContain('Safari on an iPhone');
    expect(page).toContain('203.0.…');
    expect(page).not.toContain('203.0.113.77');
    const end = /\/account\/sessions\/[0-9a-f-]{36}\/end/.exec(page)?.[0] ?? '';
    expect((await ada.send(end)).location).toBe('/account?done=over');
    expect((await nobody.open('/account', withCookies(cookiesOf(phone)))).status).toBe(200);
    expect((await guest.send(end)).location).toBe('/account?done=session');
    expect((await nobody.open('/account', withCookies(cookiesOf(phone)))).status).toBe(302);
    const third = withCookies(await signIn(guest));
    await guest.send('/account/sessions/others');
    expect([(await nobody.open('/account', third)).status, (await guest.open('/account')).status]).toEqual([302, 200]);
  });

  it('limits guesses at the password of a session that somebody left open', async () => {
    const guest = await house.guest('Open');
    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push((await guest.send('/account/two-factor/off', { password: `guess ${n}` })).status);
    expect([statuses[0], statuses[10]]).toEqual([422, 429]);
  });

  it('knows browsers by their own words, and shows half an address', () => {
    const agents = {
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0': 'Edge on Windows',
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Linux',
      'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36': 'Chrome on Android',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15': 'Safari on a Mac',
      curl: 'A browser',
    };
    expect(Object.keys(agents).map(deviceWords)).toEqual(Object.values(agents));
    expect(['203.0.113.7', '2001:0db8:1:2', ''].map(maskedNetwork)).toEqual(['203.0.…', '2001:0db8:…', '']);
  });
});

describe('the second factor on its pages', () => {
  it('shows its key once the password was given, and its codes once', async () => {
    const guest = await house.guest('Factor');
    expect((await guest.send('/account/two-factor/begin', { password: 'not the one' })).page).toContain(
      'That is not your password.',
    );
    expect((await guest.send('/account/two-factor/begin', { password: PASSWORD })).location).toBe('/account/two-factor');
    const { page } = await guest.open('/account/two-factor');
    expect(page).toMatch(/src="data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+"/);
    expect(page).toMatch(/<code>([A-Z2-7]{4} ?)+<\/code>/);
    expect((await guest.send('/account/two-factor/confirm', { code: '000000' })).page).toContain('That is not the code.');
    expect((await guest.open('/account')).page).toContain('A second lock');
  });
});

describe('an invitation', () => {
  const link = async (fields = {}) => {
    const made = await ada.post('/members/invitations', { role: 'staff', email: '', how: 'link', ...fields });
    const { page } = await ada.open(made.location);
    return /\/invited\/[\w-]{60,}/.exec(page)?.[0] ?? 'no link';
  };

  it('makes an account and a member in one, once', async () => {
    const invited = await link({ email: 'olga@people.example' });
    const shown = await nobody.open(invited);
    expect(shown.page).toContain('<strong>Ada</strong> asks you');
    expect(shown.page).toContain('value="olga@people.example"');
    const fields = { name: 'Olga', email: 'olga@people.example', password: 'seven quiet owls' };
    const weak = await nobody.send(`${invited}/account`, { ...fields, password: 'rosa & fern' });
    expect([weak.status, weak.page.includes('Others could guess that'), weak.page.includes('value="Olga"')]).toEqual([
      422,
      true,
      true,
    ]);
    expect((await nobody.send(`${invited}/account`, { ...fields, email: ada.email })).page).toContain(
      'There is an account with this address already',
    );
    const joined = await nobody.send(`${invited}/account`, fields);
    expect([joined.status, joined.location]).toEqual([303, '/shops/rosa']);
    expect((await nobody.get('/members', withCookies(cookiesOf(joined)))).status).toBe(403);
    for (const over of [
      await nobody.open(invited),
      await nobody.send(`${invited}/account`, { ...fields, email: 'other@people.example' }),
    ]) {
      expect([over.status, over.page.includes('This invitation is over'), over.page.includes('Rosa')]).toEqual([
        410,
        true,
        false,
      ]);
    }
  });

  it('is accepted by a press of who is signed in, and changes nothing when it is only opened', async () => {
    const invited = await link();
    const guest = await house.guest('Pressing');
    expect((await guest.open(invited)).page).toContain('You are signed in as');
    expect((await guest.get('/members')).status).toBe(404);
    expect((await nobody.send(invited)).location).toBe(`/sign-in?to=${encodeURIComponent(invited)}`);
    expect((await guest.send(invited)).location).toBe('/shops/rosa');
    expect((await guest.get('/members')).status).toBe(403);
  });

  it('says one and the same of one that was used, taken back, forged, and never made', async () => {
    const invited = await link();
    const id = (await db.selectFrom('invitation').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()).id;
    await ada.post(`/members/invitations/${id}/withdraw`);
    const pages = await Promise.all(
      [invited, `${invited.slice(0, -2)}AA`, '/invited/nothing'].map((address) => nobody.open(address)),
    );
    expect(pages.map(({ status }) => status)).toEqual([410, 410, 410]);
    expect(new Set(pages.map(({ page }) => page)).size).toBe(1);
  });
});

describe('the first account', async () => {
  const empty = await testDatabase();
  const fresh = await openHouseWithoutAccounts(empty.url);
  const fields = { name: 'Flora', email: 'flora@people.example', password: 'seven quiet owls', key: '' };
  const elsewhere = from('203.0.113.50');

  it('needs the key from everybody where the world reaches Fondly by a name: a proxy may hide who comes from elsewhere', async () => {
    await using web = await fresh.publicly('https://cards.rosa.example');
    const { status, page } = await web.send(fields);
    expect([status, page.includes('That is not the key.')]).toEqual([422, true]);
    expect(await empty.db.selectFrom('auth_user').select('email').execute()).toEqual([]);
  });

  it('is made from elsewhere only with the key, and by one person only', async () => {
    expect((await fresh.open('/')).location).toBe('/welcome');
    expect((await fresh.open('/sign-in')).location).toBe('/welcome');
    expect((await fresh.open('/welcome')).page).not.toContain('Set-up key');
    expect((await fresh.open('/welcome', elsewhere)).page).toContain('Set-up key');
    const refused = await fresh.send('/welcome', { ...fields, key: 'abcde-abcde-abcde-abcde-abcde' }, elsewhere);
    expect([refused.status, refused.page.includes('That is not the key.')]).toEqual([422, true]);
    const weak = await fresh.send('/welcome', { ...fields, password: 'flora@people.example' });
    expect([weak.status, weak.page.includes('value="Flora"')]).toEqual([422, true]);
    const made = await fresh.send('/welcome', { ...fields, key: fresh.key }, elsewhere);
    expect([made.status, made.location]).toEqual([303, '/']);
    expect((await fresh.open('/', withCookies(cookiesOf(made)))).location).toBe('/shops/rosa');
    expect((await fresh.open('/welcome')).location).toBe('/');
    expect((await fresh.send('/welcome', { ...fields, email: 'second@people.example' })).location).toBe('/');
    expect(await empty.db.selectFrom('auth_user').select('email').execute()).toEqual([{ email: 'flora@people.example' }]);
  });
});

/** The pages of an installation with a shop that was made on the command line, and nobody in it. */
async function openHouseWithoutAccounts(at: string) {
  const { nobody: visitor, app } = await openHouse(at, '2027-03-01T06:00:00Z');
  await app.db.deleteFrom('member').execute();
  await app.db.deleteFrom('auth_user').execute();
  await app.db.updateTable('business').set({ sample: true }).where('slug', '=', 'thorn').execute();
  const publicly = async (publicUrl: string) => {
    const web = await startWeb({ ...app, publicUrl }, { host: '127.0.0.1', port: 0 });
    const send = async (asked: Record<string, string>) => {
      const there = `http://127.0.0.1:${web.port}`;
      const answer = await fetch(`${there}/welcome`, {
        method: 'POST',
        headers: { origin: there },
        body: new URLSearchParams(asked),
      });
      return { status: answer.status, page: await answer.text() };
    };
    return { send, [Symbol.asyncDispose]: () => web.close(0) };
  };
  return { ...visitor, key: setupKey(app.secretKeys), publicly };
}

it('is on no page that another site may show in a frame or send a form to', async () => {
  for (const address of ['/sign-in', '/forgot', '/welcome', '/account']) {
    const { headers } = await ada.open(address);
    expect(headers.get('content-security-policy') ?? '').toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('cache-control')).toBe('no-store');
  }
  const evil = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
  expect((await nobody.send('/sign-in', { email: ada.email, password: PASSWORD }, evil)).status).toBe(403);
  expect((await nobody.send('/sign-in', { email: ada.email, password: PASSWORD }, { headers: { origin: base } })).status).toBe(
    303,
  );
});

it('writes no address, password or key into the log', () => {
  expect(house.shop.logged.join('')).not.toMatch(/@rosa\.example|four red tulips|session_token|\/invited\/[\w-]{20}/);
});
