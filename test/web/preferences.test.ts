import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeCustomer } from '../../src/customers/customer.ts';
import { setDate } from '../../src/customers/dates.ts';
import { eraseCustomer } from '../../src/customers/erase.ts';
import { mergeCustomers } from '../../src/customers/merge.ts';
import { listStops } from '../../src/customers/stops.ts';
import { signLink } from '../../src/links/token.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { startWeb, type WebServer } from '../../src/web/server.ts';
import { testDatabase } from '../support/database.ts';
import { openShop } from '../support/shop.ts';

const { url } = await testDatabase();
const shop = await openShop(url, '2027-03-01T06:00:00Z');
const { db } = shop.app;
let web: WebServer;
/** A new customer for each test, and the preferences link in their birthday card that is planned. */
let customer: string;
let link: string;
let people = 0;

beforeAll(async () => {
  web = await startWeb(shop.app, { host: '127.0.0.1', port: 0 });
});

afterAll(() => web.close(0));

beforeEach(async () => {
  customer = await newCustomer();
  await planAll(db, shop.clock.now());
  link = await linkOf(customer);
});

function newCustomer(): Promise<string> {
  const dates = [
    { kind: 'birthday', month: 3, day: 14, year: 1990 },
    { kind: 'anniversary', label: 'wedding', month: 3, day: 20, year: 2011 },
  ];
  return shop.customer({ givenName: 'Mia', email: `mia${++people}@example.com`, joinedOn: '2020-03-25', dates });
}

async function linkOf(id: string, slug = 'birthday'): Promise<string> {
  const { id: touchpoint } = await db
    .selectFrom('touchpoint')
    .innerJoin('occasion', (join) => join.onRef('occasion.id', '=', 'touchpoint.occasion_id'))
    .select('touchpoint.id')
    .where('touchpoint.customer_id', '=', id)
    .where('occasion.slug', '=', slug)
    .executeTakeFirstOrThrow();
  const token = signLink(shop.app.keys, { business: shop.business.id, touchpoint, purpose: 'preferences' });
  return `http://127.0.0.1:${web.port}/p/${token}`;
}

async function press(
  what: string,
  fields: Record<string, string | string[]> = {},
  at = link,
): Promise<{ status: number; page: string }> {
  const body = new URLSearchParams({ do: what });
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value);
  const answer = await fetch(at, { method: 'POST', body });
  return { status: answer.status, page: await answer.text() };
}

const page = async (query = '') => (await fetch(link + query)).text();

/** What is planned for the customer, as `birthday: planned` and `anniversary: blocked, occasion declined`. */
async function planned(id = customer): Promise<string[]> {
  const rows = await db
    .selectFrom('touchpoint')
    .innerJoin('occasion', (join) => join.onRef('occasion.id', '=', 'touchpoint.occasion_id'))
    .select(['occasion.slug', 'touchpoint.state', 'touchpoint.reason'])
    .where('touchpoint.customer_id', '=', id)
    .orderBy('occasion.rank')
    .execute();
  return rows.map(({ slug, state, reason }) => `${slug}: ${[state, reason].filter(Boolean).join(', ')}`);
}

const stops = async (id = customer) => (await listStops(db, shop.business.id, id)).map(({ kind, by }) => `${kind} by ${by}`);

const dates = async () =>
  db
    .selectFrom('date')
    .select(['kind', 'label', 'month', 'day', 'year'])
    .where('customer_id', '=', customer)
    .orderBy('kind')
    .execute();

const all = ['birthday: planned', 'anniversary: planned', 'years-with-us: planned'];

async function everything(): Promise<string> {
  const { rows } = await sql<{ state: string }>`select concat_ws('|', (select string_agg(s::text, ',' order by s.id) from stop s),
    (select count(*) from change), (select string_agg(d::text, ',' order by d.id) from date d),
    (select string_agg(c::text, ',' order by c.id) from customer c), (select string_agg(p::text, ',' order by p.customer_id) from person p),
    (select string_agg(t::text, ',' order by t.id) from touchpoint t)) as state`.execute(db);
  return rows[0]?.state ?? '';
}

describe('the page of choices', () => {
  it('shows what may come and which days are known, and nobody’s age', async () => {
    expect(await planned()).toEqual(all);
    const shown = await page();
    for (const words of ['A card on my birthday', 'A card on my anniversary', '14 March', '20 March', 'wedding'])
      expect(shown).toContain(words);
    expect(shown).not.toMatch(/1990|2011|mia\d/);
    expect(shown).not.toContain('A welcome');
  });

  it('changes nothing by being opened, however often and however asked', async () => {
    const before = await everything();
    for (const query of ['', '?ask=stop', '?ask=died', '?ask=not-mine&day=birthday%2F', '?do=stop', '?do=died']) {
      for (const method of ['GET', 'HEAD']) expect((await fetch(link + query, { method })).status).toBe(200);
    }
    expect(await everything()).toBe(before);
  });

  it('is one and the same page that is not there, for links of another kind, forged ones, and the erased', async () => {
    const token = link.split('/').at(-1) ?? '';
    const base = link.slice(0, -token.length - 3);
    const links = [`${base}/u/${token}`, `${base}/p/x`, `${base}/p/${token.slice(0, -2)}AA`];
    await eraseCustomer(db, shop.business.id, customer, { by: 'fondly', now: shop.clock.now() });
    const answers = await Promise.all([...links, link].map((at) => fetch(at)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect((await press('stop')).status).toBe(404);
  });

  it('takes nonsense without harm', async () => {
    const before = await everything();
    const nonsense: [string, Record<string, string>][] = [
      ['', {}],
      ['drop table stop', {}],
      ['language', { language: 'xx' }],
      ['language', { language: '../en' }],
      ['day', { kind: 'birthday', label: '', month: '2', day: '30' }],
      ['day', { kind: "'; --", label: '', month: '1', day: '1' }],
      ['day', { kind: 'birthday', label: '', month: '1', day: '1', year: '3000' }],
      ['not mine', {}],
    ];
    for (const [what, fields] of nonsense)
      expect({ what, status: (await press(what, fields)).status }).toEqual({ what, status: 422 });
    await press('occasions', { shown: 'no-such', wanted: 'no-such' });
    expect(await everything()).toBe(before);
  });

  it('asks for a day as the language writes it', async () => {
    const order = async () => [...(await page()).matchAll(/id="d0-(day|month|year)"/g)].map(([, part]) => part);
    expect(await order()).toEqual(['day', 'month', 'year']);
    await press('language', { language: 'zh' });
    expect(await order()).toEqual(['year', 'month', 'day']);
  });

  it('speaks the customer’s language, else the shop’s', async () => {
    expect(await page()).toContain('<html lang="en" dir="ltr">');
    const saved = await press('language', { language: 'ar' });
    expect(saved.page).toContain('<html lang="ar" dir="rtl">');
    expect(saved.page).toContain('تم الحفظ');
    await changeCustomer(db, shop.business.id, customer, { language: 'de-CH' }, { by: 'fondly', now: shop.clock.now() });
    expect(await page()).toMatch(/<html lang="de" dir="ltr">[^]*14\. März/);
  });

  it('follows a customer who was merged', async () => {
    const kept = await newCustomer();
    await mergeCustomers(db, shop.business.id, kept, customer, { by: 'fondly', now: shop.clock.now() });
    await press('not this');
    expect(await stops(kept)).toEqual(['occasion by customer']);
  });
});

describe('not this one', () => {
  it('stops the occasion of that card alone, at once, and takes it back when asked', async () => {
    expect((await press('not this')).page).toContain('You will not get this one any more.');
    expect(await stops()).toEqual(['occasion by customer']);
    expect(await planned()).toEqual(['birthday: blocked, occasion declined', ...all.slice(1)]);
    expect((await press('this again')).page).toContain('Gladly');
    expect(await planned()).toEqual(all);
  });

  it('goes by the card that it stands under', async () => {
    await press('not this', {}, await linkOf(customer, 'anniversary'));
    expect(await planned()).toEqual([all[0], 'anniversary: blocked, occasion declined', all[2]]);
  });
});

describe('choosing', () => {
  it('keeps the occasions that stay switched on', async () => {
    const shown = ['birthday', 'anniversary', 'years-with-us'];
    await press('occasions', { shown, wanted: ['anniversary'] });
    expect(await planned()).toEqual([
      'birthday: blocked, occasion declined',
      all[1],
      'years-with-us: blocked, occasion declined',
    ]);
    await press('occasions', { shown, wanted: shown });
    expect([await planned(), await stops()]).toEqual([all, []]);
  });

  it('corrects a day, and its year stays unless another is given', async () => {
    const done = await press('day', { kind: 'birthday', label: '', month: '3', day: '١٦', year: '' });
    expect(done.page).toContain('Your day is noted: 16 March.');
    expect((await dates()).find(({ kind }) => kind === 'birthday')).toMatchObject({ month: 3, day: 16, year: 1990 });
    await press('day', { kind: 'birthday', label: '', month: '2', day: '29', year: '' });
    expect((await dates()).find(({ kind }) => kind === 'birthday')).toMatchObject({ month: 2, day: 29, year: null });
    await press('day', { kind: 'birthday', label: '', month: '2', day: '29', year: '1992' });
    expect((await dates()).find(({ kind }) => kind === 'birthday')).toMatchObject({ month: 2, day: 29, year: 1992 });
  });

  it('gives a wrong day back with what was typed, and says when only its year is wrong', async () => {
    const birthday = { kind: 'birthday', label: '' };
    const wrong = await press('day', { ...birthday, month: '4', day: '31' });
    expect(wrong.page).toMatch(/role="alert">There is no such day[^]*value="31"/);
    for (const year of ['58', '2050', 'x']) {
      const page = (await press('day', { ...birthday, month: '4', day: '30', year })).page;
      // Where it is to be mended, not at the top.
      expect(page).toMatch(
        /<details class="dated" open>[^]*role="alert">This year cannot be right[^]*value="30"[^]*id="d0-year"[^>]*autofocus/,
      );
    }
  });

  it('tells whoever opens its address later nothing that is not so', async () => {
    for (const done of ['day&day=birthday%2Fx', 'pause', 'died', 'stop', '<script>', ''])
      expect(await page(`?done=${done}`)).not.toContain('role="status"');
    await press('not this');
    expect(await page('?done=card')).toContain('You will not get this one any more.');
    await press('this again');
    expect(await page('?done=card')).toContain('Gladly');
  });

  it('forgets a day that is not theirs, and no import or member brings it back', async () => {
    expect(await page('?ask=not-mine&day=birthday%2F')).toContain('Yes, forget this day');
    await press('not mine', { kind: 'birthday', label: '' });
    expect((await dates()).map(({ kind }) => kind)).toEqual(['anniversary']);
    const again = { kind: 'birthday', month: 3, day: 15 };
    await setDate(db, shop.business.id, customer, again, { by: 'member:ada', now: shop.clock.now() });
    await planAll(db, shop.clock.now());
    expect((await planned()).filter((line) => line.startsWith('birthday: planned'))).toEqual([]);
    await press('day', { kind: 'birthday', label: '', month: '3', day: '15' });
    expect(await stops()).toEqual([]);
    expect((await planned()).filter((line) => line.startsWith('birthday: planned'))).toHaveLength(1);
  });

  it('pauses for three months, and ends the pause', async () => {
    expect((await press('pause')).page).toContain('You get nothing until 1 June 2027.');
    expect(await planned()).toEqual(all.map((line) => line.replace('planned', 'blocked, paused by customer')));
    await press('resume');
    expect(await planned()).toEqual(all);
  });

  it('stops everything, after which only the sad news is still heard', async () => {
    expect(await page('?ask=stop')).toContain('Yes, no more cards');
    const { page: stopped } = await press('stop');
    expect(stopped).toContain('Done. No more cards.');
    expect(stopped).toContain('href="/join/rosa"');
    expect(new Set(await stops())).toEqual(new Set(['unsubscribed by customer']));
    expect(await planned()).toEqual(all.map((line) => line.replace('planned', 'blocked, unsubscribed')));
    const before = await everything();
    for (const what of ['this again', 'pause', 'resume', 'language', 'nonsense'])
      expect((await press(what, { language: 'de' })).page).toContain('Done. No more cards.');
    expect(await everything()).toBe(before);
  });

  it('writes to no one who has died, and lets nobody undo it here', async () => {
    expect(await page('?ask=died')).toContain('Yes, please write no more');
    expect(await stops()).toEqual([]);
    expect((await press('died')).page).toContain('Thank you for telling us');
    expect(await stops()).toEqual(['deceased by customer']);
    expect((await planned()).filter((line) => line.includes('planned'))).toEqual([]);
    const before = await everything();
    for (const what of ['this again', 'resume', 'stop', 'day']) await press(what, { kind: 'birthday', month: '1', day: '1' });
    expect(await everything()).toBe(before);
    expect(await page()).toContain('We wish you much strength');
  });
});
