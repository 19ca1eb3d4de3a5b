import { describe, expect, test } from 'vitest';
import { changeBusiness } from '../../src/businesses/business.ts';
import { addCustomer } from '../../src/customers/customer.ts';
import { addStop, listStops } from '../../src/customers/stops.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, type Guest, openHouse } from '../support/house.ts';
import { saidAfter } from '../support/said.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, business, shop } = house;

const idIn = (answer: Answer): string => /customers(?:\?added=|\/)([0-9a-f-]{36})/.exec(answer.location)?.[1] ?? '';
const rowOf = (id: string) => db.selectFrom('person').selectAll().where('customer_id', '=', id).executeTakeFirst();
/** What a page says, its markup left out. */
const words = ({ page }: Answer): string =>
  page
    .replaceAll(/<(svg|style|script)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');

/** What was said on the next page, and the press that takes it back. */
async function next(who: Guest, answer: Answer) {
  const cookie = `${who.cookie}; ${(answer.headers.get('set-cookie') ?? '').split(';')[0]}`;
  const page = await who.open(answer.location, { headers: { cookie } });
  const said = /class="said"[\s\S]*?<p>([\s\S]*?)<\/p>/.exec(page.page)?.[1] ?? '';
  const change = /name="change" value="([0-9a-f-]+)"/.exec(page.page)?.[1] ?? '';
  return { page, said, change };
}

describe('one line', () => {
  test('adds a customer at once, says how it was understood, and takes it back', async () => {
    const answer = await ben.post('/customers', { line: 'Maria Lopez, maria@example.com, 14 March' });
    expect(answer.status).toBe(303);
    const id = idIn(answer);
    const { page, said, change } = await next(ben, answer);
    expect(said).toBe('Maria Lopez was added: maria@example.com, birthday 14 March.');
    expect(words(page)).toContain('Just added');
    const undone = await ben.post(`/customers/${id}/undo`, { change });
    expect(undone.location).toBe('/shops/rosa/customers');
    expect(await rowOf(id)).toBeUndefined();
  });

  test('shows what is in doubt before anything is kept, with all that was typed', async () => {
    const answer = await ada.post('/customers', { line: 'Tom Fox, 3/4, 2.5.2011, likes tulips' });
    expect(answer.status).toBe(422);
    expect(words(answer)).toContain('Is 3/4 3 April or 4 March?');
    for (const typed of ['value="Tom"', 'value="Fox"', 'likes tulips', 'value="2011"']) expect(answer.page).toContain(typed);
    expect((await ada.get('/customers?q=fox')).page).not.toContain('<bdi>Tom');
  });

  test('leads to who is here already', async () => {
    const id = await shop.customer({ givenName: 'Ida', email: 'ida@example.com' });
    const answer = await ada.post('/customers', { line: 'Ida, ida@example.com' });
    expect(answer.status).toBe(422);
    expect(answer.page).toContain(`/shops/rosa/customers/${id}`);
    expect(answer.page).toContain('value="Ida, ida@example.com"');
  });
});

describe('the list', () => {
  test('is found by what was typed, and answers htmx with the list alone', async () => {
    await shop.customer({ givenName: 'Zoë', familyName: 'Quill', email: 'zq@example.com' });
    const whole = await ada.get('/customers?q=zoe+qu');
    expect(whole.page).toContain('<bdi>Zoë Quill</bdi>');
    const part = await ada.get('/customers?q=zoe+qu', { headers: { 'HX-Request': 'true' } });
    expect(part.page).toContain('<bdi>Zoë Quill</bdi>');
    expect(part.page).not.toContain('<html');
    expect(part.headers.get('vary')).toContain('HX-Request');
    expect((await ada.get('/customers?q=%00%27&show=nothing&after=x')).status).toBe(200);
  });
});

describe('a customer’s page', () => {
  test('tells what may be sent and why, and mends it', async () => {
    const id = await shop.customer({ givenName: 'Lena', basis: { kind: 'none' } });
    expect(words(await ada.get(`/customers/${id}`))).toContain('There is no e-mail address, so no card can go. Add one');
    await ada.post(`/customers/${id}/edit`, {
      givenName: 'Lena',
      'was-givenName': 'Lena',
      email: 'lena@example.com',
      'was-email': '',
    });
    expect(words(await ada.get(`/customers/${id}`))).toContain('We may not write to them yet. Note how they agreed');
    await ada.post(`/customers/${id}/basis`, { kind: 'consent', on: '2027-02-01', source: 'told us in the shop', wording: '' });
    expect(words(await ada.get(`/customers/${id}`))).toContain(
      'Cards may go: they agreed on Monday 1 February ( told us in the shop )',
    );
  });

  test('says in Canada until when mail may go to somebody who never said yes', async () => {
    const sold = (on: string) => ({ email: `sold-${on}@example.com`, basis: { kind: 'customer' as const, on } });
    const [late, over] = await Promise.all([shop.customer(sold('2025-03-14')), shop.customer(sold('2020-01-01'))]);
    const page = async (id: string) => words(await ada.get(`/customers/${id}`));
    expect(await page(over)).toContain('Cards may go: a customer of ours');
    const actor = { by: 'fondly', now: shop.clock.now() };
    await changeBusiness(db, business.id, { country: 'CA' }, actor);
    expect(await page(late)).toContain(
      'Mail may go to them until March 14, 2027, two years after the day they were noted as a customer (Canadian law). Note a yes',
    );
    expect(await page(over)).toContain(
      'No mail goes to them: two years have passed since the day they were noted as a customer, and Canadian law asks for a new yes. Add a purchase or note a yes',
    );
    await ada.post(`/customers/${over}/purchases`, { amount: '12', currency: 'CAD', on: '2025-03-02' });
    expect(await page(over)).toContain('until March 2, 2027, two years after their last purchase (Canadian law).');
    await ada.post(`/customers/${over}/basis`, { kind: 'consent', on: '2020-01-01', source: '', wording: '' });
    expect(await page(over)).toContain('Cards may go: they agreed on Wednesday, 1 January 2020');
    await changeBusiness(db, business.id, { country: 'GB' }, actor);
  });

  test('keeps what was typed where it cannot be taken, and says why at the field', async () => {
    const id = await shop.customer({ givenName: 'Nils' });
    const date = await ada.post(`/customers/${id}/dates`, { what: 'Birthday', day: '31', month: '2', year: '1980' });
    expect(date.status).toBe(422);
    expect(words(date)).toContain('February has no day 31.');
    expect(date.page).toContain('value="31"');
    const purchase = await ada.post(`/customers/${id}/purchases`, { amount: 'much', currency: 'GBP', on: '2027-02-20' });
    expect(words(purchase)).toContain('“much” is no amount. Write it like 48.50.');
    const empty = await ada.post(`/customers/${id}/purchases`, { amount: ' ', currency: 'GBP', on: '2027-02-20' });
    expect(words(empty)).toContain('Say how much it was, such as 48.50.');
    const edit = await ada.post(`/customers/${id}/edit`, {
      email: 'nobody',
      'was-email': '',
      givenName: 'Nils',
      'was-givenName': 'Nils',
    });
    expect(edit.status).toBe(422);
    expect(edit.page).toContain('value="nobody"');
  });

  test('takes days in any words, changes and removes them, each with its way back', async () => {
    const id = await shop.customer({ givenName: 'Olaf' });
    await ada.post(`/customers/${id}/dates`, { what: 'Hochzeitstag', day: '2', month: '5', year: '2011' });
    const [date] = await db.selectFrom('date').selectAll().where('customer_id', '=', id).execute();
    expect(date).toMatchObject({ kind: 'anniversary', label: 'wedding', month: 5, day: 2, year: 2011 });
    expect(words(await ada.get(`/customers/${id}`))).toContain('In 62 days: 16 years.');
    const removed = await ada.post(`/customers/${id}/dates/remove`, { date: date?.id ?? '' });
    const { said, change } = await next(ada, removed);
    expect(said).toBe('Wedding anniversary was removed.');
    await ada.post(`/customers/${id}/undo`, { change });
    expect(await db.selectFrom('date').select('day').where('customer_id', '=', id).execute()).toEqual([{ day: 2 }]);
  });

  test('shows the card that a new day brings, at once', async () => {
    await planAll(db, shop.clock.now());
    const id = await shop.customer({ givenName: 'Quinn', email: 'quinn@example.com' });
    const added = await ada.post(`/customers/${id}/dates`, { what: 'Birthday', day: '9', month: '3', year: '' });
    expect(words(await ada.get(`/customers/${id}`))).toContain('Next: Birthday , Tuesday 9 March');
    await ada.post(`/customers/${id}/undo`, { change: (await next(ada, added)).change });
    expect(words(await ada.get(`/customers/${id}`))).toContain('No card is planned');
  });

  test('notes purchases as people write amounts', async () => {
    const id = await shop.customer({ givenName: 'Paul' });
    for (const amount of ['48.50', '1.234,5', '12', '1,200'])
      await ada.post(`/customers/${id}/purchases`, { amount, currency: 'gbp', on: '2027-02-20' });
    const rows = await db.selectFrom('purchase').select('amount').where('customer_id', '=', id).orderBy('id').execute();
    expect(rows.map(({ amount }) => amount)).toEqual([4850, 123450, 1200, 120000]);
    expect(words(await ada.get(`/customers/${id}`))).toContain('4 purchases, £2,495.00.');
  });

  test('lets a member lift a pause, and never what the customer asked for', async () => {
    const id = await shop.customer({ givenName: 'Rita', email: 'rita@example.com' });
    await ada.post(`/customers/${id}/stop`, { kind: 'paused', until: '2027-04-01' });
    await addStop(db, business.id, { kind: 'unsubscribed', customerId: id }, { by: 'customer', now: shop.clock.now() });
    const page = await ada.get(`/customers/${id}`);
    expect(words(page)).toContain('No mail goes to them, because they wanted no more.');
    expect(words(page)).toContain('Only they can take this back');
    const stops = await listStops(db, business.id, id);
    for (const stop of stops) await ada.post(`/customers/${id}/stops/${stop.id}/lift`);
    expect((await listStops(db, business.id, id)).map(({ kind }) => kind)).toEqual(['unsubscribed', 'unsubscribed']);
  });

  test('tells who changed what, by name and with both values', async () => {
    const id = await shop.customer({ givenName: 'Sven' });
    await ben.post(`/customers/${id}/edit`, { givenName: 'Svend', 'was-givenName': 'Sven' });
    const history = words(await ada.get(`/customers/${id}/history`));
    expect(history).toContain('Ben changed: first name.');
    expect(history).toContain('First name: Sven → became Svend');
    expect(words(await ada.get(`/customers/${id}`))).toContain('Ben changed: first name.');
  });

  test('are two again when a merge is undone, from the notice or from the story, and can be joined again', async () => {
    const keep = await shop.customer({ givenName: 'Yves', email: 'yves@example.com', notes: 'likes roses' });
    const gone = await shop.customer({ givenName: 'Y.', familyName: 'Moreau', email: 'moreau@example.com', phone: '030 5' });
    const merged = await saidAfter(ada, await ada.post(`/customers/${keep}/merge/${gone}`, { given_name: 'two' }));
    expect(merged.says).toBe('Yves and Y. Moreau are one customer now.');
    const { page } = await ada.get(`/customers/${keep}`);
    const path = new RegExp(`/customers/${keep}/merges/[0-9a-f-]{36}/undo`).exec(page)?.[0] ?? '';
    expect((await ada.get(`/customers/${keep}/history`)).page).toContain(path);
    await ben.post(`/customers/${keep}/stop`, { kind: 'deceased' });
    const parted = await saidAfter(ada, await merged.undo());
    expect(parted.says).toBe(
      'Yves and Y. Moreau are two customers again. What happened since stays with this one. What was stopped since is stopped for both.',
    );
    expect(words(await ada.get(`/customers/${keep}`))).toContain('Ada undid the merge: they are two customers again.');
    expect(await rowOf(keep)).toMatchObject({ given_name: 'Yves', phone: null });
    expect(words(await ada.get(`/customers/${gone}`))).toContain('Y. Moreau');
    const twice = await saidAfter(ada, await ada.post(path, {}));
    expect(twice.says).toBe('There is nothing to undo here any more.');
    await parted.undo();
    expect(await rowOf(keep)).toMatchObject({ given_name: 'Y.', phone: '030 5' });
  });

  test('to be joined are compared with the day chosen that the other told themselves, and a member may choose otherwise', async () => {
    const day = { kind: 'birthday', month: 5 };
    const keep = await shop.customer({ givenName: 'Vera', dates: [{ ...day, day: 1, source: 'import' }] });
    const gone = await shop.customer({ givenName: 'Vera', dates: [{ ...day, day: 2, source: 'customer' }] });
    const { page } = await ada.get(`/customers/${keep}/merge/${gone}`);
    const choices = page.match(/<input[^>]*name="date:birthday\/"[^>]*>/g) ?? [];
    expect(choices.map((input) => [/value="(\w+)"/.exec(input)?.[1], /\schecked/.test(input)])).toEqual([
      ['one', false],
      ['two', true],
    ]);
    expect(page.match(/told by themselves/g)).toHaveLength(1);
    await ada.post(`/customers/${keep}/merge/${gone}`, { 'date:birthday/': 'one' });
    const dates = await db.selectFrom('date').select('day').where('customer_id', '=', keep).execute();
    expect(dates).toEqual([{ day: 1 }]);
  });

  test('of a merged one leads to who they became, and of an erased one there is none', async () => {
    const keep = await shop.customer({ givenName: 'Ute', email: 'ute@example.com' });
    const gone = await shop.customer({
      givenName: 'Utte',
      email: 'ute@example.com',
      dates: [{ kind: 'birthday', month: 3, day: 3 }],
    });
    const compare = await ada.get(`/customers/${keep}/merge/${gone}`);
    expect(compare.page).toContain('value="two"');
    await ada.post(`/customers/${keep}/merge/${gone}`, { given_name: 'two' });
    expect((await ada.get(`/customers/${gone}`)).location).toBe(`/shops/rosa/customers/${keep}`);
    expect(await rowOf(keep)).toMatchObject({ given_name: 'Utte' });
    expect((await ada.post(`/customers/${keep}/erase`, {})).status).toBe(422);
    expect((await ada.post(`/customers/${keep}/erase`, { sure: '1' })).status).toBe(303);
    for (const id of [keep, gone]) expect((await ada.get(`/customers/${id}`)).status).toBe(404);
  });

  test('hands over everything that is kept, as files that name nobody', async () => {
    const id = await shop.customer({ givenName: '=Vera', email: 'vera@example.com' });
    const json = await ada.get(`/customers/${id}/export.json`);
    expect(JSON.parse(json.page)).toMatchObject({ person: [{ given_name: '=Vera' }] });
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="customer-2027-03-01.json"');
    expect((await ada.get(`/customers/${id}/export.csv`)).page).toContain(`"'=Vera"`);
  });
});

test('nobody of another shop is ever listed or found', async () => {
  const added = await addCustomer(db, house.other.id, { givenName: 'Strangest' }, { by: 'fondly', now: shop.clock.now() });
  expect(added.ok).toBe(true);
  for (const path of ['/customers?q=strangest', '/customers?show=new', '/customers?show=no-email'])
    expect((await ada.get(path)).page).not.toContain('<bdi>Strangest');
});
