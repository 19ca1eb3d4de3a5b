import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { renderAsBefore, renderCard } from '../../src/cards/render.ts';
import { compileGallery, design, must, WORDS } from './cards.ts';
import { SEED } from '../support/seed.ts';

const someone = AWKWARD[0]!.data;
const [MOHAMMED, ABU] = ['محمد', '(أبو علي)'];

async function cardOf(headline: string, { language = 'en', subject = headline, mjml = '<mj-text>[[headline]]</mj-text>' } = {}) {
  return must(await compileCard({ mjml: design(mjml), words: { ...WORDS, headline, subject }, language }));
}

async function render(headline: string, data: Partial<MergeData>, card: Parameters<typeof cardOf>[1] = {}) {
  const { subject, html, text } = renderCard(await cardOf(headline, card), { ...someone, ...data });
  return { subject: seen(subject), html: seen(html), text: seen(text), line: seen(text.split('\n')[0]!) };
}

/** The marks as they can be read here. */
function seen(text: string): string {
  return text.replaceAll('\u200e', '→').replaceAll('\u200f', '←');
}

test('a name that reads the other way stands apart in each part of the card', async () => {
  const { subject, html, line } = await render('Dear {{customer.firstName}} 5!', { customer: { firstName: MOHAMMED } });
  expect([subject, line]).toEqual([`Dear →←${MOHAMMED}←→ 5!`, `Dear →←${MOHAMMED}←→ 5!`]);
  expect(html).toContain(`>Dear <span dir="rtl">${MOHAMMED}</span> 5!<`);
  expect(html).toContain(`<title>Dear →←${MOHAMMED}←→ 5!</title>`);
});

test('so does one from the left in a card in Arabic', async () => {
  const name = { customer: { firstName: 'Maria (Mia)' } };
  const { subject, html } = await render('يا {{customer.firstName}}!', name, { language: 'ar' });
  expect(subject).toBe('يا ←→Maria (Mia)→←!');
  expect(html).toContain('>يا <span dir="ltr">Maria (Mia)</span>!<');
});

test('a name that only ends the other way does too, and keeps its own way', async () => {
  const { subject, html } = await render('{{customer.firstName}} 5', { customer: { firstName: `"Mia" ${MOHAMMED}` } });
  expect(subject).toBe(`→"Mia" ${MOHAMMED}→ 5`);
  expect(html).toContain(`<span dir="ltr">&quot;Mia&quot; ${MOHAMMED}</span> 5`);
});

test('a first and a last name stay one name', async () => {
  const both = '{{customer.firstName}} {{customer.lastName}}, hello';
  const { subject, html } = await render(both, { customer: { firstName: MOHAMMED, lastName: ABU } });
  expect(subject).toBe(`→←${MOHAMMED} ${ABU}←→, hello`);
  expect(html).toContain(`<span dir="rtl">${MOHAMMED} ${ABU}</span>, hello`);
});

test('a picture’s words and the answers of a survey are minded too, and a line of its own needs no marks in the text', async () => {
  const mjml = `<mj-image src="{{links.pictures}}a.png" alt="For {{customer.firstName}} 5" /><mj-text>{{#each survey.answers}}<p>{{label}} 1</p>{{/each}}<p>{{lines personalLine}}</p><p>[[headline]]</p></mj-text>`;
  const { html, text } = await render(
    'x',
    {
      customer: { firstName: MOHAMMED },
      survey: { question: '?', answers: [{ label: ABU, value: '1', url: 'https://cards.example/a' }] },
      personalLine: `${MOHAMMED}!\nSee you`,
    },
    { mjml },
  );
  expect(html).toContain(`alt="For →←${MOHAMMED}←→ 5"`);
  expect(html).toContain(`<span dir="rtl">${ABU}</span> 1`);
  expect(html).toContain(`<p><span dir="rtl">${MOHAMMED}!</span><br />See you</p>`);
  expect(text).toContain(`→←${ABU}←→ 1\n`);
  expect(text).toContain(`\n${MOHAMMED}!\nSee you\n`);
});

test('words that read the other way than their language are known by their letters', async () => {
  const { subject } = await render(`${ABU} {{customer.firstName}} 5`, { customer: { firstName: MOHAMMED } });
  expect(subject).toBe(`${ABU} ${MOHAMMED} 5`);
});

test('a card whose names read its own way has the same bytes as ever', async () => {
  const left = AWKWARD.filter(({ name }) => name !== 'right to left');
  for (const { card } of await compileGallery())
    for (const { data } of left) expect(renderCard(card, data)).toEqual(renderAsBefore(card, data));
  const right: MergeData = {
    ...AWKWARD.find(({ name }) => name === 'right to left')!.data,
    business: { name: 'زهور ليلى', postalAddress: 'شارع النيل 12' },
    date: { years: 40, label: 'عيد الزواج' },
    purchase: {
      category: 'باقة',
      day: '14 مارس',
      amount: new Intl.NumberFormat('ar-EG', { style: 'currency', currency: 'EGP' }).format(5),
    },
    survey: { question: 'كيف كنا؟', answers: [{ label: 'جيد 5', value: '5', url: 'https://cards.example/a' }] },
    occasion: { name: 'عيد ميلاد' },
    personalLine: 'نراكم يوم السبت!',
    language: 'ar',
  };
  for (const { card } of await compileGallery('ar')) expect(renderCard(card, right)).toEqual(renderAsBefore(card, right));
});

test('no sign in a name turns what stands around it, whatever the name is', async () => {
  const card = await cardOf('Dear {{customer.firstName}}, yours', { subject: 'Hi {{customer.firstName}} 5' });
  const letters = ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\ufdd0', '\ufdd1'];
  const odd = fc.string({ unit: fc.constantFrom(...letters, '\u200f', '\u200e', 'ش', 'a', '5', '<', '&', '"', ' ', '\n', '🌷') });
  fc.assert(
    fc.property(odd, (firstName) => {
      const { subject, html, text } = renderCard(card, { ...someone, customer: { firstName: `${firstName}x` } });
      expect(subject + html + text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\ufdd0\ufdd1]/);
      expect(html.match(/<span dir=/g)?.length ?? 0).toBe(/ش|\u200f/.test(firstName) ? 1 : 0);
    }),
    { seed: SEED },
  );
});
