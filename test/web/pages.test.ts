import { networkInterfaces } from 'node:os';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { addPurchase } from '../../src/customers/purchases.ts';
import { signLink } from '../../src/links/token.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
let web: WebServer;
let base: string;
/** Customer ids by first name. */
const cast: Record<string, string> = {};

beforeAll(async () => {
  const birthday = (day: number) => ({ dates: [{ kind: 'birthday', month: 3, day, year: 1990 }] });
  cast['Mia'] = await shop.customer({ givenName: 'Mia', familyName: 'Okafor', email: 'mia@example.com', ...birthday(14) });
  cast['Mallory'] = await shop.customer({
    givenName: '<script>alert(1)</script>',
    familyName: '"><img src=x>',
    email: 'mallory@example.com',
    ...birthday(13),
  });
  cast['Ben'] = await shop.customer({ givenName: 'Ben', email: 'ben@example.com' });
  cast['Una'] = await shop.customer({ givenName: 'Una', email: 'una@example.com' });
  cast['Eve'] = await shop.customer({ givenName: 'Eve', email: 'eve@example.com', ...birthday(12) });
  for (const name of ['Ben', 'Una']) {
    const bought = { on: '2027-03-02', amount: 4800, currency: 'GBP', category: 'your spring bouquet' };
    await addPurchase(shop.app.db, shop.business.id, cast[name] ?? '', bought, {
      by: 'fondly',
      now: new Date('2027-03-02T12:00:00Z'),
    });
  }
  await shop.live('2027-03-14T12:00:00Z');
  web = await startWeb(shop.app, { host: '0.0.0.0', port: 0 });
  base = `http://127.0.0.1:${web.port}`;
});

afterAll(() => web.close(0));

/** The touchpoint of an occasion and a customer. */
async function touchpointOf(name: string, occasion: string): Promise<string> {
  const row = await shop.app.db
    .selectFrom('touchpoint')
    .innerJoin('occasion', (join) => join.onRef('occasion.id', '=', 'touchpoint.occasion_id'))
    .select('touchpoint.id')
    .where('touchpoint.customer_id', '=', cast[name] ?? '')
    .where('occasion.slug', '=', occasion)
    .executeTakeFirstOrThrow();
  return row.id;
}

async function linkTo(
  name: string,
  occasion: string,
  purpose: 'view' | 'unsubscribe' | 'survey',
  value?: number,
): Promise<string> {
  const target = { business: shop.business.id, touchpoint: await touchpointOf(name, occasion), purpose };
  const path = { view: 'v', unsubscribe: 'u', survey: 'a' }[purpose];
  return `${base}/${path}/${signLink(shop.app.keys, value === undefined ? target : { ...target, value })}`;
}

/** A fingerprint of everything that a page could change. */
async function everything(): Promise<string> {
  const { rows } = await sql<{ state: string }>`select concat_ws('|',
    (select string_agg(t::text, ',' order by t.id) from stop t), (select string_agg(a::text, ',' order by a.touchpoint_id) from answer a),
    (select string_agg(w::text, ',' order by w.touchpoint_id) from answer_text w), (select count(*) from change),
    (select string_agg(f::text, ',' order by f.id) from follow_up f), (select string_agg(c.rev::text, ',' order by c.id) from customer c),
    (select string_agg(t::text, ',' order by t.id) from touchpoint t)) as state`.execute(shop.app.db);
  return rows[0]?.state ?? '';
}

const post = (address: string, body?: FormData | URLSearchParams | string) =>
  fetch(address, { method: 'POST', redirect: 'manual', ...(body === undefined ? {} : { body }) });

/** As a browser does: the press, and the page that it leads to. */
const press = (address: string, fields: Record<string, string>) =>
  fetch(address, { method: 'POST', body: new URLSearchParams(fields) });

describe('the outbox', () => {
  it('lists the cards of practice, the newest first, and says that nothing leaves this machine', async () => {
    const page = await (await fetch(`${base}/outbox`)).text();
    expect(page).toContain('nothing leaves this machine');
    expect(page).toContain('Happy birthday, Mia!');
    expect(page.indexOf('mia@example.com')).toBeLessThan(page.indexOf('eve@example.com'));
    expect(page).toContain('09:00');
  });

  it('shows one card as HTML, as text and with its headers', async () => {
    const at = `${base}/outbox/${await touchpointOf('Mia', 'birthday')}`;
    expect(await (await fetch(at)).text()).toContain('<iframe');
    expect(await (await fetch(`${at}?as=text`)).text()).toContain('12 Market Row');
    expect(await (await fetch(`${at}?as=headers`)).text()).toContain('List-Unsubscribe-Post');
    expect(await (await fetch(`${at}?as=phone`)).text()).toContain('desk phone');
  });

  it('keeps the card in a box in which nothing runs', async () => {
    const answer = await fetch(`${base}/outbox/${await touchpointOf('Mallory', 'birthday')}/card`);
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox /);
    expect(answer.headers.get('content-security-policy')).not.toMatch(/allow-scripts|script-src/);
    expect(await answer.text()).not.toContain('<script>');
  });

  it('shows names as they are written, never as markup', async () => {
    const page = await (await fetch(`${base}/outbox`)).text();
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('&lt;script&gt;');
  });

  it('answers nobody whose connection, host or proxy says elsewhere', async () => {
    const path = '/outbox';
    const fromHere = networkInterfaces();
    const outer = Object.values(fromHere)
      .flat()
      .find((face) => face && !face.internal && face.family === 'IPv4')?.address;
    const strange = [fetch(base + path, { headers: { 'x-forwarded-for': '203.0.113.9' } })];
    if (outer) strange.push(fetch(`http://${outer}:${web.port}${path}`));
    for (const answer of await Promise.all(strange)) {
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('mia@example.com');
    }
  });

  it('has pages that are none for numbers and ids that are none', async () => {
    for (const path of ['/outbox?page=-1', '/outbox?page=abc', '/outbox?page=999'])
      expect((await fetch(base + path)).status).toBe(200);
    for (const path of ['/outbox/nothing', '/outbox/01a20018-6832-71d1-a7bd-5b87685dce7d', '/outbox/nothing/card']) {
      expect((await fetch(base + path)).status).toBe(404);
    }
  });
});

describe('links in cards', () => {
  it('change nothing when they are only opened, by GET or HEAD, however often', async () => {
    const links = [
      await linkTo('Mia', 'birthday', 'view'),
      await linkTo('Mia', 'birthday', 'unsubscribe'),
      await linkTo('Ben', 'survey', 'survey', 1),
    ];
    const before = await everything();
    for (const link of [...links, ...links]) {
      for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status).toBe(200);
    }
    expect(await everything()).toBe(before);
  });

  it('give one and the same page for what is unknown, forged, or made for something else', async () => {
    const token = (await linkTo('Mia', 'birthday', 'view')).split('/').at(-1) ?? '';
    const nobody = { business: shop.business.id, touchpoint: shop.business.id };
    const unknown = signLink(shop.app.keys, { ...nobody, purpose: 'view' });
    const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'QQ' : 'AA');
    const paths = ['/v/x', `/v/${unknown}`, `/v/${forged}`, `/u/${token}`, `/a/${token}`, '/nothing/here'];
    const answers = await Promise.all(paths.map(async (path) => fetch(base + path)));
    expect(answers.map((answer) => answer.status)).toEqual(paths.map(() => 404));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    for (const path of [`/u/${token}`, `/a/${token}`]) expect((await post(base + path)).status).toBe(404);
  });

  it('carry headers that keep them to themselves', async () => {
    const links = [
      await linkTo('Mia', 'birthday', 'view'),
      await linkTo('Mia', 'birthday', 'unsubscribe'),
      await linkTo('Ben', 'survey', 'survey', 5),
      `${base}/v/nothing`,
    ];
    for (const answer of await Promise.all(links.map((link) => fetch(link)))) {
      const header = (name: string) => answer.headers.get(name);
      expect(header('cache-control')).toBe('no-store');
      expect(header('referrer-policy')).toBe('no-referrer');
      expect(header('x-content-type-options')).toBe('nosniff');
      expect(header('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(header('set-cookie')).toBeNull();
    }
  });

  it('show the card in a browser as it was sent', async () => {
    const sent = await (await fetch(`${base}/outbox/${await touchpointOf('Mia', 'birthday')}/card`)).text();
    const shown = await (await fetch(await linkTo('Mia', 'birthday', 'view'))).text();
    expect(shown.trim()).toBe(sent.replace('<base target="_blank">', '').trim());
  });

  it('may load our mark beside a card, whose box counts as another site', async () => {
    const mark = await fetch(`${base}/mark.svg`);
    expect([mark.status, mark.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(mark.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });

  it('show nothing any more once the customer was erased', async () => {
    const view = await linkTo('Eve', 'birthday', 'view');
    const unsubscribe = await linkTo('Eve', 'birthday', 'unsubscribe');
    expect((await fetch(view)).status).toBe(200);
    await eraseCustomer(shop.app.db, shop.business.id, cast['Eve'] ?? '', { by: 'customer', now: shop.clock.now() });
    expect((await fetch(view)).status).toBe(404);
    expect((await post(unsubscribe)).status).toBe(200);
    expect(await (await fetch(`${base}/outbox`)).text()).not.toContain('eve@example.com');
  });
});

describe('unsubscribing', () => {
  const stops = async (name: string) =>
    shop.app.db
      .selectFrom('stop')
      .select(['kind', 'by'])
      .where('customer_id', '=', cast[name] ?? '')
      .where('lifted_at', 'is', null)
      .execute();

  it('asks on a page, and stops at the press of its button', async () => {
    const link = await linkTo('Mallory', 'birthday', 'unsubscribe');
    const form = await (await fetch(link)).text();
    expect(form).toMatch(/<form method="post">\s*<button type="submit" name="do" value="stop">/);
    expect(form).not.toContain('mallory@example.com');
    expect(await stops('Mallory')).toEqual([]);
    expect(await (await fetch(`${link}?done=1`)).text()).toContain('Yes, no more cards');
    const done = await press(link, { do: 'stop' });
    const page = await done.text();
    expect([done.status, page.includes('Done. No more cards'), page.includes('/join/rosa')]).toEqual([200, true, true]);
    // Nobody is asked again for what they did.
    expect(await (await fetch(link)).text()).toContain('Done. No more cards');
    expect(await stops('Mallory')).toEqual([{ kind: 'unsubscribed', by: 'customer' }]);
  });

  it('takes the one-click POST of mail programs, in both encodings, empty, without Origin, again and again', async () => {
    const link = await linkTo('Mia', 'birthday', 'unsubscribe');
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const bodies = [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), multipart, undefined, 'not a form'];
    for (const body of [...bodies, ...bodies]) {
      const answer = await post(link, body);
      expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([200, null, null]);
    }
    expect(await stops('Mia')).toEqual([{ kind: 'unsubscribed', by: 'customer' }]);
  });
});

describe('a survey', () => {
  const answers = async (name: string) => {
    const id = await touchpointOf(name, 'survey');
    return shop.app.db.selectFrom('answer').select(['value', 'suspect']).where('touchpoint_id', '=', id).execute();
  };
  const words = async () => (await shop.app.db.selectFrom('answer_text').select('words').execute()).map((row) => row.words);
  const openFollowUps = () => shop.app.db.selectFrom('follow_up').select('reason').where('closed_at', 'is', null).execute();

  it('chooses the answer that was pressed, and stores it only when it is sent', async () => {
    const link = await linkTo('Ben', 'survey', 'survey', 4);
    const page = await (await fetch(link)).text();
    expect(page).toMatch(/value="4"\s+required\s+checked/);
    expect(await answers('Ben')).toEqual([]);
    const thanks = await (await press(link, { answer: '4', words: ' Lovely roses! ' })).text();
    expect(thanks).toMatch(/Thank you![^]*Happy/);
    expect(await answers('Ben')).toEqual([{ value: 4, suspect: false }]);
    expect(await words()).toEqual(['Lovely roses!']);
  });

  it('lets the answer be changed, and calls for someone when it is low', async () => {
    const link = await linkTo('Ben', 'survey', 'survey', 4);
    expect(await openFollowUps()).toEqual([]);
    expect(await (await fetch(link)).text()).toContain('You have answered this already: Happy.');
    await post(link, new URLSearchParams({ answer: '1', words: '' }));
    expect(await answers('Ben')).toEqual([{ value: 1, suspect: false }]);
    expect(await words()).toEqual([]);
    expect(await openFollowUps()).toEqual([{ reason: 'low answer' }]);
    expect(await (await fetch(`${link}?again=1`)).text()).toMatch(/value="1"\s+required\s+checked/);
  });

  it('asks again when nothing or nonsense was chosen, and keeps the words', async () => {
    const link = await linkTo('Una', 'survey', 'survey');
    for (const answer of ['', '7', '1e1', '4; drop table answer']) {
      const again = await post(link, new URLSearchParams({ answer, words: 'My words' }));
      expect(again.status).toBe(422);
      expect(await again.text()).toContain('My words');
    }
    expect(await answers('Una')).toEqual([]);
  });

  it('keeps apart what comes within a minute and without a word', async () => {
    const later = shop.clock.now();
    const { date } = await shop.app.db
      .selectFrom('message')
      .select('date')
      .where('touchpoint_id', '=', await touchpointOf('Una', 'survey'))
      .executeTakeFirstOrThrow();
    shop.clock.set(new Date(date.getTime() + 20_000));
    const link = await linkTo('Una', 'survey', 'survey', 1);
    expect(await (await press(link, { answer: '1' })).text()).toContain('Thank you!');
    expect(await answers('Una')).toEqual([{ value: 1, suspect: true }]);
    expect(await openFollowUps()).toHaveLength(1);
    shop.clock.set(later);
    await post(link, new URLSearchParams({ answer: '5' }));
    expect(await answers('Una')).toEqual([{ value: 5, suspect: false }]);
  });

  it('is closed fourteen days after the first answer', async () => {
    const now = shop.clock.now();
    const link = await linkTo('Ben', 'survey', 'survey', 5);
    shop.clock.set(new Date('2027-03-28T13:00:00Z'));
    expect(await (await fetch(link)).text()).toContain('can no longer be changed');
    await post(link, new URLSearchParams({ answer: '5' }));
    expect(await answers('Ben')).toEqual([{ value: 1, suspect: false }]);
    shop.clock.set(now);
  });
});

it('every press leads on to a page that only shows, at an address that tells no link', async () => {
  const target = { business: shop.business.id, touchpoint: await touchpointOf('Una', 'survey') };
  const presses: [string, Record<string, string>, string][] = [
    [await linkTo('Una', 'survey', 'survey'), { answer: '4' }, '?sent=1'],
    [`${base}/p/${signLink(shop.app.keys, { ...target, purpose: 'preferences' })}`, { do: 'pause' }, '?done=pause'],
    [await linkTo('Una', 'survey', 'unsubscribe'), { do: 'stop' }, '?done=1'],
    [`${base}/join/rosa`, { consent: 'yes', given: 'Ina', email: 'ina@example.com', day: '3', month: '3' }, '?sent=1'],
  ];
  for (const [link, fields, to] of presses) {
    const answer = await post(link, new URLSearchParams(fields));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, to]);
    const before = await everything();
    const page = await fetch(new URL(to, link));
    expect([page.status, await everything()]).toEqual([200, before]);
  }
});

it('forms that no browser would send are answered with words: a field twice, as a file, not at all, or no form', async () => {
  const target = { business: shop.business.id, touchpoint: await touchpointOf('Mia', 'birthday') };
  const forms = [
    [await linkTo('Una', 'survey', 'survey'), { answer: '5', words: 'A rose' }],
    [`${base}/p/${signLink(shop.app.keys, { ...target, purpose: 'preferences' })}`, { do: 'day', kind: 'birthday', day: '3' }],
    [`${base}/join/rosa`, { consent: 'yes', given: 'Ned', email: 'ned@example.com' }],
  ] as const;
  for (const [link, fields] of forms) {
    const bodies = Object.keys(fields).flatMap((name) => {
      const [twice, file, missing] = [form(fields), form(fields), form(fields)];
      twice.append(name, 'x');
      file.set(name, new Blob(['x']));
      missing.delete(name);
      return [twice, file, missing];
    });
    for (const body of bodies) expect((await post(link, body)).status).toBeLessThan(500);
    const unreadable = { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } };
    expect((await fetch(link, unreadable)).status).toBeLessThan(500);
  }

  function form(fields: Record<string, string>): FormData {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  }
});

describe('the server', () => {
  it('says whether it is well', async () => {
    expect(await (await fetch(`${base}/health`)).json()).toEqual({ ok: true });
  });

  it('takes no long bodies', async () => {
    const link = await linkTo('Ben', 'survey', 'survey', 5);
    expect((await post(link, new URLSearchParams({ answer: '5', words: 'x'.repeat(100_000) }))).status).toBe(413);
  });

  it('logs no key and no address', () => {
    expect(shop.logged.join('')).not.toMatch(/@example|\/[vua]\/[A-Za-z0-9_-]{20}/);
  });
});
