import { describe, expect, it } from 'vitest';
import { changeColours } from '../../src/businesses/look.ts';
import { readDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';
import { testDatabase } from '../support/database.ts';
import { openHouse } from '../support/house.ts';
import { saidAfter } from '../support/said.ts';

const { url, db } = await testDatabase();
const house = await openHouse(url, '2027-03-01T06:00:00Z');
const { app, ben, business } = house;
const by = { by: 'member:ben', now: app.now() };

async function card(): Promise<string> {
  const started = await startCard(db, business.id, { gallery: 'birthday-balloons' }, by);
  if (!started.ok) throw new Error(started.reason);
  return started.cardId;
}

async function publishWith(cardId: string, headline: string): Promise<void> {
  const { rev = 0 } = (await readDraft(db, business.id, cardId)) ?? {};
  const saved = await saveDraft(db, business.id, cardId, { rev, change: { words: { en: { headline } } } }, by);
  const published = await publishDraft(db, app.workshop, business.id, { cardId, rev: saved.rev }, by);
  if (!published.ok) throw new Error(published.reason);
}

const words = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('two versions side by side', () => {
  it('say their fields as people do, and as they are written where only what is unseen differs', async () => {
    const id = await card();
    await publishWith(id, 'Hurray, {{fallback customer.firstName "friend"}}!');
    await publishWith(id, 'Hurray{{#if customer.firstName}}, {{customer.firstName}}{{/if}}!');
    await publishWith(id, '{{#if customer.firstName}}Hurray{{/if}}{{plural date.years one="# year" other="# years"}}');
    await publishWith(id, '{{#if customer.firstName}}Hurray{{/if}}{{plural date.years one="one year" other="# years"}}');
    const { page } = await ben.get(`/cards/${id}/compare?from=1&to=2`);
    expect(words(page)).toContain('Hurray, first name, or “friend” !');
    expect(words(page)).toContain('Hurray if we know: first name … , first name … end !');
    expect(page).not.toContain('{{');
    expect((await ben.get(`/cards/${id}/compare?from=3&to=4`)).page).toContain('{{plural date.years one=&quot;one year&quot;');
  });
});

describe('a card’s colours', () => {
  const colours = async (id: string) => (await readDraft(db, business.id, id))?.look.colours;
  const rev = async (id: string) => (await readDraft(db, business.id, id))?.rev ?? 0;
  const pressed = (page: string) =>
    Array.from(page.matchAll(/aria-label="([^"]*)"\s+aria-pressed="true"/g), ([, label]) => label);

  it('are the shop’s, or one of the ready ones at one press each, or any other, and are taken back', async () => {
    await changeColours(db, business.id, { accent: '#2f6b4f', second: '#cfe3c4' }, by);
    const id = await card();
    const form = async () => (await ben.get(`/cards/${id}/edit`)).page;
    expect(pressed(await form())).toEqual(['Main colour: The shop’s main colour', 'Second colour: The shop’s second colour']);
    const press = async (fields: Record<string, string>) =>
      ben.post(`/cards/${id}/colours?language=en`, { rev: await rev(id), accent: '#2f6b4f', second: '#cfe3c4', ...fields });
    await press({ pick: 'accent #b03a63' });
    expect(await colours(id)).toEqual({ accent: '#b03a63' });
    expect(pressed(await form())).toEqual(['Main colour: Rose', 'Second colour: The shop’s second colour']);
    await press({ do: 'second', second: '#eeee00' });
    expect(await colours(id)).toEqual({ accent: '#b03a63', second: '#eeee00' });
    expect(words(await form())).toContain('This colour is very light: buttons get dark letters on it');
    const said = await saidAfter(ben, await press({ do: 'shop' }));
    expect(pressed(await form())).toHaveLength(2);
    await said.undo();
    expect(await colours(id)).toEqual({ accent: '#b03a63', second: '#eeee00' });
    await publishWith(id, 'Hurray');
    await press({ pick: 'second #bfe0e2' });
    await publishWith(id, 'Hurray');
    expect(words((await ben.get(`/cards/${id}/compare?from=1&to=2`)).page)).toContain('Second colour: #eeee00 became Sea.');
    await press({ do: 'second', second: '#eeee00' });
    await press({ pick: 'accent red' });
    expect(await colours(id)).toEqual({ accent: '#b03a63', second: '#eeee00' });
  });
});

describe('a language that a card lacks', () => {
  it('is said on the home page once a customer reads it', async () => {
    expect((await ben.get('')).page).not.toContain('Dutch');
    const dates = [{ kind: 'birthday', month: 3, day: 9 }];
    await house.shop.customer({ givenName: 'Anke', email: 'anke@example.com', language: 'nl', dates });
    expect(words((await ben.get('')).page)).toMatch(/\d+ cards speak no Dutch Customers who read it get another language\./);
  });
});
