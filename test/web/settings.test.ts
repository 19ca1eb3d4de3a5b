import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Business, businessById } from '../../src/businesses/business.ts';
import { findWording } from '../../src/occasions/cards.ts';
import { listOccasions } from '../../src/occasions/occasion.ts';
import { startWeb } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { startSink } from '../support/smtp-sink.ts';
import { facts } from './cases/settings.ts';
import { newShop } from './cases/welcome.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, app } = house;
const { db } = app;

describe('the shop’s settings', () => {
  test('say what is wrong at its field, and keep what was typed', async () => {
    const answer = await ada.post('/settings', { ...facts, reviewUrl: 'javascript:alert(1)', name: 'Rosa & Sons' });
    expect(answer.status).toBe(422);
    expect(answer.page).toMatch(/id="f-reviewUrl-problem"[^>]*>The review link must be an address/);
    expect(answer.page).toContain('value="Rosa &amp; Sons"');
    expect((await businessById(db, house.business.id))!.name).toBe('Rosa & Fern');
  });

  test('plan everybody anew when days or hours came to be others', async () => {
    const id = await house.shop.customer({ givenName: 'Mia', email: 'mia@example.com' });
    await db.updateTable('customer').set({ replan_at: null }).execute();
    await ada.post('/settings', { ...facts, alertEmail: '' });
    expect(await marked(id)).toBe(false);
    await ada.post('/settings', { ...facts, zone: 'Europe/Paris' });
    expect(await marked(id)).toBe(true);
    await ada.post('/settings', facts);
  });

  test('of two owners at once keep both; where both changed the same, the later one sees both and chooses', async () => {
    const was = Object.fromEntries(Object.entries(facts).map(([name, value]) => [`was-${name}`, value]));
    await ada.post('/settings', facts);
    await ada.post('/settings', { ...was, ...facts, referralLine: 'Tulips for two.', leapRule: 'mar1' });
    const typed = {
      ...was,
      ...facts,
      referralLine: 'Roses for two.',
      postalAddress: '3 Mill Lane\nBath BA1 1AA',
      leapRule: 'feb28',
    };
    const later = await ada.post('/settings', typed);
    expect(later.status).toBe(422);
    expect(later.page).toMatch(/Two of you changed this: A line about bringing a friend/);
    expect(later.page).toMatch(/Yours, as below: <bdi>Roses for two\.<\/bdi>[^]*Theirs: <bdi>Tulips for two\.<\/bdi>/);
    expect(later.page).toContain('3 Mill Lane');
    expect(await shop()).toMatchObject({
      referral_line: 'Tulips for two.',
      leap_rule: 'mar1',
      postal_address: facts.postalAddress,
    });

    const shown = Object.fromEntries(
      Array.from(later.page.matchAll(/name="(was-\w+)" value="([^"]*)"/g), ([, name, value]) => [name!, value!]),
    );
    const answer = { ...typed, ...shown, leapRule: 'mar1', 'keep-referralLine': 'theirs' };
    expect((await ada.post('/settings', answer)).status).toBe(303);
    expect(await shop()).toMatchObject({
      referral_line: 'Tulips for two.',
      leap_rule: 'mar1',
      postal_address: '3 Mill Lane\nBath BA1 1AA',
    });
    await ada.post('/settings', facts);
  });

  async function shop(): Promise<Business> {
    return (await businessById(db, house.business.id))!;
  }

  async function marked(id: string): Promise<boolean> {
    return (
      (await db.selectFrom('customer').select('replan_at').where('id', '=', id).executeTakeFirstOrThrow()).replan_at !== null
    );
  }
});

test('of two owners who choose colours at once, the later one is told, and presses again to have theirs', async () => {
  const { accent, second } = (await businessById(db, house.business.id))!;
  const was = { 'was-accent': accent ?? '', 'was-second': second ?? '' };
  await ada.post('/settings/look', { ...was, palette: 'Leaf' });
  const later = await ada.post('/settings/look', { ...was, palette: 'Rose' });
  expect(later).toMatchObject({ status: 422, page: expect.stringContaining('Another owner chose other colours meanwhile') });
  expect(later.page).toMatch(/value="Rose" checked/);
  expect(later.page).toContain('name="was-accent" value="#2f6b4f"');
  expect((await businessById(db, house.business.id))!.accent).toBe('#2f6b4f');
  const again = { 'was-accent': '#2f6b4f', 'was-second': '#cfe3c4', palette: 'Rose' };
  expect((await ada.post('/settings/look', again)).status).toBe(303);
});

test('colours go onto the cards at once, and the logo with them', async () => {
  const upload = await sharp({ create: { width: 300, height: 100, channels: 3, background: '#22335c' } })
    .png()
    .toBuffer();
  // Whoever uploads a logo in the first run stays to see it, with the colours that were chosen beside it.
  const chosen = { palette: 'Ink and gold', logo: new Blob([new Uint8Array(upload)], { type: 'image/png' }), stay: '1' };
  expect((await ada.post('/welcome/look', chosen)).location).toBe('/shops/rosa/welcome/look');
  expect((await ada.get('/settings/look')).page).toMatch(/value="Ink and gold" checked/);
  const [birthday] = await listOccasions(db, house.business.id);
  const shown = (await findWording(db, house.business.id, birthday!.card_id, null, ['en']))!.card.html;
  const { logo } = (await businessById(db, house.business.id))!;
  expect(shown).toContain('#22335c');
  expect(shown).toContain(`{{links.pictures}}${house.business.id}/${logo}`);
  // A sign that PostgreSQL keeps in no text is no reason to fail.
  expect((await ada.post('/settings/look', { file: 'a\0b.png' })).status).toBe(422);
  expect((await ada.send('/account/name', { name: 'A\0da' })).status).toBe(303);
  expect((await ada.post('/customers/new', { givenName: 'N\0oor', familyName: 'Nul' })).status).toBe(303);
  const picture = await house.nobody.open(`/pictures/${house.business.id}/${logo}`);
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(picture.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
});

test('a picture that is none, or too large, is refused in a sentence', async () => {
  const page = new Blob(['<svg onload="alert(1)">'], { type: 'image/png' });
  const answer = await ada.post('/settings/look', { palette: 'Sea', logo: page });
  expect(answer).toMatchObject({ status: 422, page: expect.stringContaining('Only PNG, JPEG and WebP') });
  expect(answer.page).toMatch(/value="Sea" checked/);
  const large = new Blob([new Uint8Array(6 * 1024 * 1024)], { type: 'image/png' });
  expect((await ada.post('/settings/look', { logo: large })).status).toBe(413);
});

test('of two owners who change the mail server at once, the later one is told, with what stands now', async () => {
  const { smtp_rev: rev } = (await businessById(db, house.business.id))!;
  const typed = (user: string) => ({ host: 'smtp.example.com', port: 465, user, pass: user, 'was-rev': String(rev ?? '') });
  expect((await ada.post('/settings/mail', typed('one'))).status).toBe(303);
  const later = await ada.post('/settings/mail', typed('two'));
  expect(later).toMatchObject({ status: 422, page: expect.stringContaining('cards leave by smtp.example.com now') });
  expect(later.page).toContain('value="two"');
  const [, now] = /name="was-rev" value="(\d+)"/.exec(later.page)!;
  expect((await ada.post('/settings/mail', { ...typed('two'), 'was-rev': now! })).status).toBe(303);
});

test('a mail server is kept, tried, and its password never shown again', async () => {
  await using sink = await startSink({ user: 'rosa', pass: 'geheim' });
  const server = { host: '127.0.0.1', port: sink.port, user: 'rosa', try: '1' };
  const wrong = await ada.post('/settings/mail', { ...server, pass: 'falsch' });
  expect(wrong).toMatchObject({ status: 422, page: expect.stringContaining('refused the user name or password') });
  expect((await ada.post('/settings/mail', { ...server, pass: 'geheim' })).status).toBe(303);
  expect(sink.messages).toMatchObject([{ recipient: 'ada@rosa.example' }]);
  const page = await ada.get('/settings/mail');
  expect(page.page).toContain('value="rosa"');
  expect(page.page).not.toContain('geheim');
  const step = (await ada.get('/welcome/mail')).page;
  expect(step).toContain('Cards leave by 127.0.0.1 once you switch on.');
  expect(step).not.toContain('Stay in practice for now');
  expect((await ada.post('/settings/mail/test')).status).toBe(303);
  expect(sink.messages).toHaveLength(2);
});

test('the first run leads straight to the codes of a phone', async () => {
  expect((await ada.get('/welcome/you')).page).toContain('href="/account/two-factor"');
});

test('a phone reads the way to the sign-up form off a print of its code', async () => {
  const answer = await fetch(`${house.base}/shops/rosa/settings/sign-up.png`, { headers: { cookie: ada.cookie } });
  const picture = sharp(Buffer.from(await answer.arrayBuffer()))
    .resize(300)
    .ensureAlpha()
    .raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  expect(decodeQR({ width: info.width, height: info.height, data })).toBe(`${app.config.publicUrl}/join/rosa`);
});

test('staff can stop everything and take it back, and come back to where they pressed', async () => {
  const from = { headers: { referer: `${house.base}/shops/rosa/customers` } };
  expect(await ben.post('/pause', {}, from)).toMatchObject({ status: 303, location: '/shops/rosa/customers' });
  expect(await businessById(db, house.business.id)).toMatchObject({ paused_reason: 'Ben paused everything.' });
  const elsewhere = { headers: { referer: 'https://evil.example/shops/rosa/settings' } };
  expect(await ben.post('/resume', {}, elsewhere)).toMatchObject({
    status: 303,
    location: expect.stringMatching(/^\/shops\/rosa/),
  });
  expect(await businessById(db, house.business.id)).toMatchObject({ paused_at: null });
});

test('the sample shop goes at one press, with the mails it wrote', async () => {
  const made = await ada.send('/welcome/sample');
  expect(made.location).toMatch(/^\/shops\/rosa-fern-sample/);
  expect((await ada.open(made.location)).page).toContain('Remove the sample shop');
  expect((await ada.open(`${made.location}/settings/more`)).page).toContain('Remove the sample shop');
  expect((await ada.send(`${made.location}/switch-on`)).status).toBe(422);
  expect(
    (await ada.send(`${made.location}/settings/mail`, { host: 'smtp.example.com', port: 465, user: 'a', pass: 'b' })).status,
  ).toBe(422);
  expect(await ada.send(`${made.location}/settings/sample/remove`)).toMatchObject({ status: 303, location: '/' });
  expect((await ada.open(made.location)).status).toBe(404);
});

test('a shop that is asked for twice is begun once, and whoever comes back to its first question is led on', async () => {
  const guest = await house.guest('Twice', 'owner');
  const begin = () => guest.send('/welcome/shop', newShop);
  const [first, second] = await Promise.all([begin(), begin()]);
  expect([first.status, second.location]).toEqual([303, first.location]);
  expect((await guest.open('/welcome/shop')).page).toContain(`href="${first.location.replace('/welcome/look', '/welcome')}"`);
  const other = await guest.send('/welcome/shop', { ...newShop, postalAddress: '2 Other Road\nBath' });
  expect(other.location).not.toBe(first.location);
});

test('the demo’s banner offers no guest to take its shop away', async () => {
  const { location } = await ada.send('/welcome/sample');
  const demo = await startWeb({ ...app, guest: { email: ada.email, password: '' } }, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => demo.close(0));
  const page = await (await fetch(`http://127.0.0.1:${demo.port}${location}`, { headers: { cookie: ada.cookie } })).text();
  expect(page).toContain('Practice: nothing leaves this machine yet.');
  expect(page).not.toContain('Remove the sample shop');
});
