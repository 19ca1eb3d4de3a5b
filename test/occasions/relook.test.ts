import { describe, expect, test } from 'vitest';
import { businessById } from '../../src/businesses/business.ts';
import { changeColours, changeLogo } from '../../src/businesses/look.ts';
import { keepPicture } from '../../src/businesses/pictures.ts';
import { findWording, publishGalleryCard } from '../../src/occasions/cards.ts';
import type { Workshop } from '../../src/cards/workshop.ts';
import { openDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { archiveCard, unarchiveCard } from '../../src/occasions/cards-archive.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';
import { relookCards } from '../../src/occasions/relook.ts';
import { ada, openShop } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';
import { benchtop, publishOwn } from '../support/own-card.ts';
import sharp from 'sharp';

const { db } = await testDatabase();

test('a new look reaches the cards that wear the shop’s, as their next version, and what was sent keeps the old one', async () => {
  const rosa = await openShop(db, 'rosa');
  const { cardId } = await publishGalleryCard(db, rosa, 'birthday-balloons', ada);
  await changeColours(db, rosa.id, { accent: '#2f6b4f', second: '#cfe3c4' }, ada);
  await changeLogo(db, rosa.id, await logo(rosa.id), ada);
  const changed = (await businessById(db, rosa.id))!;
  expect(await relookCards(db, benchtop, rosa.id, ada)).toEqual({ published: 1, unfit: [] });
  const [before, after] = [
    await findWording(db, rosa.id, cardId, 1, ['en']),
    await findWording(db, rosa.id, cardId, null, ['en']),
  ];
  expect([before!.version, after!.version]).toEqual([1, 2]);
  expect(before!.card.html).not.toContain('#2f6b4f');
  expect(after!.card.html).toContain('#2f6b4f');
  expect(after!.card.html).toContain(`{{links.pictures}}${rosa.id}/${changed.logo}`);
  expect(await relookCards(db, benchtop, rosa.id, ada)).toEqual({ published: 0, unfit: [] });
});

test('a card in colours of its own keeps them', async () => {
  const cem = await openShop(db, 'cem');
  const words = { subject: 'Hello', preheader: 'A word', hello: 'Hello' };
  const mjml =
    '<mjml><mj-body><mj-section><mj-column><mj-text color="[[colour.accent|#c8553d]]">[[hello]]</mj-text></mj-column></mj-section></mj-body></mjml>';
  const own = await publishOwn(db, cem.id, { name: 'Own', mjml, words: { en: words }, colours: { accent: '#112233' } }, ada);
  expect(own).toMatchObject({ ok: true });
  await changeColours(db, cem.id, { accent: '#b03a63', second: null }, ada);
  expect(await relookCards(db, benchtop, cem.id, ada)).toEqual({ published: 0, unfit: [] });
});

test('the gallery’s cards are published in the shop’s look from the start', async () => {
  const shop3 = await openShop(db, 'late');
  await changeColours(db, shop3.id, { accent: '#22335c', second: null }, ada);
  const { cardId } = await publishGalleryCard(db, shop3, 'birthday-balloons', ada);
  expect((await findWording(db, shop3.id, cardId, null, ['en']))!.card.html).toContain('#22335c');
});

describe('the shop’s look, changed while', () => {
  const words = { subject: 'Hello', preheader: 'A word', hello: 'Hello' };
  const mjml =
    '<mjml><mj-body><mj-section><mj-column><mj-text color="[[colour.accent|#c8553d]]">[[hello]]</mj-text></mj-column></mj-section></mj-body></mjml>';
  const card = { name: 'Own', mjml, words: { en: words } };
  const wear = async (id: string, accent: string) => {
    await changeColours(db, id, { accent, second: null }, ada);
    return relookCards(db, benchtop, id, ada);
  };
  /** A workshop in which the shop changes its look between two jobs. */
  const meanwhile = (id: string, accent: string): Workshop => ({
    ...benchtop,
    compile: async (source) => {
      const compiled = await benchtop.compile(source);
      await wear(id, accent);
      return compiled;
    },
  });
  const html = async (id: string, cardId: string) => (await findWording(db, id, cardId, null, ['en']))!.card.html;

  test('a card is published, is the one it gets, once somebody looked at it so', async () => {
    const { id } = await openShop(db, 'while-published');
    const { cardId } = await publishOwn(db, id, card, ada);
    const { rev } = (await openDraft(db, id, cardId, ada))!;
    const change = { words: { en: { hello: 'Good day' } } };
    await saveDraft(db, id, cardId, { rev, change }, ada);
    const about = { cardId, rev: rev + 1 };
    expect(await publishDraft(db, meanwhile(id, '#2f6b4f'), id, about, ada)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('the shop’s look'),
      findings: [],
    });
    expect(await publishDraft(db, benchtop, id, about, ada)).toMatchObject({ ok: true });
    expect(await html(id, cardId)).toMatch(/#2f6b4f[^]*Good day/);
  });

  test('cards are published anew, is not undone by those', async () => {
    const { id } = await openShop(db, 'while-relooked');
    const { cardId } = await publishOwn(db, id, card, ada);
    await changeColours(db, id, { accent: '#b03a63', second: null }, ada);
    await relookCards(db, meanwhile(id, '#1f6580'), id, ada);
    expect(await html(id, cardId)).toContain('#1f6580');
  });

  test('a card is put away, is the one it comes back in', async () => {
    const { id } = await openShop(db, 'while-away');
    const { cardId } = await publishOwn(db, id, card, ada);
    expect(await archiveCard(db, id, cardId, ada)).toEqual({ ok: true });
    await wear(id, '#6b3a75');
    await unarchiveCard(db, id, cardId, ada);
    expect(await html(id, cardId)).toContain('#6b3a75');
  });
});

async function logo(businessId: string): Promise<string> {
  const upload = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#456' } })
    .png()
    .toBuffer();
  const kept = await keepPicture(db, businessId, upload, 'logo', ada);
  if (!kept.ok) throw new Error(kept.reason);
  return kept.file;
}
