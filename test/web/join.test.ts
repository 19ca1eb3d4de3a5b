import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetSignUps, signUp, writeConfirmation } from '../../src/answers/sign-up.ts';
import { sendLetter } from '../../src/businesses/letters.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { addStop, listStops } from '../../src/customers/stops.ts';
import { type OutboxMail, readOutbox } from '../../src/mail/outbox.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T12:00:00Z');
const { db } = shop.app;
const sender = await shop.app.openSender();
const actor = { by: 'fondly', now: shop.clock.now() };
let web: WebServer;
let base: string;

beforeAll(async () => {
  web = await startWeb(shop.app, { host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${web.port}`;
});

afterAll(async () => {
  await sender.stop();
  await web.close(0);
});

const filled = { given: 'Nora', family: '', day: '14', month: '3', year: '', consent: 'yes' };

/** Each from a network of its own, unless said. */
let networks = 0;
async function fillIn(fields: Record<string, string>, network = `203.0.113.${++networks}`, language = 'en') {
  const headers = { 'x-forwarded-for': network, 'accept-language': language };
  const body = new URLSearchParams({ ...filled, ...fields });
  const answer = await fetch(`${base}/join/rosa`, { method: 'POST', headers, body });
  return { status: answer.status, page: await answer.text() };
}

/** Sends what waits, and gives the letters to that address, the oldest first. */
async function lettersTo(email: string): Promise<OutboxMail[]> {
  while (await sendLetter(sender, { 'sign-up': writeConfirmation }, shop.clock.now()));
  const names = (await readdir(shop.app.outboxFolder)).filter((file) => file.endsWith('.eml'));
  const mails = await Promise.all(names.map((file) => readOutbox(shop.app.outboxFolder, file.slice(0, -4))));
  return mails.filter((mail) => mail !== undefined).filter(({ to }) => to === email);
}

async function linkTo(email: string): Promise<string> {
  const mail = (await lettersTo(email)).at(-1);
  return base + (/\/c\/[\w-]+/.exec(mail?.text ?? '')?.[0] ?? '/no-link');
}

async function personAt(email: string) {
  const { rows } = await sql<Record<string, unknown>>`
    select c.id, p.given_name as given, c.joined_on as joined, c.basis_kind as basis, p.basis_wording as wording, p.language,
      (select concat_ws('-', d.year, d.month, d.day) from date d where d.customer_id = c.id and d.kind = 'birthday') as birthday
    from person p join customer c on c.id = p.customer_id where p.email_key = ${email} order by c.created_at`.execute(db);
  return rows;
}

describe('asking for dates', () => {
  it('keeps nothing but the form until the address is confirmed by a press', async () => {
    const form = await (await fetch(`${base}/join/rosa`, { headers: { 'accept-language': 'en' } })).text();
    expect(form).toContain('Yes, Rosa &amp; Fern may write to me by e-mail on my days.');
    expect(await fillIn({ email: 'nora@example.com' })).toMatchObject({
      status: 200,
      page: expect.stringContaining('Look in your mail'),
    });
    const link = await linkTo('nora@example.com');
    for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
    expect(await personAt('nora@example.com')).toEqual([]);
    expect(await (await fetch(link, { method: 'POST' })).text()).toContain('Lovely!');
    const [nora] = await personAt('nora@example.com');
    expect(nora).toMatchObject({ given: 'Nora', joined: '2027-03-01', basis: 'consent', language: 'en', birthday: '3-14' });
    expect(nora?.['wording']).toContain('Yes, Rosa & Fern may write to me by e-mail on my days.');
    const left = await db.selectFrom('sign_up').select(['email', 'given_name', 'month', 'wording']).execute();
    expect(left).toEqual([{ email: null, given_name: null, month: null, wording: null }]);
    expect((await fetch(link, { method: 'POST' })).status).toBe(200);
    expect(await personAt('nora@example.com')).toHaveLength(1);
  });

  it('writes the letter in the language of the form, and repeats nothing that was typed', async () => {
    await fillIn({ email: 'anna@example.com', given: 'Buy at evil.example', family: 'Now' }, undefined, 'de-AT,en;q=0.5');
    const [letter] = await lettersTo('anna@example.com');
    expect(letter?.subject).toBe('Bitte bestätigen: Karten von Rosa & Fern');
    expect(letter!.text + letter!.html).not.toMatch(/evil|Now/);
    expect(letter!.html).toContain('>Ja, schreiben Sie mir</a>');
  });

  it('answers alike whether the address is new, a customer’s, unsubscribed or erased, and sends each the same letter', async () => {
    const known = await shop.customer({ givenName: 'Kim', email: 'kim@example.com' });
    const gone = await shop.customer({ givenName: 'Gil', email: 'gil@example.com' });
    await addStop(db, shop.business.id, { kind: 'unsubscribed', customerId: known }, { ...actor, by: 'customer' });
    await eraseCustomer(db, shop.business.id, gone, actor);
    const names = ['kim', 'gil', 'lou'];
    const answers = await Promise.all(names.map((name) => fillIn({ email: `${name}@example.com`, given: 'Kim' })));
    expect(new Set(answers.map(({ status, page }) => status + page)).size).toBe(1);
    const letters: string[][] = [];
    for (const name of names) letters.push((await lettersTo(`${name}@example.com`)).map(({ subject }) => subject));
    expect(letters).toEqual(names.map(() => ['Please confirm: cards from Rosa & Fern']));
  });

  it('tells a customer’s own record, and lifts what they had stopped themselves', async () => {
    const [kim] = await personAt('kim@example.com');
    await fetch(await linkTo('kim@example.com'), { method: 'POST' });
    expect(await personAt('kim@example.com')).toMatchObject([{ id: kim?.['id'], basis: 'consent', birthday: '3-14' }]);
    expect(await listStops(db, shop.business.id, String(kim?.['id']))).toEqual([]);
    await fetch(await linkTo('gil@example.com'), { method: 'POST' });
    const [gil] = await personAt('gil@example.com');
    expect(await listStops(db, shop.business.id, String(gil?.['id']))).toEqual([]);
  });

  it('says which field is wrong and keeps the rest', async () => {
    const wrong: [Record<string, string>, string][] = [
      [{ email: 'nobody' }, 'This address cannot be right'],
      [{ email: 'a@example.com\nBcc: b@example.com' }, 'This address cannot be right'],
      [{ email: 'a@example.com', given: ' ' }, 'your first name'],
      [{ email: 'a@example.com', day: '31', month: '2' }, 'There is no such day'],
      [{ email: 'a@example.com', year: '2999' }, 'This year cannot be right'],
      [{ email: 'a@example.com', consent: '' }, 'Please tick'],
    ];
    for (const [fields, words] of wrong) {
      const { status, page } = await fillIn({ family: 'Quill', ...fields });
      expect({ fields, status }).toEqual({ fields, status: 422 });
      expect(page).toContain(words);
      expect(page).toContain('value="Quill"');
    }
    expect((await fetch(`${base}/join/nobody`)).status).toBe(404);
  });

  it('forgets after a week, and at once when the person is erased', async () => {
    await fillIn({ email: 'late@example.com' });
    await fillIn({ email: 'erased@example.com' });
    const [late, erased] = [await linkTo('late@example.com'), await linkTo('erased@example.com')];
    const customer = await shop.customer({ givenName: 'Else', email: 'erased@example.com' });
    const { messageIds } = (await eraseCustomer(db, shop.business.id, customer, actor)) as { messageIds: string[] };
    expect(messageIds).toHaveLength(1);
    expect((await fetch(erased, { method: 'POST' })).status).toBe(404);
    const now = shop.clock.now();
    shop.clock.set(new Date(now.getTime() + 7 * 86_400_000 + 1));
    expect((await fetch(late)).status).toBe(404);
    expect((await fetch(late, { method: 'POST' })).status).toBe(404);
    expect(await personAt('late@example.com')).toEqual([]);
    await forgetSignUps(db, shop.clock.now());
    expect(await db.selectFrom('sign_up').select('id').execute()).toEqual([]);
    shop.clock.set(now);
  });
});

describe('the limits', () => {
  it('write to one address three times a day at most, and say nothing of it', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => fillIn({ email: 'often@example.com' })));
    expect(new Set(answers.map(({ status, page }) => status + page)).size).toBe(1);
    expect(await lettersTo('often@example.com')).toHaveLength(3);
  });

  it('hold back a network that signs up too many, and nobody else', async () => {
    const flood = Array.from({ length: 61 }, () => fillIn({ email: 'x' }, '198.51.100.7'));
    expect((await Promise.all(flood)).filter(({ status }) => status === 429)).toHaveLength(1);
    expect((await fillIn({ email: 'x' }, '1.2.3.4, 198.51.100.7')).status).toBe(429);
    expect((await fillIn({ email: 'x' }, '198.51.100.8')).status).toBe(422);
    await Promise.all(Array.from({ length: 60 }, (_, n) => fillIn({ email: 'x' }, `2001:db8:0:1::${n}`)));
    expect((await fillIn({ email: 'x' }, '2001:db8::1:ffff:0:0:9')).status).toBe(429);
    expect((await fillIn({ email: 'x' }, '2001:db8:0:2::9')).status).toBe(422);
  });

  it('hold back everyone when a business has too many in an hour', async () => {
    const now = new Date('2027-04-01T12:00:00Z');
    const asked = { givenName: 'Bo', familyName: '', birthday: { month: 1, day: 1 }, language: 'en', wording: 'Yes' };
    const outcomes: unknown[] = [];
    for (let n = 0; n < 301; n++)
      outcomes.push(await signUp(db, shop.business.id, { ...asked, email: `p${n}@example.com` }, now));
    expect(outcomes.slice(-2)).toEqual([{ ok: true }, { ok: false, fault: 'busy' }]);
    const later = new Date(now.getTime() + 3_600_001);
    expect(await signUp(db, shop.business.id, { ...asked, email: 'p301@example.com' }, later)).toEqual({ ok: true });
  });
});
