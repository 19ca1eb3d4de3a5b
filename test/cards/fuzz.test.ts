import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { readGalleryCard } from '../../src/cards/gallery.ts';
import { renderCard } from '../../src/cards/render.ts';
import { sentences, unsafeIn } from './cards.ts';

test('words that people might write in any sign are published, and come out as they were written', async () => {
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
});

test('a gallery card with a piece cut out or doubled is refused, or fills in for everyone', async () => {
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
