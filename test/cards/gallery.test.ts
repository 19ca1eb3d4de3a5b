import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';
import { contrast, glowOf, inkOn, shades } from '../../src/cards/colours.ts';
import type { Look } from '../../src/cards/look.ts';
import { findPicture, pictureFile, pictureNames } from '../../src/cards/pictures.ts';
import { renderCard } from '../../src/cards/render.ts';
import { drawings, readSource, sourceHash, WIDTH } from '../support/paint.ts';
import { compileGallery, must, skeleton, unsafeIn } from './cards.ts';

const gallery = await compileGallery();

const everyCardForEveryone = gallery.flatMap((made) =>
  AWKWARD.map((person) => ({ ...made, person: person.name, data: person.data })),
);

describe('the gallery', () => {
  test('holds fourteen cards and more, for every occasion, four for a birthday and two for an anniversary', async () => {
    const kinds = (await listGallery()).map((entry) => entry.occasion);
    const count = (kind: string): number => kinds.filter((one) => one === kind).length;
    expect(kinds.length).toBeGreaterThanOrEqual(14);
    expect([count('birthday'), count('anniversary')]).toEqual([4, 2]);
    for (const kind of 'years-with-us welcome thank-you survey we-miss-you new-year apology congratulations'.split(' '))
      expect(count(kind)).toBeGreaterThanOrEqual(1);
  });

  test('comes in four styles', async () => {
    const styles = new Set((await listGallery()).map((entry) => entry.style));
    expect(styles).toEqual(new Set(['typographic', 'painted', 'playful', 'elegant']));
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
    const pictures = html.replaceAll(/&lt;.*?&gt;/g, '').match(/<img|<[^>]+\bsrc=/g) ?? [];
    const own = html.match(/<img\s+alt="[^"]*"\s+src="https:\/\/cards\.example\/pictures\/[a-z-]+-[0-9a-f]{8}\.png"/g) ?? [];
    expect(own).toHaveLength(pictures.length);
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
  expect(renderCard(survey, { ...AWKWARD[0]!.data, survey: undefined as never }).errors).toContainEqual({
    sentence: 'survey.question is missing for this customer.',
    missing: 'survey.question',
  });
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

/** Shops whose colours are as far apart as colours can be. */
const SHOPS: Record<string, Look> = {
  'deep green and cream': { colours: { accent: '#0f4c3a', second: '#f3ead7' } },
  'hot pink and black': { colours: { accent: '#ff2d87', second: '#000000' } },
  'navy and gold': { colours: { accent: '#1b2a4e', second: '#d9b25f' } },
  'yellow alone': { colours: { accent: '#ffd400' } },
  'white alone': { colours: { accent: '#ffffff' } },
};

describe.each(Object.entries(SHOPS))('a shop in %s', (_, look) => {
  test.each(gallery)('$name wears its colours and its logo, and can be read', async ({ name, card }) => {
    const ready = (await readGalleryCard(name))!;
    const logoUrl = '{{links.pictures}}0192d3b4-7c55-7abc-8def-0123456789ab/0123456789abcdef0123456789abcdef.png';
    const worn = must(
      await compileCard({ mjml: ready.mjml, words: ready.words['en']!, language: 'en', look: { ...look, logoUrl } }),
    );
    expect(worn.html.replaceAll(/\s+/g, ' ')).toContain(`<img alt="{{business.name}}" src="${logoUrl}"`);
    expect(colours(worn.html)).not.toEqual(colours(card.html));
    expect(faint(worn.html)).toEqual([]);
  });
});

test.each(gallery)('$name can be read in its own colours', ({ card }) => {
  expect(faint(card.html)).toEqual([]);
});

test('every shade of any colour can be read where it is meant to be', () => {
  const steps = ['00', '33', '80', 'cc', 'ff'];
  const all = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
  const worst = (ink: string, grounds: string[]): number => Math.min(...grounds.map((ground) => contrast(ink, ground)));
  for (const colour of all) {
    const { Paper, Soft, Ink, Dark, Black, Night, Deep } = shades(colour);
    expect(worst(Ink!, [Paper!, Soft!, '#ffffff'])).toBeGreaterThan(4.5);
    expect(worst(Night!, [Dark!, Black!, Deep!])).toBeGreaterThan(4.5);
    expect(worst('#ffffff', [Dark!, Black!, Deep!])).toBeGreaterThan(10);
    expect(worst(inkOn(colour), [colour])).toBeGreaterThan(4.5);
    for (const second of ['#000000', '#d9b25f', colour])
      expect(worst(glowOf([colour, second])!, [Dark!, Deep!])).toBeGreaterThan(4.5);
  }
});

function colours(html: string): Set<string> {
  return new Set(html.match(/#[0-9a-f]{6}\b/g));
}

/** Texts that are hard to read on the nearest ground around them (WCAG 2.2: 4.5 to 1; large ones 3 to 1). What only adorns may be faint. */
function faint(html: string): string[] {
  const grounds: (string | undefined)[] = [];
  const found: string[] = [];
  for (const [tag, close, name = ''] of html.matchAll(/<(\/?)(div|table|td|tr|tbody|body|a|p|h1|h2|span)\b[^>]*>/g)) {
    if (close) grounds.pop();
    else {
      const ground = /background(?:-color)?:\s*(#[0-9a-f]{6})/i.exec(tag)?.[1] ?? grounds.at(-1);
      grounds.push(ground);
      const ink = /[;"]color:\s*(#[0-9a-f]{6})/i.exec(tag)?.[1];
      const large = Number(/font-size:(\d+)px/.exec(tag)?.[1] ?? 16) >= 24;
      if (ink && ground && !tag.includes('aria-hidden') && contrast(ink, ground) < (large ? 3 : 4.5))
        found.push(`${name} ${ink} on ${ground}`);
    }
  }
  return found;
}

describe('the pictures of the gallery', () => {
  test.each(pictureNames())('%s is what its drawing yields, twice as wide as a card and light', async (name) => {
    const png = await readFile(new URL(`../../templates/art/${name}.png`, import.meta.url));
    const svg = await readFile(new URL(`../../templates/art/${name}.svg`, import.meta.url));
    const [, wide, high] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg.toString())!.map(Number);
    expect(readSource(png)).toBe(sourceHash(svg));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([WIDTH, Math.round((WIDTH * high!) / wide!)]);
    expect(png.length).toBeLessThanOrEqual(60 * 1024);
  });

  test('are painted, all of them, and found under the address that a card names', async () => {
    expect(pictureNames().toSorted()).toEqual((await drawings()).toSorted());
    for (const name of pictureNames())
      expect((await findPicture(pictureFile(name)!))?.subarray(1, 4)).toEqual(Buffer.from('PNG'));
  });

  test.each(['bowl.png', '../README.md', 'bowl-00000000.png', ''])('%j leads to none', async (file) => {
    expect(await findPicture(file)).toBeUndefined();
  });

  test('a card that names one which is not there is told what there is', async () => {
    const made = await compileCard({
      mjml: '<mjml><mj-body><mj-section><mj-column><mj-image src="[[art.bowls]]" alt="" /></mj-column></mj-section></mj-body></mjml>',
      words: { subject: 'x', preheader: 'x' },
      language: 'en',
    });
    expect(made).toMatchObject({ ok: false });
    expect(JSON.stringify(made)).toContain('there is no such picture. There is: birds, bowl, ');
  });
});

test.each(gallery)('$name tells nobody who reads it when pictures are off: its words are all there', ({ card }) => {
  const { html, text } = renderCard(card, AWKWARD[0]!.data);
  const shown = html.replaceAll(/<img\b[^>]*>/g, '');
  expect(shown).toMatch(/<h1[^>]*>(<span[^>]*>\d+<\/span>)?[^<]*\p{L}/u);
  expect(text).not.toContain('/pictures/');
});
