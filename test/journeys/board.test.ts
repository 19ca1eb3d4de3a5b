import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addCustomer } from '../../src/customers/customer.ts';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { changeOccasion } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { swapCard } from '../../src/touchpoints/swap.ts';
import { publishAnew } from '../support/publish-anew.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, openHouse } from '../support/house.ts';
import { saidAfter } from '../support/said.ts';

const { url } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, app, business, shop } = house;
const { db } = app;
await changeOccasion(db, business.id, 'birthday', { mode: 'ask' }, { by: 'fondly', now: app.now() });

let people = 0;

async function birthday(name: string, day: number, email: string | null = `guest${people++}@example.com`): Promise<string> {
  const dates = [{ kind: 'birthday', month: 3, day }];
  const added = await addCustomer(
    db,
    business.id,
    { givenName: name, email, joinedOn: null, dates },
    { by: 'fondly', now: app.now() },
  );
  if (!added.ok) throw new Error(added.reason);
  await planAll(db, app.now());
  const row = await db.selectFrom('touchpoint').select('id').where('customer_id', '=', added.id).executeTakeFirstOrThrow();
  return row.id;
}

/** The same card as this customer's, waiting on that day for as many others. */
async function crowd(customerId: string, size: number, day: string): Promise<void> {
  await sql`with others as (
      insert into customer (business_id, id, basis_kind, created_at) select business_id, gen_random_uuid(), basis_kind, created_at
      from customer, generate_series(1, ${size}) where id = ${customerId} returning id
    )
    insert into touchpoint select (jsonb_populate_record(null::touchpoint, to_jsonb(t)
      || jsonb_build_object('id', gen_random_uuid(), 'customer_id', others.id, 'send_on', ${day}::text))).*
    from touchpoint t, others where t.customer_id = ${customerId}`.execute(db);
}

/** The heading's sentence, and what stands beside it about cards that wait. */
async function toldOfWaiting(): Promise<string[]> {
  const { page } = await ben.get('');
  const [, heading = ''] = /<h1>Next 30 days<\/h1>\s*<p>([^<]*)/.exec(page) ?? [];
  const [, panel = '', more = ''] = />([^<]*wait[^<]*for your yes)<\/a><small>([^<]*)/.exec(page) ?? [];
  return [heading, [panel, more.replace(/ ?The first expires.*/, '')].filter((words) => words !== '').join('. ')];
}

const stateOf = async (id: string) =>
  (await db.selectFrom('touchpoint').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;

/** What the form of a press on a page says was looked at. */
async function shownAt(press: string, path = ''): Promise<string> {
  const { page } = await ada.get(path);
  return new RegExp(`action="/shops/rosa${press}"[^]*?name="shown" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

const said = (answer: Answer) => saidAfter(ada, answer);

describe('one look a day', () => {
  it('shows who gets which card when, and what happens if nobody looks', async () => {
    await birthday('Maria', 2);
    const { page, status } = await ben.get('');
    expect(status).toBe(200);
    expect(page).toContain('Tomorrow, Tuesday 2 March');
    expect(page).toMatch(/Maria[\s\S]*“Warm balloons”[\s\S]*Waits for you. Without a yes it expires Tue 2 Mar at 20:00/);
  });

  it('says how many wait for a yes, and which of them the heading does not count', async () => {
    expect(await toldOfWaiting()).toEqual([
      '1 card until Wednesday 31 March. One of them waits for your yes.',
      'One card waits for your yes',
    ]);
    const dates = [{ kind: 'birthday', month: 4, day: 3 }];
    const later = await shop.customer({ givenName: 'Otto', email: 'otto@example.com', dates });
    await planAll(db, app.now());
    expect(await toldOfWaiting()).toEqual([
      '1 card until Wednesday 31 March. One of them waits for your yes.',
      '2 cards wait for your yes. One of them is due after these 30 days.',
    ]);
    expect((await ben.get('/waiting')).page).toMatch(/Maria[^]*Otto/);
    await crowd(later, 501, '2027-03-20');
    expect(await toldOfWaiting()).toEqual([
      '501+ cards until Wednesday 31 March. Some of them wait for your yes.',
      '503 cards wait for your yes',
    ]);
    expect((await ben.get('')).page).toContain('Approve all that wait');
    await db.deleteFrom('touchpoint').where('send_on', '=', '2027-03-20').execute();
    await db.deleteFrom('touchpoint').where('customer_id', '=', later).execute();
  });

  it('approves all of a day with one press, and takes all of it back with another', async () => {
    const ids = [await birthday('Lea', 5), await birthday('Tom', 5)];
    const done = await said(await ada.post('/day/2027-03-05/approve', { shown: await shownAt('/day/2027-03-05/approve') }));
    expect(done.says).toBe('2 cards of Friday 5 March go now as planned.');
    expect(await Promise.all(ids.map(stateOf))).toEqual(['planned', 'planned']);
    await done.undo();
    expect(await Promise.all(ids.map(stateOf))).toEqual(['waiting', 'waiting']);
  });

  it('approves only what was looked at: a version that was published since is shown instead', async () => {
    const ids = [await birthday('Rui', 11), await birthday('Eva', 11), await birthday('Jon', 11)];
    const letters = await publishGalleryCard(db, business, 'birthday-letters', { by: 'fondly', now: app.now() });
    expect(await swapCard(db, business.id, ids[2]!, letters.cardId, { by: 'fondly', now: app.now() })).toMatchObject({
      ok: true,
    });
    const [one, all] = [await shownAt(`/coming/${ids[0]}/approve`), await shownAt('/day/2027-03-11/approve')];
    await publishAnew(db, business.id, 'birthday-balloons');

    const late = await ada.post(`/coming/${ids[0]}/approve`, { shown: one });
    expect([late.status, late.location]).toEqual([303, `/shops/rosa/coming/${ids[0]}`]);
    expect((await said(late)).says).toBe(
      'A newer version of this card was published after you looked. This is how it would go now.',
    );
    const byHtmx = await ada.post(`/coming/${ids[0]}/approve`, { shown: one }, { headers: { 'hx-request': 'true' } });
    expect([byHtmx.status, byHtmx.headers.get('hx-redirect')]).toEqual([204, `/shops/rosa/coming/${ids[0]}`]);

    const now = await said(await ada.post(`/coming/${ids[0]}/now`, { shown: one }));
    expect(now.says).toContain('A newer version of this card was published after you looked.');

    const day = await said(await ada.post('/day/2027-03-11/approve', { shown: all }));
    expect(day.says).toBe(
      '1 card of Thursday 11 March goes now as planned. 2 cards still wait: “Warm balloons” changed after you looked. Look again, then approve.',
    );
    expect(await Promise.all(ids.map(stateOf))).toEqual(['waiting', 'waiting', 'planned']);
    await ada.post(`/coming/${ids[0]}/approve`, { shown: await shownAt(`/coming/${ids[0]}/approve`) });
    await ada.post('/day/2027-03-11/approve', { shown: await shownAt('/day/2027-03-11/approve') });
    expect(await Promise.all(ids.map(stateOf))).toEqual(['planned', 'planned', 'planned']);
  });

  it('holds, releases, skips and takes each back', async () => {
    const id = await birthday('Ines', 6);
    for (const [verb, state, back] of [
      ['approve', 'planned', 'waiting'],
      ['hold', 'held', 'waiting'],
      ['skip', 'skipped', 'waiting'],
    ] as const) {
      const done = await said(
        await ada.post(`/coming/${id}/${verb}`, {
          back: `/coming/${id}`,
          shown: await shownAt(`/coming/${id}/hold`, `/coming/${id}`),
        }),
      );
      expect([verb, await stateOf(id)]).toEqual([verb, state]);
      await done.undo();
      expect([verb, await stateOf(id)]).toEqual([verb, back]);
    }
  });

  it('answers a press by htmx with the row alone, and one that comes too late with why', async () => {
    const id = await birthday('Omar', 7);
    const shown = await shownAt(`/coming/${id}/approve`);
    const row = await ada.post(`/coming/${id}/approve`, { shown }, { headers: { 'hx-request': 'true' } });
    expect(row.page).toMatch(/^\s*<li class="home-row/);
    expect(row.page).toContain('approved by you');
    expect(row.page).toContain('Undo');
    const again = await ada.post(`/coming/${id}/approve`, { shown }, { headers: { 'hx-request': 'true' } });
    expect(again.page).toContain('This card goes by itself already.');
  });

  it('keeps what was typed when a line is too long, and shows the line in the card when it fits', async () => {
    const id = await birthday('Nia', 8);
    const long = await ada.post(`/coming/${id}/line`, { line: 'x'.repeat(301) });
    expect(long.status).toBe(422);
    expect(long.page).toContain('x'.repeat(301));
    expect(long.page).toContain('Keep it to 300 letters; these are 301.');
    expect((await ada.post(`/coming/${id}/line`, { line: 'Your <b>peonies</b> are in' })).status).toBe(303);
    const { page } = await ada.get(`/coming/${id}/card`);
    expect(page).toContain('Your &lt;b&gt;peonies&lt;/b&gt; are in');
    expect(page).not.toContain('/u/');
  });

  it('names who gets nothing, and lets the card go as soon as the address is there', async () => {
    const id = await birthday('Rosa Without', 9, null);
    const home = await ada.get('');
    expect(home.page).toMatch(/No e-mail address[\s\S]*Rosa Without/);
    const wrong = await ada.post(`/nothing/${id}/email`, { email: 'rosa@' });
    expect(wrong.status).toBe(422);
    expect(wrong.page).toContain('value="rosa@"');
    const done = await said(await ada.post(`/nothing/${id}/email`, { email: 'rosa.without@example.com' }));
    expect(done.says).toContain('Waits for you');
    expect(await stateOf(id)).toBe('waiting');
    await done.undo();
    expect(await stateOf(id)).toBe('blocked');
  });

  it('leads from whoever wants no more mail to what they asked for', async () => {
    const id = await birthday('Sam Without', 9);
    const { customer_id: customer } = await db
      .selectFrom('touchpoint')
      .select('customer_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await ada.post(`/customers/${customer}/stop`, { kind: 'unsubscribed' });
    await planAll(db, app.now());
    expect((await ben.get('/nothing/unsubscribed')).page).toContain(
      `<a class="home-mend" href="/shops/rosa/customers/${customer}">See what they asked for</a>`,
    );
  });

  it('sends one now, and shows the very mail under Sent, with the server’s words', async () => {
    const id = await birthday('Uma', 20);
    await ada.post(`/coming/${id}/now`, { shown: await shownAt(`/coming/${id}/now`, `/coming/${id}`) });
    await shop.live('2027-03-01T06:00:01Z');
    const list = await ada.get('/sent?q=uma');
    expect(list.page).toContain('Happy birthday, Uma!');
    const mail = await ada.get(`/sent/${id}?as=headers`);
    expect(mail.page).toContain('List-Unsubscribe-Post');
    expect(mail.page).toContain('250 Kept as');
    expect((await ada.get(`/sent/${id}/card`)).page).toContain('Uma');
    expect((await ada.get('/sent?q=nobody-of-this-name')).page).toContain('Nothing found');
  });

  it('asks what became of a card that nobody knows of', async () => {
    const id = await birthday('Vera', 21);
    await ada.post(`/coming/${id}/now`, { shown: await shownAt(`/coming/${id}/now`, `/coming/${id}`) });
    await shop.live('2027-03-01T06:00:02Z');
    await db.updateTable('touchpoint').set({ state: 'uncertain', reason: 'no answer' }).where('id', '=', id).execute();
    await db.updateTable('attempt').set({ stage: 'uncertain', code: null }).where('touchpoint_id', '=', id).execute();
    expect((await ada.get('')).page).toContain('One card may or may not have arrived');
    const done = await said(await ada.post(`/sent/${id}/arrived`));
    expect(done.says).toBe('The card for Vera arrived: noted.');
    expect(await stateOf(id)).toBe('accepted');
    await done.undo();
    expect(await stateOf(id)).toBe('uncertain');
    await ada.post(`/sent/${id}/again`);
    await shop.live('2027-03-01T06:00:03Z');
    expect(await stateOf(id)).toBe('accepted');
  });
});
