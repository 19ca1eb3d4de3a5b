import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { compileCard } from '../../src/cards/compile.ts';
import { refusePage } from '../../src/cards/final.ts';
import { renderCard } from '../../src/cards/render.ts';
import { AWKWARD } from '../../src/cards/awkward.ts';
import { openWorkshop } from '../../src/cards/workshop.ts';
import { fuzz } from '../bench/fuzz.ts';
import { compilePiece, design, must, sentences, WORDS } from './cards.ts';

interface Attack {
  of: string;
  what: string;
  template?: string;
  mjml?: string;
  repeat?: [string, string, number];
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`attacks/${name}.json`, import.meta.url), 'utf8')) as Attack[];
const workshop = openWorkshop({ timeoutMs: 30_000 });
afterAll(() => workshop.close());

const globals = () =>
  JSON.stringify(
    [Object.prototype, Array.prototype, String.prototype, Function.prototype, globalThis].map((one) =>
      Object.getOwnPropertyNames(one),
    ),
  );

describe('the public attacks on Handlebars are refused with a sentence, in the design, the words and the subject', () => {
  const before = globals();
  test.each(read('handlebars').map((attack) => [attack.of, attack.what, attack.template ?? ''] as const))(
    '%s: %s',
    async (_of, _what, template) => {
      const sources = [
        { mjml: design(`<mj-text>${template}</mj-text>`), words: WORDS },
        { mjml: design('<mj-text>[[headline]]</mj-text>'), words: { ...WORDS, headline: template } },
        { mjml: design('<mj-text>[[headline]]</mj-text>'), words: { ...WORDS, subject: template } },
      ];
      for (const source of sources) {
        const made = await workshop.compile({ ...source, language: 'en' });
        expect(sentences(made)).toMatch(/[a-z] .*[.:)]/);
        expect(made.ok).toBe(false);
      }
      expect(globals()).toBe(before);
    },
  );
});

describe('the public attacks on MJML and on HTML mail are refused with a sentence', () => {
  test.each(read('mjml').map((attack) => [attack.of, attack.what, attack] as const))(
    '%s: %s',
    async (_of, _what, { mjml, repeat }) => {
      const piece = mjml ?? `<mj-raw>${repeat![0].repeat(repeat![2])}${repeat![1].repeat(repeat![2])}</mj-raw>`;
      for (const source of [design(piece), design('<mj-text>x</mj-text>', piece), `<mjml><mj-body>${piece}</mj-body></mjml>`]) {
        const made = await workshop.compile({ mjml: source, words: WORDS, language: 'en' });
        expect(made.ok).toBe(false);
        expect(sentences(made)).not.toMatch(/root:|\/work|node_modules|undefined|\[object/);
      }
    },
  );

  test('500 ways to spell the path of an include', async () => {
    const parts = ['/', '//', '\\', '%2f', '%252f', '&#47;', '&#x2f;', '&sol;', '/./', '\u2215', '..%c0%af', '%5c'];
    const roots = ['', '.', '..', '../..', 'file:', 'file://', 'FILE://localhost', '~', '%2e%2e', '&#46;&#46;', '....', 'C:'];
    const tags = ['mj-include', 'MJ-INCLUDE', 'mj-include ', 'mj:include'];
    const ways = tags.flatMap((tag) =>
      roots.flatMap((root) => parts.map((part) => `<${tag} path="${root}${part}etc${part}passwd" />`)),
    );
    for (const way of ways.slice(0, 500))
      expect(sentences(await compileCard({ mjml: design(way), words: WORDS, language: 'en' }))).toMatch(/\S/);
    expect(ways.length).toBeGreaterThanOrEqual(500);
  });
});

describe('the last check trusts nothing that ran before it', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src="https://evil.example/x.png" alt="">',
    '<a href="javascript:alert(1)">x</a>',
    '<p onclick="x()">x</p>',
    '<p style="position:fixed">x</p>',
    '<style>@import "x";</style>',
    '<meta http-equiv="refresh" content="0">',
    '<!--[if gte mso 9]><b>x</b><![endif]-->',
    '<!-- x -->',
    '<b',
    '<iframe></iframe>',
    "<p class='x'>x</p>",
  ])('%s', async (piece) => {
    const { html } = must(await compilePiece('<mj-text>x</mj-text>'));
    expect(refusePage(html, () => false)).toBeUndefined();
    expect(refusePage(html.replace('</body>', `${piece}</body>`), () => false)).toMatch(/\S/);
  });
});

test('a published card cannot be filled in without end: its fillings and their length are bounded', async () => {
  const greedy = '{{#each survey.answers}}' + '{{label}}'.repeat(200) + '{{/each}}';
  expect(sentences(await compilePiece(`<mj-text>${greedy}</mj-text>`))).toContain('600 places');
  const most = must(await compilePiece(`<mj-text>{{#each survey.answers}}${'{{label}} '.repeat(25)}{{/each}}</mj-text>`));
  const label = '"'.repeat(2_000);
  const answers = Array.from({ length: 20 }, (_, n) => ({ label, value: String(n), url: 'https://x.example' }));
  const start = process.cpuUsage();
  const { errors } = renderCard(most, { ...AWKWARD[0]!.data, survey: { question: 'x', answers } });
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(1_000);
  expect(errors).toContainEqual({ sentence: 'The card is larger than 90 KB, where mail programs cut it off. Make it shorter.' });
});

test('10,000 made-up designs, some of them hostile: no escape, nothing slower than a second', async () => {
  const figures = await fuzz({ seed: 20_261_122, count: 10_000 });
  expect(figures.escapes).toEqual([]);
  expect(figures.slowestMs).toBeLessThan(1_000);
  expect(figures.published).toBeGreaterThan(500);
  expect(figures.refused).toBeGreaterThan(5_000);
});
