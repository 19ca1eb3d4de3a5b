import { describe, expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';
import { renderCard } from '../../src/cards/render.ts';
import { compileGallery, must, skeleton, unsafeIn } from './cards.ts';

const gallery = await compileGallery();

const everyCardForEveryone = gallery.flatMap((made) =>
  AWKWARD.map((person) => ({ ...made, person: person.name, data: person.data })),
);

describe('the gallery', () => {
  test('holds a card for every occasion, and three for a birthday', async () => {
    const kinds = (await listGallery()).map((entry) => entry.occasion);
    expect(new Set(kinds)).toEqual(new Set(['birthday', 'anniversary', 'years-with-us', 'welcome', 'thank-you', 'survey']));
    expect(kinds.filter((kind) => kind === 'birthday').length).toBeGreaterThanOrEqual(3);
  });

  test('knows no card that is not there, and no folder outside it', async () => {
    expect(await readGalleryCard('nothing')).toBeUndefined();
    expect(await readGalleryCard('../footer')).toBeUndefined();
  });

  test.each(gallery)('$name shows its own sample with nothing to complain of, and asks for no name', async ({ name }) => {
    const ready = (await readGalleryCard(name))!;
    const made = await compileCard({ mjml: ready.mjml, words: ready.words['en'] ?? {}, language: 'en' });
    expect(made).toMatchObject({ ok: true, warnings: [] });
    const { errors, subject } = renderCard(must(made), ready.sample);
    expect(errors).toEqual([]);
    expect(subject.length).toBeLessThanOrEqual(60);
  });
});

describe.each(everyCardForEveryone)('$name for a customer with $person', ({ card, data }) => {
  const { subject, html, text, errors } = renderCard(card, data);

  test('is whole, small and keeps to itself', () => {
    expect(errors).toEqual([]);
    expect(Buffer.byteLength(html)).toBeLessThan(90_000);
    expect(unsafeIn(html)).toBeUndefined();
    const hosts = new Set([...html.matchAll(/(?:https?:)?\/\/([a-z0-9.-]+)/gi)].map((match) => match[1]));
    expect([...hosts].filter((host) => host !== 'cards.example' && host !== 'www.w3.org')).toEqual([]);
    expect(unsafeIn(html) ?? html.replaceAll(/&lt;.*?&gt;/g, '')).not.toMatch(/<img|<[^>]+\bsrc=/);
  });

  test.each(['html', 'text'] as const)('ends its %s with who writes, why, and how to end it', (part) => {
    const footer =
      part === 'html'
        ? html.slice(html.indexOf('<table role="presentation" class="fondly-footer"'))
        : text.slice(text.indexOf('* * *'));
    for (const said of [
      'Rosa ',
      '12 Market Row',
      'You are getting this card because',
      'https://cards.example/u/1a2b3c',
      'https://cards.example/v/1a2b3c',
    ])
      expect(footer).toContain(said);
  });

  test('keeps its markup whatever the name is', () => {
    const plain = { firstName: 'Mia', lastName: 'Okafor', name: 'Mia Okafor' };
    const same = Object.keys(data.customer).length === 0 ? {} : plain;
    expect(skeleton(html)).toEqual(skeleton(renderCard(card, { ...data, customer: { ...same, consented: true } }).html));
  });

  test('has no hole in its words', () => {
    expect(subject).toMatch(/^[^\r\n]{3,121}$/u);
    expect(subject + text).not.toMatch(/ [!,.?](?!\S)|,!|undefined|null|\[object|fondlyhole/);
    expect(html).not.toMatch(/undefined|\[object|fondlyhole/);
  });
});

test('without a name it says "Happy birthday!", not "Happy birthday, !"', () => {
  const nobody = AWKWARD.find(({ name }) => name === 'no name')!.data;
  const balloons = gallery.find(({ name }) => name === 'birthday-balloons')!.card;
  const { subject, text } = renderCard(balloons, nobody);
  expect(subject).toBe('Happy birthday!');
  expect(text).toMatch(/^Happy birthday!\n\n/);
});

test.each(gallery)('$name writes markup and braces in a name as they are', ({ card }) => {
  const odd = AWKWARD.find(({ name }) => name === 'template')!.data;
  const { html, text } = renderCard(card, odd);
  const { customer: _, ...others } = odd;
  const named = renderCard(card, { ...others, customer: { firstName: 'Mia' } });
  expect(html.includes('&lt;script&gt;')).toBe(named.html.includes('Mia'));
  expect(text.includes('{{customer.name}} </title>')).toBe(named.text.includes('Mia'));
});

test('the survey gives each answer a link of its own, in both parts', () => {
  const survey = gallery.find(({ name }) => name === 'survey')!.card;
  const { html, text } = renderCard(survey, AWKWARD[0]!.data);
  for (const value of [1, 2, 3, 4, 5]) {
    expect(html).toContain(`href="https://cards.example/a/1a2b3c/${value}"`);
    expect(text).toContain(`: https://cards.example/a/1a2b3c/${value}\n`);
  }
  expect(survey.html).toContain('{{#each survey.answers}}');
  expect(renderCard(survey, { ...AWKWARD[0]!.data, survey: undefined as never }).errors).toContain(
    'survey.question is missing for this customer.',
  );
});

test('a card in Hebrew reads from right to left', async () => {
  const ready = await readGalleryCard('welcome');
  const words = { ...ready!.words['en'], headline: 'ברוכים הבאים' };
  const card = must(await compileCard({ mjml: ready!.mjml, words, language: 'he' }));
  const { html } = renderCard(card, AWKWARD[0]!.data);
  expect(html).toMatch(/<html lang="he" dir="rtl"/);
  expect(html).toContain('text-align:right');
});

test.each(gallery)('$name speaks its language, has one heading and adapts to the night', ({ card: { html } }) => {
  expect(html).toMatch(/<html lang="en" dir="ltr"/);
  expect(html.match(/<h1\b/g)).toHaveLength(1);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain('prefers-color-scheme');
  expect([...html.matchAll(/<table\b[^>]*>/g)].filter(([table]) => !table.includes('role="presentation"'))).toEqual([]);
});
