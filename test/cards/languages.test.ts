import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { withoutMarks } from '../../src/cards/apart.ts';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';
import { renderCard } from '../../src/cards/render.ts';
import { vocativeOf } from '../../src/cards/vocative.ts';
import type { Words } from '../../src/cards/words.ts';
import { compileGallery, design, must, skeleton, unsafeIn, withoutSpans, WORDS } from './cards.ts';

const LANGUAGES = ['ar', 'de', 'el', 'en', 'es', 'fr', 'zh'];
const TRANSLATED = LANGUAGES.filter((language) => language !== 'en');
const someone = AWKWARD[0]!.data;
const footers = new Map(await Promise.all(LANGUAGES.map(async (language) => [language, await footerIn(language)] as const)));
const cards = await Promise.all((await listGallery()).map(async ({ name }) => (await readGalleryCard(name))!));
const made = (await Promise.all(LANGUAGES.map(compileGallery))).flat().map((one) => ({ ...one, language: one.card.language }));
const written = cards.flatMap(({ name, words, sample }) =>
  TRANSLATED.map((language) => ({ name, language, words: words[language] ?? {}, english: words['en'] ?? {}, sample })),
);

async function footerIn(language: string): Promise<Words> {
  const file = new URL(`../../templates/footer/${language}.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Words;
}

/** What is read, without what Fondly reads. */
function spoken(words: string): string {
  return words.replaceAll(/\{\{[^}]*\}\}/g, ' ');
}

test('every card, the footer and the survey speak seven languages', async () => {
  for (const { languages } of cards) expect(languages).toEqual(LANGUAGES);
  const files = await readdir(new URL('../../templates/footer/', import.meta.url));
  expect(files.toSorted()).toEqual(LANGUAGES.map((language) => `${language}.json`));
});

describe.each(written)('$name in $language', ({ language, words, english, sample }) => {
  test('says all that it says in English, and nothing of it in English', () => {
    expect(Object.keys(words).toSorted()).toEqual(Object.keys(english).toSorted());
    const left = Object.keys(words).filter((slot) => /[a-z]{3}/.test(spoken(english[slot]!)) && words[slot] === english[slot]);
    expect(left).toEqual([]);
    expect(Object.values(words).map(spoken).join(' ')).not.toMatch(/\b(the|you|your|with|from|happy|thank|we)\b/i);
  });

  test('sets its signs as the language does', () => {
    for (const text of Object.values(words)) expect(oddSign(spoken(text), language)).toBeUndefined();
  });

  test('has a subject that a phone shows whole', async () => {
    const ready = made.find((one) => one.language === language && one.card.subject === words['subject'])!;
    for (const customer of [sample.customer, {}, { firstName: 'Maximiliane-Charlotte' }]) {
      const { subject, errors } = renderCard(ready.card, { ...sample, customer });
      expect(errors).toEqual([]);
      expect(subject.length).toBeLessThanOrEqual(60);
    }
  });
});

/** A sign that a careful printer of this language would mend. */
function oddSign(text: string, language: string): string | undefined {
  const odd: Record<string, RegExp> = {
    fr: /(?<=[\p{L}\d])[!?;:]|[ \u00a0][!?;]|[ \u202f]:|'/u,
    es: /^(?=[^¿]*\?)[^¿]*$|^(?=[^¡]*!)(?!\s*!\s*$)[^¡]*$/,
    zh: /(?<=\p{Script=Han})[,.!?:;]|[,.!?:;](?=\p{Script=Han})/u,
    ar: /[,?;]/,
  };
  return (odd[language] ?? /'/).exec(text)?.[0];
}

describe.each(made)('$name in $language', ({ card, language }) => {
  const people = AWKWARD.map(({ data }) => ({ data: { ...data, language }, done: renderCard(card, { ...data, language }) }));

  test('is whole for everybody, and keeps its markup whatever the name is', () => {
    for (const { data, done } of people) {
      expect(done.errors).toEqual([]);
      expect(unsafeIn(done.html)).toBeUndefined();
      expect(done.subject + done.text).not.toMatch(/ [!,.?،，](?!\S)|[,،，][!！]|undefined|\[object|fondlyhole/);
      const plain = Object.keys(data.customer).length === 0 ? {} : { firstName: 'Mia', lastName: 'Okafor', name: 'Mia Okafor' };
      const same = renderCard(card, { ...data, customer: { ...plain, consented: true } });
      expect(skeleton(done.html)).toEqual(skeleton(same.html));
    }
  });

  test('tells a mail program its language and the way it runs', () => {
    const [{ done } = { done: undefined }] = people;
    const way = language === 'ar' ? 'rtl' : 'ltr';
    expect(done?.html).toMatch(new RegExp(`<html lang="${language}" dir="${way}"`));
    expect(withoutSpans(done!.html)).not.toContain(`dir="${way === 'rtl' ? 'ltr' : 'rtl'}"`);
  });

  test('ends in both parts with why it came and how to end it, in its language', () => {
    const footer = footers.get(language)!;
    const { html, text } = people[0]!.done;
    const why = /\{\{else\}\}(.*?)\{\{business\.name\}\}(.*)\{\{\/if\}\}/.exec(footer['footerWhy']!)!;
    for (const part of [withoutSpans(html).replaceAll('&amp;', '&'), withoutMarks(text)])
      expect(part).toContain(`${why[1]}Rosa & Fern${why[2]}`);
    expect(text).toContain(`${footer['footerUnsubscribe']}: https://cards.example/u/1a2b3c`);
    expect(html).toContain(`>${footer['footerView']}</a>`);
  });
});

describe('a card in Arabic', () => {
  const arabic = made.filter(({ language }) => language === 'ar');

  test.each(arabic)('$name tears no letters apart and slants none', ({ card: { html } }) => {
    expect(html).not.toMatch(/letter-spacing:\s*-?\d/);
    expect(html).not.toContain('italic');
  });

  test('stands on the right where it stood on the left', () => {
    for (const name of ['birthday-letters', 'survey', 'welcome']) {
      const { html } = arabic.find((one) => one.name === name)!.card;
      expect(html).toContain('text-align:right');
      expect(html).not.toMatch(/text-align:left|direction:\s*ltr/);
    }
  });

  test('begins its faces with the happy one on the right, as its answers begin', () => {
    const faces = (language: string): string =>
      made.find((one) => one.name === 'survey' && one.language === language)!.card.html.match(/at (left|right) .*#57ab93/)?.[1] ??
      '';
    expect([faces('en'), faces('ar')]).toEqual(['left', 'right']);
  });

  test('leaves the address of a shop abroad as it is written', () => {
    const { html } = renderCard(arabic[0]!.card, someone);
    expect(html).toMatch(
      /<p dir="auto"[^>]*><span dir="ltr">Rosa &amp; Fern<\/span><br \/><span dir="ltr">12 Market Row<\/span>/,
    );
  });
});

test('a card in Chinese names fonts that were made for it', () => {
  const chinese = made.filter(({ language }) => language === 'zh');
  for (const { card } of chinese) {
    expect(card.html).toContain("'PingFang SC', 'Microsoft YaHei'");
    expect(card.html).not.toContain('italic');
  }
});

async function renderWords(language: string, headline: string, data: MergeData): Promise<string> {
  const source = { mjml: design('<mj-text>[[headline]]</mj-text>'), words: { ...WORDS, headline }, language };
  return renderCard(must(await compileCard(source)), data).text.split('\n')[0]!;
}

test('Arabic has all its six forms, and says a number only where it is said', async () => {
  const forms = '{{plural years zero="لا أعوام" one="عام" two="عامان" few="# أعوام" many="# عامًا" other="# عام"}}';
  const said = await Promise.all([0, 1, 2, 3, 11, 100].map((years) => renderWords('ar', forms, { ...someone, years })));
  expect(said).toEqual(['لا أعوام', 'عام', 'عامان', '3 أعوام', '11 عامًا', '100 عام']);
});

test.each([
  ['de', 1, '1 Jahr mit uns: vielen Dank!'],
  ['de', 3, '3 Jahre mit uns: vielen Dank!'],
  ['fr', 1, '1 an avec nous\u00a0: merci\u202f!'],
  ['es', 10, '10 años con nosotros: ¡gracias!'],
  ['el', 1, '1 χρόνος μαζί μας: σας ευχαριστούμε!'],
  ['zh', 5, '相伴5年，谢谢您！'],
  ['ar', 1, 'عام كامل معنا: شكرًا لكم!'],
  ['ar', 2, 'عامان معنا: شكرًا لكم!'],
  ['ar', 7, '7 أعوام معنا: شكرًا لكم!'],
  ['ar', 12, '12 عامًا معنا: شكرًا لكم!'],
])('years with us in %s, %i of them', (language, years, subject) => {
  const { card } = made.find((one) => one.name === 'years-with-us' && one.language === language)!;
  expect(renderCard(card, { ...someone, language, years }).subject).toBe(subject);
});

test.each([
  ['Γιώργος', 'Γιώργο'],
  ['Αλέξανδρος', 'Αλέξανδρε'],
  ['Δημήτριος', 'Δημήτριε'],
  ['Στυλιανός', 'Στυλιανέ'],
  ['Γιάννης', 'Γιάννη'],
  ['Ανδρέας', 'Ανδρέα'],
  ['Λουκάς', 'Λουκά'],
  ['Κωνσταντίνος', 'Κωνσταντίνε'],
  ['Παύλος', 'Παύλο'],
  ['Νικόλαος', 'Νικόλαε'],
  ['Στέλιος', 'Στέλιο'],
  ['Γιώργος-Μάριος', 'Γιώργο-Μάριε'],
  ['Μαρία', 'Μαρία'],
  ['Άρτεμις', 'Άρτεμις'],
  ['Εμμανουήλ', 'Εμμανουήλ'],
  ['ΓΙΩΡΓΟΣ', 'ΓΙΩΡΓΟΣ'],
  ['Boris', 'Boris'],
])('Greek calls %s "%s"', (name, called) => {
  expect(vocativeOf(name, 'el')).toBe(called);
  expect(vocativeOf(name, 'en')).toBe(name);
});

test('a Greek card calls a customer as one does', () => {
  const { card } = made.find((one) => one.name === 'birthday-balloons' && one.language === 'el')!;
  const { subject, text } = renderCard(card, { ...someone, customer: { firstName: 'Γιώργος' } });
  expect(subject).toBe('Χρόνια πολλά, Γιώργο!');
  expect(text).toContain('Χρόνια πολλά, Γιώργο!');
});
