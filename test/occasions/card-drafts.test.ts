import { afterAll, describe, expect, test } from 'vitest';
import { moveBlock } from '../../src/cards/slots.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import { bringBack, openDraft, readDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { sayHere, whoIsHere } from '../../src/occasions/card-drafts-presence.ts';
import { listCards } from '../../src/occasions/card-shelf.ts';
import { compareVersions } from '../../src/occasions/card-versions-compare.ts';
import { readCardVersion } from '../../src/occasions/card-versions.ts';
import { archiveCard, unarchiveCard } from '../../src/occasions/cards-archive.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';
import { publishGalleryCard } from '../../src/occasions/cards.ts';
import { addDefaultOccasions, changeOccasion, listOccasions } from '../../src/occasions/occasion.ts';
import { openShop } from '../customers/shop.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const workshop = openWorkshop({ timeoutMs: 30_000 });
afterAll(() => workshop.close());

const now = new Date('2027-03-10T09:00:00Z');
const ada = { by: 'member:ada', now };
const ben = { by: 'member:ben', now: new Date('2027-03-10T09:05:00Z') };

async function newCard(slug: string): Promise<{ shop: string; card: string }> {
  const { id } = await openShop(db, slug);
  const made = await startCard(db, id, { gallery: 'thank-you', name: 'Our thanks' }, ada);
  if (!made.ok) throw new Error(made.reason);
  return { shop: id, card: made.cardId };
}

const say = (headline: string) => ({ words: { en: { headline } } });

describe('a draft', () => {
  test('begins with a ready card’s words, and nobody gets it', async () => {
    const { shop, card } = await newCard('begins');
    const draft = await openDraft(db, shop, card, ben);
    expect(draft).toMatchObject({
      name: 'Our thanks',
      rev: 1,
      changed: true,
      fromVersion: null,
      source: 'slots',
      by: 'member:ada',
    });
    expect(Object.keys(draft?.words ?? {})).toHaveLength(7);
    expect(await listCards(db, shop)).toMatchObject([{ name: 'Our thanks', gallery: 'thank-you', version: null, draftAt: now }]);
    expect(await startCard(db, shop, { gallery: '../../etc' }, ada)).toMatchObject({ ok: false });
    expect(await startCard(db, shop, { gallery: 'thank-you', name: 'x'.repeat(101) }, ada)).toMatchObject({ ok: false });
  });

  test('that two people write at once keeps the words of both', async () => {
    const { shop, card } = await newCard('both');
    expect(await saveDraft(db, shop, card, { rev: 1, change: say('Hello from Ada') }, ada)).toEqual({
      ok: true,
      rev: 2,
      theirs: [],
    });
    // Ben saw rev 1 and writes elsewhere.
    const change = { words: { en: { message: 'From Ben' }, de: { headline: 'Von Ben' } }, colours: { accent: '#AA3344' } };
    expect(await saveDraft(db, shop, card, { rev: 1, change }, ben)).toEqual({
      ok: true,
      rev: 3,
      theirs: [{ what: 'word', language: 'en', slot: 'headline', text: 'Hello from Ada', by: 'member:ada' }],
    });
    const draft = (await readDraft(db, shop, card))!;
    expect(draft.words['en']).toMatchObject({ headline: 'Hello from Ada', message: 'From Ben' });
    expect(draft.words['de']).toMatchObject({ headline: 'Von Ben' });
    expect(draft.look).toEqual({ colours: { accent: '#aa3344' } });
  });

  test('tells both texts where two people wrote the same word, changes nothing, and takes the second knowingly', async () => {
    const { shop, card } = await newCard('same');
    await saveDraft(db, shop, card, { rev: 1, change: say('Ada’s') }, ada);
    const change = { words: { en: { headline: 'Ben’s', message: 'Kept for later' } } };
    const refused = await saveDraft(db, shop, card, { rev: 1, change }, ben);
    expect(refused).toMatchObject({
      ok: false,
      rev: 2,
      reason: expect.stringContaining('“headline” (en)'),
      theirs: [{ what: 'word', language: 'en', slot: 'headline', text: 'Ada’s', yours: 'Ben’s', by: 'member:ada' }],
    });
    expect((await readDraft(db, shop, card))?.words['en']).toMatchObject({ headline: 'Ada’s' });
    expect(await saveDraft(db, shop, card, { rev: 2, change }, ben)).toMatchObject({ ok: true, rev: 3 });
    expect((await readDraft(db, shop, card))?.words['en']).toMatchObject({ headline: 'Ben’s', message: 'Kept for later' });
    // The same text from both is no conflict, and no new rev.
    expect(await saveDraft(db, shop, card, { rev: 1, change: say('Ben’s') }, ada)).toMatchObject({ ok: true, rev: 3 });
  });

  test('loses nothing of forty changes that ten people make at once', async () => {
    const { shop, card } = await newCard('many');
    const people = Array.from({ length: 10 }, (_, n) => ({ by: `member:${n}`, now }));
    const saves = people.flatMap((who, n) =>
      [0, 1, 2, 3].map((k) =>
        saveDraft(
          db,
          shop,
          card,
          { rev: 1, change: { words: { en: { [`word${'abcdefghij'[n]}${'wxyz'[k]}`]: `${n}${k}` } } } },
          who,
        ),
      ),
    );
    expect((await Promise.all(saves)).map(({ ok }) => ok)).not.toContain(false);
    const draft = (await readDraft(db, shop, card))!;
    expect(draft.rev).toBe(41);
    expect(Object.entries(draft.words['en']!).filter(([name]) => name.startsWith('word'))).toHaveLength(40);
  });

  test('takes a language away and a new one in, moves a block, and becomes source for good once it was written by hand', async () => {
    const { shop, card } = await newCard('design');
    const { mjml } = (await readDraft(db, shop, card))!;
    const moved = moveBlock(mjml, 'signature', 'up')!;
    await saveDraft(db, shop, card, { rev: 1, change: { mjml: moved, words: { zh: null, it: { headline: 'Grazie' } } } }, ada);
    const draft = (await readDraft(db, shop, card))!;
    expect([draft.mjml, draft.source]).toEqual([moved, 'slots']);
    expect(Object.keys(draft.words).toSorted()).toEqual(['ar', 'de', 'el', 'en', 'es', 'fr', 'it']);
    await saveDraft(db, shop, card, { rev: 2, change: { mjml: '<mjml>', byHand: true } }, ada);
    await saveDraft(db, shop, card, { rev: 3, change: { mjml: moved } }, ada);
    expect(await readDraft(db, shop, card)).toMatchObject({ mjml: moved, source: 'mjml' });
  });

  test.each([
    [{ name: ' ' }, 'a name'],
    [{ words: { 'not a language': { headline: 'x' } } }, 'a code such as'],
    [{ words: { en: { 'head line': 'x' } } }, 'letters only'],
    [{ words: { en: { headline: 'x'.repeat(4_001) } } }, 'longer than 4000'],
    [{ mjml: 'x'.repeat(200_001) }, '200 KB'],
    [{ colours: { accent: 'red' } }, '#c8553d'],
    [{ words: { en: { headline: 7 as unknown as string } } }, 'made of words'],
  ])('refuses what no card can be, in words (%#)', async (change, sentence) => {
    const { shop, card } = await newCard(`refuses-${Math.random().toString(36).slice(2, 8)}`);
    expect(await saveDraft(db, shop, card, { rev: 1, change }, ada)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(sentence),
    });
    expect(await saveDraft(db, shop, card, { rev: 1, change: say('a\0b\r\nc\ud800') }, ada)).toMatchObject({ ok: true });
  });

  test('of another business is not there', async () => {
    const { card } = await newCard('mine');
    const { id } = await openShop(db, 'other');
    expect(await openDraft(db, id, card, ada)).toBeUndefined();
    expect(await saveDraft(db, id, card, { rev: 1, change: say('x') }, ada)).toMatchObject({ ok: false });
    expect(await sayHere(db, id, card, null, ada)).toEqual([]);
    expect(await startCard(db, id, { copyOf: card }, ada)).toMatchObject({ ok: false });
  });
});

describe('publishing', () => {
  test('makes a numbered version that says who and when, and is never changed again', async () => {
    const { shop, card } = await newCard('publishes');
    await saveDraft(db, shop, card, { rev: 1, change: { ...say('One'), colours: { accent: '#aa3344' } } }, ada);
    expect(await publishDraft(db, workshop, shop, { cardId: card, rev: 1 }, ada)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('just now'),
    });
    expect(await publishDraft(db, workshop, shop, { cardId: card, rev: 2 }, ben)).toMatchObject({ ok: true, version: 1 });
    expect(await readDraft(db, shop, card)).toMatchObject({ changed: false, fromVersion: 1, rev: 2 });
    await saveDraft(db, shop, card, { rev: 2, change: say('Two') }, ada);
    expect(await publishDraft(db, workshop, shop, { cardId: card, rev: 3 }, ada)).toMatchObject({ ok: true, version: 2 });
    const one = (await readCardVersion(db, shop, card, 1))!;
    expect(one).toMatchObject({ n: 1, by: 'member:ben', at: ben.now, ownLook: { colours: { accent: '#aa3344' } } });
    expect(one.words['en']?.['headline']).toBe('One');
    expect(await listCards(db, shop)).toMatchObject([{ version: 2, draftAt: null }]);
  });

  test('a card with a mistake is refused with the list', async () => {
    const { shop, card } = await newCard('mistake');
    await saveDraft(db, shop, card, { rev: 1, change: say('Dear {{customer.fristName}}') }, ada);
    const refused = await publishDraft(db, workshop, shop, { cardId: card, rev: 2 }, ada);
    expect(refused).toMatchObject({ ok: false, reason: expect.stringContaining('did you mean customer.firstName?') });
    expect(refused.findings[0]).toMatchObject({ kind: 'stops', what: 'broken', where: { language: 'en', slot: 'headline' } });
  });

  test('two versions are told apart by language and word, and an old one comes back as a draft', async () => {
    const { shop, card } = await newCard('compare');
    await publishDraft(db, workshop, shop, { cardId: card, rev: 1 }, ada);
    const { mjml, words } = (await readDraft(db, shop, card))!;
    const change = {
      ...say('New'),
      words: { en: { headline: 'New' }, zh: null },
      colours: { accent: '#aa3344' },
      mjml: mjml.replace('</mj-body>', '<!-- hm -->\n</mj-body>'),
    };
    await saveDraft(db, shop, card, { rev: 1, change }, ada);
    const difference = await compareVersions(db, shop, card, 1, 'draft');
    expect(difference?.words.filter(({ language }) => language === 'en')).toEqual([
      { language: 'en', slot: 'headline', before: words['en']!['headline'], after: 'New' },
    ]);
    expect(difference).toMatchObject({
      removed: ['zh'],
      added: [],
      colours: [{ name: 'accent', before: null, after: '#aa3344' }],
    });
    expect(difference?.design?.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'out', text: '  </mj-body>' },
      { kind: 'in', text: '  <!-- hm -->' },
      { kind: 'in', text: '</mj-body>' },
    ]);
    await publishDraft(db, workshop, shop, { cardId: card, rev: 2 }, ada);
    expect(await bringBack(db, shop, card, 1, ben)).toEqual({ ok: true, rev: 3 });
    expect(await readDraft(db, shop, card)).toMatchObject({ words, mjml, look: {}, changed: true, fromVersion: 1 });
    // Ada has rev 2 on her screen: what she writes now meets what Ben brought back.
    expect(await saveDraft(db, shop, card, { rev: 2, change: say('New too') }, ada)).toMatchObject({
      ok: false,
      theirs: [{ by: 'member:ben' }],
    });
    expect(await bringBack(db, shop, card, 2, ben)).toMatchObject({ ok: true, rev: 4 });
    expect(await readDraft(db, shop, card)).toMatchObject({ changed: false, fromVersion: 2 });
    expect(await compareVersions(db, shop, card, 1, 7)).toBeUndefined();
    expect(await bringBack(db, shop, card, 9, ben)).toMatchObject({ ok: false });
  });

  test('makes a ready card the shop’s own, which the gallery’s never replaces', async () => {
    const shop = await openShop(db, 'own');
    const { cardId } = await publishGalleryCard(db, shop, 'thank-you', ada);
    const draft = (await openDraft(db, shop.id, cardId, ada))!;
    expect(draft).toMatchObject({ changed: false, fromVersion: 1 });
    await saveDraft(db, shop.id, cardId, { rev: draft.rev, change: say('Ours') }, ada);
    await publishDraft(db, workshop, shop.id, { cardId, rev: 2 }, ada);
    const again = await publishGalleryCard(db, shop, 'thank-you', ada);
    expect(again.cardId).not.toBe(cardId);
    expect((await listCards(db, shop.id)).map(({ gallery }) => gallery)).toEqual(['thank-you', 'thank-you']);
  });
});

test('a copy begins with what the draft says, and goes its own way', async () => {
  const { shop, card } = await newCard('copies');
  await saveDraft(db, shop, card, { rev: 1, change: say('Written') }, ada);
  const copy = await startCard(db, shop, { copyOf: card }, ben);
  const id = copy.ok ? copy.cardId : '';
  expect(await openDraft(db, shop, id, ben)).toMatchObject({ name: 'Our thanks (copy)', words: { en: { headline: 'Written' } } });
  await saveDraft(db, shop, id, { rev: 1, change: say('Otherwise') }, ben);
  expect((await readDraft(db, shop, card))?.words['en']).toMatchObject({ headline: 'Written' });
});

test('a card is put away unless an occasion sends it, and that is named', async () => {
  const shop = await openShop(db, 'archives');
  await addDefaultOccasions(db, shop, ada);
  const thanks = (await listOccasions(db, shop.id)).find(({ slug }) => slug === 'thank-you')!;
  expect(await archiveCard(db, shop.id, thanks.card_id, ada)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('is used for “Thank you”'),
  });
  const other = await startCard(db, shop.id, { copyOf: thanks.card_id }, ada);
  const otherId = other.ok ? other.cardId : '';
  await publishDraft(db, workshop, shop.id, { cardId: otherId, rev: 1 }, ada);
  await changeOccasion(db, shop.id, 'thank-you', { cardId: otherId }, ada);
  expect(await archiveCard(db, shop.id, thanks.card_id, ada)).toEqual({ ok: true });
  expect((await listCards(db, shop.id)).at(-1)).toMatchObject({ id: thanks.card_id, archived: true });
  expect(await unarchiveCard(db, shop.id, thanks.card_id, ada)).toEqual({ ok: true });
});

test('people at one card see each other, and are forgotten a minute after their last word', async () => {
  const { shop, card } = await newCard('presence');
  expect(await sayHere(db, shop, card, 'en headline', ada)).toEqual([]);
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
  expect(await sayHere(db, shop, card, null, { ...ben, now: at(30) })).toEqual([
    { by: 'member:ada', place: 'en headline', at: now },
  ]);
  expect((await whoIsHere(db, shop, card, at(59))).map(({ by }) => by)).toEqual(['member:ben', 'member:ada']);
  expect((await whoIsHere(db, shop, card, at(61))).map(({ by }) => by)).toEqual(['member:ben']);
});
