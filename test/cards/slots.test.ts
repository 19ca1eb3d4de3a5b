import { describe, expect, test } from 'vitest';
import { compileCard } from '../../src/cards/compile.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';
import { reviewDesign } from '../../src/cards/quality.ts';
import { hideBlock, moveBlock, showBlock, slotsOf, swapPicture } from '../../src/cards/slots.ts';
import { design, must, sentences, WORDS } from './cards.ts';

const mjml = design(
  `<mj-text><h1>[[headline]]</h1></mj-text>
<!-- A remark about the offer. -->
<mj-text>[[message]] <!-- and one inside --> {{#if personalLine}}x{{/if}}</mj-text>
<!-- block: offer -->
<mj-button href="[[shopLink]]" css-class="wide">[[button]]</mj-button>
<mj-spacer height="20px" />
<mj-text><p title="[[hint]]">[[signature]]</p></mj-text>`,
);
const words = {
  ...WORDS,
  message: 'Be well.',
  shopLink: 'https://rosa.example',
  button: 'Come in',
  hint: 'A hint',
  signature: 'Rosa',
};
const compile = async (source: string) => must(await compileCard({ mjml: source, words, language: 'en' }));

test('the words of a design are told in their order, each with what it is for', () => {
  const { slots } = slotsOf(mjml);
  expect(slots.map(({ name, kind, block }) => [name, kind, block])).toEqual([
    ['subject', 'subject', undefined],
    ['preheader', 'preheader', undefined],
    ['headline', 'headline', 'headline'],
    ['message', 'message', 'message'],
    ['shopLink', 'address', 'offer'],
    ['button', 'button', 'offer'],
    ['hint', 'alt', 'hint'],
    ['signature', 'signature', 'hint'],
    ['footerWhy', 'footer', undefined],
    ['footerChoose', 'footer', undefined],
    ['footerView', 'footer', undefined],
    ['footerUnsubscribe', 'footer', undefined],
  ]);
  expect(slots.find(({ name }) => name === 'message')).toMatchObject({ line: 7, lines: true, optional: false, hidden: false });
});

describe('a block', () => {
  test('that is hidden is kept in the design and left out of the card, and comes back as it was', async () => {
    const hidden = hideBlock(mjml, 'message')!;
    expect((await compile(hidden)).text).not.toContain('Be well.');
    expect((await compile(hidden)).text).toContain('Rosa');
    const { blocks, slots } = slotsOf(hidden);
    expect(blocks.map(({ name, hidden: away }) => [name, away])).toEqual([
      ['headline', false],
      ['message', true],
      ['offer', false],
      ['hint', false],
    ]);
    expect(slots.find(({ name }) => name === 'message')).toMatchObject({ hidden: true });
    expect(showBlock(hidden, 'message')).toBe(mjml);
    expect(hideBlock(hidden, 'message')).toBeUndefined();
    expect(showBlock(mjml, 'offer')).toBeUndefined();
  });

  test('moves up and down among its neighbours, hidden ones too, and back', async () => {
    const moved = moveBlock(mjml, 'offer', 'up')!;
    expect(slotsOf(moved).blocks.map(({ name }) => name)).toEqual(['headline', 'offer', 'message', 'hint']);
    const { text } = await compile(moved);
    expect(text.indexOf('Come in')).toBeLessThan(text.indexOf('Be well.'));
    expect(slotsOf(moveBlock(moved, 'offer', 'down')!).blocks).toEqual(slotsOf(mjml).blocks);
    expect([moveBlock(mjml, 'headline', 'up'), moveBlock(mjml, 'hint', 'down'), moveBlock(mjml, 'nobody', 'up')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const around = moveBlock(hideBlock(mjml, 'message')!, 'message', 'down')!;
    expect(slotsOf(around).blocks.map(({ name }) => name)).toEqual(['headline', 'offer', 'message', 'hint']);
    expect((await compile(showBlock(around, 'message')!)).text).toContain('Be well.');
  });

  test('does not move where a condition runs through the row', () => {
    const row = design(
      '<mj-raw>{{#if years}}</mj-raw><mj-text>[[message]]</mj-text><mj-raw>{{/if}}</mj-raw><mj-text>[[headline]]</mj-text>',
    );
    expect(slotsOf(row).blocks.map(({ up, down }) => up || down)).toEqual([false, false]);
  });
});

test('a picture is swapped for another, with what it shows', () => {
  const card = design('<mj-image src="[[art.garden]]" alt="" width="600px" /><mj-text>[[headline]]</mj-text>');
  expect(slotsOf(card).pictures).toEqual([{ name: 'picture1', src: '[[art.garden]]', alt: '', line: 5 }]);
  const swapped = swapPicture(card, 'picture1', { src: '{{links.pictures}}x/1a.png', alt: 'Our "old" shop & garden' })!;
  expect(slotsOf(swapped).pictures[0]).toMatchObject({
    src: '{{links.pictures}}x/1a.png',
    alt: 'Our &quot;old&quot; shop &amp; garden',
  });
  expect(swapPicture(card, 'picture1', { src: '"><script>', alt: '' })).toBeUndefined();
  expect(swapPicture(card, 'picture2', { src: 'x', alt: '' })).toBeUndefined();
});

test('a design whose tags do not fit together still tells its words', () => {
  const { slots, blocks } = slotsOf('<mjml><mj-text>[[headline]]');
  expect(slots.map(({ name }) => name)).toContain('headline');
  expect(blocks).toEqual([]);
});

test('each card of the gallery can be taken apart: every block hidden, shown and moved, and the card still made', async () => {
  for (const { name } of await listGallery()) {
    const ready = (await readGalleryCard(name))!;
    const en = ready.words['en']!;
    const { slots, blocks } = slotsOf(ready.mjml);
    const needed = slots.filter(({ optional }) => !optional).map((slot) => slot.name);
    const said = Object.keys(en).filter((word) => !word.startsWith('footer'));
    expect([name, ...needed.toSorted()]).toEqual([name, ...said.toSorted()]);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) {
      const hidden = hideBlock(ready.mjml, block.name)!;
      expect(showBlock(hidden, block.name)).toBe(ready.mjml);
      const made = await compileCard({ mjml: hidden, words: en, language: 'en' });
      expect([name, block.name, sentences(made)]).toEqual([name, block.name, '']);
    }
  }
});

test.each([
  '<!--',
  '-->',
  '<b>',
  '</b>',
  '<mj-text>',
  '[[a]]',
  '<mj-image src="x" alt="" />',
  '"',
  'width:',
  '<!-- block: a -->',
  'background:gradient(',
  '<b ',
  '{{',
])('190 KB of %s are taken apart at once', (sign) => {
  const start = process.cpuUsage();
  const long = sign.repeat(Math.floor(190_000 / sign.length));
  for (const source of [long, design(long), design('<mj-text>x</mj-text>', `<mj-style>.a { ${long} }</mj-style>`)]) {
    slotsOf(source);
    reviewDesign(source);
    hideBlock(source, 'a');
    moveBlock(source, 'a', 'up');
  }
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(1_500);
});
