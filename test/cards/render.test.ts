import { expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { renderCard } from '../../src/cards/render.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { compilePiece, design, must, WORDS } from './cards.ts';

const someone = AWKWARD[0]!.data;
const render = async (words: string, data: MergeData = someone) =>
  renderCard(must(await compilePiece(`<mj-text>${words}</mj-text>`)), data);

test('the same card and data give the same bytes, and the data is left alone', async () => {
  const data = structuredClone(someone);
  const card = must(await compilePiece('<mj-text>Dear {{customer.name}}</mj-text>'));
  expect(renderCard(card, data)).toEqual(renderCard(structuredClone(card), data));
  expect(data).toEqual(someone);
  expect(card.hash).toBe(must(await compilePiece('<mj-text>Dear {{customer.name}}</mj-text>')).hash);
  expect(card.hash).not.toBe(must(await compilePiece('<mj-text>Dear {{customer.lastName}}</mj-text>')).hash);
});

test('a missing field is an error, and the preview still shows the card', async () => {
  const { errors, html } = await render('Dear {{customer.firstName}}', { ...someone, customer: {} });
  expect(errors).toEqual([{ sentence: 'customer.firstName is missing for this customer.', missing: 'customer.firstName' }]);
  expect(html).toContain('Dear ');
});

test('a field that is missing only sometimes is an error only then', async () => {
  const words = '{{#if years}}{{customer.lastName}}{{/if}}x';
  const { years: _, ...newcomer } = { ...someone, customer: { firstName: 'Mia' } };
  expect((await render(words, newcomer)).errors).toMatchObject([{ missing: 'customer.lastName' }]);
});

test('blank names count as missing', async () => {
  const { text } = await render('Dear {{fallback customer.firstName "friend"}}', {
    ...someone,
    customer: { firstName: '  \t ' },
  });
  expect(text).toContain('Dear friend');
});

test('numbers take the words that the language asks for', async () => {
  const words =
    '{{years}} {{plural years one="year" other="years"}}, the {{years}}{{ordinal years one="st" two="nd" few="rd" other="th"}}';
  expect((await render(words, { ...someone, years: 1 })).text).toContain('1 year, the 1st');
  expect((await render(words, { ...someone, years: 3 })).text).toContain('3 years, the 3rd');
  expect((await render(words, { ...someone, years: 12 })).text).toContain('12 years, the 12th');
  const polish = {
    mjml: design('<mj-text>[[headline]]</mj-text>'),
    words: { ...WORDS, headline: '{{years}} {{plural years one="rok" few="lata" many="lat" other="roku"}}' },
    language: 'pl',
  };
  const card = must(await compileCard(polish));
  expect([1, 3, 5].map((years) => /\d (rok|lata|lat)/.exec(renderCard(card, { ...someone, years }).text)?.[0])).toEqual([
    '1 rok',
    '3 lata',
    '5 lat',
  ]);
});

test('the reason given is the one that holds', async () => {
  const asked = await render('x', { ...someone, customer: { consented: true } });
  expect(asked.text).toContain('because you asked Rosa & Fern to write to you');
  expect((await render('x')).text).toContain('because you are a customer of Rosa & Fern');
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://x.example/" onclick="x',
  'https://x.example/<b>',
  ' https://x.example',
  'file:///etc/passwd',
])('a link to %s is not sent', async (address) => {
  const { errors, html, text } = await render('x', {
    ...someone,
    links: { view: address, unsubscribe: 'https://cards.example/u' },
  });
  expect(errors).toContainEqual({ sentence: 'links.view is not a web address.' });
  expect(html + text).not.toContain(address);
});

test('line breaks and control characters in data cannot make a new line of their own', async () => {
  const name = 'Mia\r\nBcc: all@example.com\u0000\u2028\u202e evil';
  const card = must(await compilePiece('<mj-text>Dear {{customer.name}}</mj-text>', { subject: 'Hi {{customer.name}}' }));
  const { subject, text } = renderCard(card, { ...someone, customer: { name } });
  expect(subject).toBe('Hi Mia Bcc: all@example.com evil');
  expect(text.split('\n')[0]).toBe('Dear Mia Bcc: all@example.com evil');
});

test('a personal line keeps its line breaks, and only those', async () => {
  const { html, text } = await render('{{#if personalLine}}{{lines personalLine}}{{/if}}', {
    ...someone,
    personalLine: 'See you!\r\n<b>Rosa</b>',
  });
  expect(html).toContain('See you!<br />&lt;b&gt;Rosa&lt;/b&gt;');
  expect(text).toContain('See you!\n<b>Rosa</b>');
});

test('a very long subject ends in an ellipsis, and no letter is cut in half', async () => {
  const card = must(await compilePiece('<mj-text>x</mj-text>', { subject: 'Hi {{customer.name}}' }));
  for (const name of ['🌷'.repeat(200), 'word '.repeat(80)]) {
    const { subject } = renderCard(card, { ...someone, customer: { name } });
    expect(subject).toMatch(/…$/);
    expect(subject.length).toBeLessThanOrEqual(121);
    expect(subject.isWellFormed()).toBe(true);
  }
});

test('only known fields are within reach, whatever else the data holds', async () => {
  const data = {
    ...someone,
    secret: 'CANARY',
    customer: { ...someone.customer, email: 'CANARY', __proto__: { firstName: 'CANARY' } },
  } as MergeData;
  const { html, text, subject } = await render('{{customer.name}}{{customer.firstName}}', data);
  expect(html + text + subject).not.toContain('CANARY');
});

test('a card that its data makes too large is not sent', async () => {
  const answers = Array.from({ length: 20 }, (_, i) => ({
    label: 'é'.repeat(2_000),
    value: `${i}`,
    url: 'https://cards.example/a',
  }));
  const words = `{{#each survey.answers}}${'<p>{{label}}</p>'.repeat(3)}{{/each}}`;
  const { errors } = await render(words, { ...someone, survey: { question: '?', answers } });
  expect(errors).toEqual([{ sentence: 'The card is larger than 90 KB, where mail programs cut it off. Make it shorter.' }]);
});

test('more cards than are kept ready are filled each with its own words', async () => {
  const card = must(await compilePiece('<mj-text>{{customer.name}}</mj-text>'));
  for (let i = 0; i < 350; i++)
    expect(renderCard({ ...card, hash: `h${i}`, subject: `Card ${i}` }, someone).subject).toBe(`Card ${i}`);
  expect(renderCard({ ...card, hash: 'h0', subject: 'Card 0' }, someone).subject).toBe('Card 0');
});
