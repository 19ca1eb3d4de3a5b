import { describe, expect, it } from 'vitest';
import { addOccasion } from '../../src/occasions/occasion-add.ts';
import { listOccasions, type Occasion } from '../../src/occasions/occasion.ts';
import { planAll } from '../../src/touchpoints/plan.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { saidAfter } from '../support/said.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { ada, ben, business, other, shop } = house;
const dates = [{ kind: 'birthday', month: 3, day: 20 }];
await shop.customer({ givenName: 'Maria', familyName: 'Lopez', email: 'maria@example.com', dates });
await planAll(db, shop.clock.now());

async function occasion(slug: string, of = business.id): Promise<Occasion> {
  const found = (await listOccasions(db, of)).find((one) => one.slug === slug);
  if (!found) throw new Error(`no occasion ${slug}`);
  return found;
}

const article = (page: string, { id }: Occasion) =>
  new RegExp(`<article[^>]*id="occasion-${id}".*?</article>`, 's').exec(page)?.[0] ?? '';
const words = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the list of occasions', () => {
  it('tells each as a sentence, with its next customer by name', async () => {
    const { page } = await ben.get('/occasions');
    const told = article(page, await occasion('birthday'));
    expect(words(told)).toContain('a customer’s birthday at');
    expect(words(told)).toContain('One card in the next 30 days. Next: Maria Lopez , Saturday 20 March');
    expect(told).toMatch(/<select name="mode"[^>]*>.*value="automatic" selected/s);
    expect(told).toContain('/preview?card=');
  });

  it('shows the card as its next customer gets it', async () => {
    const { id } = await occasion('birthday');
    expect((await ben.get(`/occasions/${id}/preview`)).page).toContain('Maria');
    const welcome = await ben.get(`/occasions/${(await occasion('welcome')).id}/preview`);
    expect(welcome.status).toBe(200);
    expect(welcome.headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('a word in the sentence', () => {
  it('is changed in place, and changed back', async () => {
    const { id } = await occasion('birthday');
    const fields = { side: 'before', days: '3', hour: '9.30', was: '{"offsetDays":0,"hour":"09:00"}' };
    const saved = await ben.post(`/occasions/${id}`, fields);
    expect(saved).toMatchObject({ status: 303, location: expect.stringContaining('/shops/rosa/occasions') });
    expect(await occasion('birthday')).toMatchObject({ offset_days: -3, hour: '09:30:00' });
    const { undo } = await saidAfter(ben, saved);
    expect((await undo()).status).toBe(303);
    expect(await occasion('birthday')).toMatchObject({ offset_days: 0, hour: '09:00:00' });
  });

  it('comes back alone to htmx, with the way back beside it', async () => {
    const { id } = await occasion('welcome');
    const headers = { 'hx-request': 'true' };
    const { page, status } = await ben.post(`/occasions/${id}`, { lateDays: '2' }, { headers });
    expect(status).toBe(200);
    expect(page.trim()).toMatch(/^<article/);
    expect(words(page)).toContain('“Welcome” was changed. Undo');
  });

  it('that makes no sense is told at its sentence, and nothing typed is lost', async () => {
    const one = await occasion('thank-you');
    const { page, status } = await ben.post(`/occasions/${one.id}`, { hour: 'noon', side: 'after', days: '4' });
    expect(status).toBe(422);
    expect(words(article(page, one))).toContain('Write the time of day like 9:00.');
    expect(article(page, one)).toMatch(/name="days" value="4"|value="4"[^>]*name="days"|name="days"\s+value="4"/);
    expect(words((await ben.post(`/occasions/${one.id}`, { side: 'after', days: '181' })).page)).toContain('at most 180 days');
    expect(await occasion('thank-you')).toMatchObject({ offset_days: 1, hour: '09:00:00' });
  });

  it('that somebody else changed meanwhile is told with both values', async () => {
    const { id } = await occasion('years-with-us');
    const was = '{"hour":"09:00","lateDays":0}';
    await ada.post(`/occasions/${id}`, { hour: '10:00', lateDays: '0', was });
    await ada.post(`/occasions/${id}`, { hour: '09:00', lateDays: '3', was });
    expect(await occasion('years-with-us')).toMatchObject({ hour: '10:00:00', late_days: 3 });
    const { page, status } = await ben.post(`/occasions/${id}`, { hour: '11:00', lateDays: '0', was });
    expect(status).toBe(422);
    expect(words(page)).toContain('hour is “10:00” now, and you chose “11:00”');
    expect(page).toContain('value="11:00"');
  });

  it('cannot be another shop’s card or survey', async () => {
    const { id } = await occasion('birthday');
    const stranger = await occasion('survey', other.id);
    expect(words((await ada.post(`/occasions/${id}`, { cardId: stranger.card_id })).page)).toContain('There is no such card.');
    expect(words((await ada.post(`/occasions/${id}`, { surveyId: stranger.survey_id ?? '' })).page)).toContain(
      'There is no such survey.',
    );
  });
});

describe('a new occasion', () => {
  it('is made from a recipe with a card of the gallery, and is off until its reach was seen', async () => {
    const { page } = await ben.get('/occasions/new?recipe=own-date');
    expect(page).toContain('value="gallery:anniversary-birds"');
    const form = {
      recipe: 'own-date',
      dateKind: 'Name day',
      name: '',
      side: 'on',
      days: '1',
      hour: '9:00',
      lateDays: '0',
      card: 'gallery:anniversary-birds',
    };
    const added = await ben.post('/occasions', form);
    expect(added).toMatchObject({ status: 303, location: expect.stringMatching(/\/occasions\/[\w-]{36}\/on$/) });
    expect(await occasion('name-day')).toMatchObject({ name: 'Name day', date_kind: 'name-day', mode: 'off' });
    await shop.customer({ givenName: 'Iris', email: 'iris@example.com', dates: [{ kind: 'name-day', month: 3, day: 9 }] });
    const on = await ben.open(added.location);
    expect(words(on.page)).toContain('One card in the next 30 days Iris Tuesday 9 March, 09:00');
    const { id } = await occasion('name-day');
    expect((await ben.post(`/occasions/${id}`, { mode: 'ask', was: '{"mode":"off"}' })).status).toBe(303);
    expect(await occasion('name-day')).toMatchObject({ mode: 'ask' });
  });

  it('without a card, or with a day that no year has, is told so', async () => {
    const form = { recipe: 'fixed-day', name: 'Fair', month: '2', day: '30', hour: '9:00', card: '' };
    expect(words((await ben.post('/occasions', form)).page)).toContain('Choose a card.');
    const answer = await ben.post('/occasions', { ...form, card: 'gallery:birthday-letters' });
    expect(answer.status).toBe(422);
    expect(words(answer.page)).toContain('There is no such day.');
    expect(answer.page).toContain('value="Fair"');
  });
});

describe('one occasion', () => {
  it('has its details, its place, and who changed what', async () => {
    const { id } = await occasion('thank-you');
    await ada.post(`/occasions/${id}`, { view: 'one', name: 'Thanks', minGapDays: '', workdayRule: 'after', lateHour: '18:00' });
    expect(await occasion('thank-you')).toMatchObject({
      name: 'Thanks',
      min_gap_days: null,
      workday_rule: 'after',
      late_hour: '18:00:00',
    });
    await ada.post(`/occasions/${id}/move`, { to: 'up' });
    const { page } = await ben.get(`/occasions/${id}`);
    expect(words(page)).toContain('Mon 1 Mar, 06:00, Ada');
    expect(words(page)).toContain('name: Thank you → Thanks');
    expect(words(page)).toContain('put it before “Years with us”');
  });

  it('is put away and brought back as it was', async () => {
    const asked = { name: 'Fair', trigger: 'day', month: 5, day: 1, cardId: (await occasion('birthday')).card_id } as const;
    const added = await addOccasion(db, business, asked, { by: 'fondly', now: shop.clock.now() });
    const id = added.ok ? added.id : '';
    // Nobody yet, and when.
    expect(words((await ben.get(`/occasions/${id}/on`)).page)).toMatch(/Nobody in the next 30 days Its next day: \S+ 1 May/);
    const away = await ben.post(`/occasions/${id}/away`);
    expect(words((await ben.get('/occasions')).page)).toContain('Put away Fair On 1 May');
    const { undo } = await saidAfter(ben, away);
    expect((await undo()).location).toContain(`/occasions/${id}/on`);
    expect(await occasion('fair')).toMatchObject({ mode: 'off', archived_at: null });
  });
});
