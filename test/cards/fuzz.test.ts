import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { renderCard } from '../../src/cards/render.ts';
import { sentences, skeleton, unsafeIn } from './cards.ts';

const PIECES = [
  '<mj-text>¦</mj-text>¦<mj-raw>¦</mj-raw>¦<mj-section><mj-column>¦</mj-column></mj-section>¦<mj-button href="¦">¦</mj-button>¦<mj-style>¦</mj-style>',
  '<p>¦</p>¦<a href="¦</a>¦<b¦ onclick="x()"¦>¦<¦/>¦"¦\'¦<!--¦-->¦<![CDATA[¦]]>¦<?x¦&#123;¦&lt;¦\\¦`¦<script>¦</script>¦javascript:alert(1)',
  '{{¦}}¦{{{¦}}}¦{{customer.name}}¦{{#if customer.name}}¦{{else}}¦{{/if}}¦{{#each survey.answers}}¦{{label}}¦{{url}}¦{{/each}}¦{{links.view}}',
  '{{fallback customer.name "x"}}¦{{lookup this "constructor"}}¦{{@root}}¦{{> x}}¦{{secret}}¦{{customer.secret}}¦{{lines personalLine}}',
  '[[headline]]¦[[¦]]¦[[logo]]¦[[start]]¦[[colour.accent|#c8553d]]¦fondlyhole0x¦fondlyhole¦https://x.example¦.a { color: red }¦* { display: none }',
  '<mj-include path="/etc/passwd" />¦style="¦url(//x.example)¦ ¦\n¦Hello¦\u0000¦😀',
].flatMap((line) => line.split('¦'));

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(''));

/** Whole designs with soup in the places where people write, so that a good share is published. */
const designs = fc.record({
  text: soup,
  raw: fc.oneof(fc.constant(''), soup),
  href: fc.oneof(fc.constant('https://x.example'), soup),
  headline: fc.oneof(fc.constant('Hello'), soup),
  subject: fc.oneof(fc.constant('Hi'), soup),
});

const data = { ...AWKWARD.find(({ name }) => name === 'markup')!.data, secret: 'CANARY' } as MergeData;
const plain = { ...data, customer: { firstName: 'Mia', lastName: 'Mia', name: 'Mia', consented: true } };

test('2,000 broken and hostile designs: each is refused with a reason, or safe', { timeout: 300_000 }, async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
  let published = 0;
  await fc.assert(
    fc.asyncProperty(designs, async ({ text, raw, href, headline, subject }) => {
      const mjml = `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text>${raw ? `<mj-raw>${raw}</mj-raw>` : ''}<mj-button href="${href}">Go</mj-button></mj-column></mj-section></mj-body></mjml>`;
      const made = await compileCard({ mjml, words: { subject, preheader: 'x', headline }, language: 'en' });
      if (!made.ok) {
        expect(sentences(made)).toMatch(/\S/);
        expect(sentences(made)).not.toContain(process.cwd());
        return;
      }
      published += 1;
      const card = renderCard(made.card, data);
      const all = card.html + card.text + card.subject;
      expect(unsafeIn(card.html)).toBeUndefined();
      expect(all).not.toContain('CANARY');
      expect(card.html).toContain('https://cards.example/u/1a2b3c');
      expect(skeleton(card.html)).toEqual(skeleton(renderCard(made.card, plain).html));
    }),
    { numRuns: 2_000, seed: 20_261_121 },
  );
  expect(published).toBeGreaterThan(60);
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before);
});

test(
  'words that people might write in any sign are published, and come out as they were written',
  { timeout: 300_000 },
  async () => {
    const unbraced = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((text) => !/\{\{|\}\}|\\$/.test(text) && /\S/.test(text.replaceAll(/\p{Cc}/gu, '')));
    await fc.assert(
      fc.asyncProperty(unbraced, async (headline) => {
        const mjml =
          '<mjml><mj-body><mj-section><mj-column><mj-text>[[headline]]</mj-text></mj-column></mj-section></mj-body></mjml>';
        const made = await compileCard({ mjml, words: { subject: 'Hi', preheader: 'x', headline }, language: 'en' });
        expect(sentences(made)).toBe('');
      }),
      { numRuns: 30, seed: 20_261_121 },
    );
  },
);

test('a gallery card with a piece cut out or doubled is refused, or fills in for everyone', { timeout: 300_000 }, async () => {
  const ready = (await readGalleryCard('survey'))!;
  const cut = fc.record({ at: fc.nat(ready.mjml.length), length: fc.nat(60), double: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(cut, async ({ at, length, double }) => {
      const piece = ready.mjml.slice(at, at + length);
      const mjml = ready.mjml.slice(0, at) + (double ? piece + piece : '') + ready.mjml.slice(at + length);
      const made = await compileCard({ mjml, words: ready.words['en']!, language: 'en' });
      if (!made.ok) {
        expect(sentences(made)).toMatch(/\S/);
        return;
      }
      for (const { data } of AWKWARD) {
        const { html, text, errors } = renderCard(made.card, data);
        expect(errors).toEqual([]);
        expect(unsafeIn(html)).toBeUndefined();
        expect(html + text).not.toMatch(/fondlyhole|\[\[/);
        expect(text).toContain('https://cards.example/u/1a2b3c');
      }
    }),
    { numRuns: 100, seed: 20_261_121 },
  );
});
