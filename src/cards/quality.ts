import type { CompiledCard } from './card.ts';
import { unworded } from './copied.ts';
import { contrast } from './look.ts';
import { type Problem, quoted, without } from './problems.ts';
import { type SlotKind, slotsOf } from './slots.ts';
import { eachText, type Shown } from './shown-text.ts';
import { spamIn } from './spam.ts';
import { tidy, type Words, wordsToHtml } from './words.ts';

/** What is wrong, whatever its sentence says. */
export type FindingCode =
  | 'broken'
  | 'missing field'
  | 'no survey'
  | 'fails'
  | 'alt'
  | 'contrast'
  | 'size'
  | 'spam words'
  | 'subject length'
  | 'text part'
  | 'footer'
  | 'mail programs'
  | 'languages';

/** One line of the list before publishing. `stops`: the card cannot be published so; `warns`: it can, and should rather not. */
export interface Finding {
  kind: 'stops' | 'warns';
  what: FindingCode;
  /** What is wrong, and for whom. */
  sentence: string;
  /** What to do about it. */
  repair: string;
  /** The field that these customers lack, where that is it. */
  field?: string;
  where?: { language?: string; slot?: string; line?: number };
  /** Whom it touches, the first few by name. */
  customers?: { count: number; sample: { id: string; name: string }[] };
}

/** What can be told of one compiled card without knowing who gets it. `mjml` and `words` are what it was compiled from. */
export function reviewCard(mjml: string, words: Words, card: CompiledCard): Finding[] {
  const at = (finding: Finding): Finding => ({ ...finding, where: { language: card.language, ...finding.where } });
  return [...contrasts(words, card), ...spam(words, card.language), ...textPart(mjml, words, card), ...large(card)].map(at);
}

/** What can be told of a design whatever it says. */
export function reviewDesign(mjml: string): Finding[] {
  return [...pictures(mjml), ...mailPrograms(mjml)];
}

/** What can be told of a card's languages beside each other. */
export function reviewLanguages(mjml: string, words: Record<string, Words>): Finding[] {
  return Object.keys(words).flatMap((language) => {
    const [first, ...rest] = unworded(mjml, words, language).copied;
    if (!first) return [];
    const name = inEnglish.of(language) ?? language;
    const places = rest.length === 0 ? 'one place' : `${rest.length + 1} places`;
    const sentence = `${name} still has the English words in ${places}.`;
    const repair = `Write them in ${name}, or take the language away.`;
    return [{ ...warn('languages', sentence, repair), where: { language, slot: first.name } }];
  });
}

const inEnglish = new Intl.DisplayNames('en', { type: 'language' });

/** A problem of the compiler as a line of the list. */
export function broken({ where, line, message }: Problem, language: string): Finding {
  const inDesign = line === undefined ? {} : { line };
  const place = where === 'card' ? inDesign : { language, slot: where };
  return {
    kind: 'stops',
    what: 'broken',
    sentence: message,
    repair: 'Mend this first: nobody can get the card so.',
    where: place,
  };
}

const LARGE = 80_000;

function large({ html }: CompiledCard): Finding[] {
  const kilobytes = Math.round(Buffer.byteLength(html) / 1_000);
  return kilobytes * 1_000 < LARGE
    ? []
    : [warn('size', `The card has ${kilobytes} KB; at 90 KB mail programs cut it off.`, 'Shorten it.')];
}

function contrasts(words: Words, { html }: CompiledCard): Finding[] {
  const seen = new Map<string, Finding>();
  for (const shown of eachText(html)) {
    if (!shown.colour || !shown.ground) continue;
    const [ratio, needed] = [contrast(shown.colour, shown.ground), isLarge(shown) ? 3 : 4.5];
    const key = `${shown.colour} ${shown.ground}`;
    if (ratio >= needed || seen.has(key)) continue;
    const slot = slotOf(words, shown.text);
    seen.set(key, { ...hardToRead(shown, ratio, needed), ...(slot ? { where: { slot } } : {}) });
  }
  return [...seen.values()];
}

/** WCAG 2.2, 1.4.3: from 24 px, or 18.66 px bold. */
function isLarge({ size, bold }: Shown): boolean {
  return size >= 24 || (bold && size >= 18.66);
}

const UNREADABLE = 1.5;

function hardToRead({ text, colour, ground }: Shown, ratio: number, needed: number): Finding {
  const sentence = `“${quoted(text)}” is hard to read: ${colour} on ${ground} has a contrast of ${ratio.toFixed(1)}, and ${needed} is needed.`;
  const repair = 'Choose a darker or a lighter colour for these words, or for what is behind them.';
  return { kind: ratio < UNREADABLE ? 'stops' : 'warns', what: 'contrast', sentence, repair };
}

function slotOf(words: Words, text: string): string | undefined {
  return Object.entries(words).find(([, word]) => wordsToHtml(word).includes(text))?.[0];
}

function spam(words: Words, language: string): Finding[] {
  return Object.entries(words).flatMap(([slot, text]) =>
    spamIn(text, language, slot === 'subject').map((sign) => ({
      ...warn('spam words', `Mail filters, and readers too, take ${sign} for advertising.`, 'Say it another way.'),
      where: { slot },
    })),
  );
}

const TELLING: ReadonlySet<SlotKind> = new Set(['headline', 'message', 'signature', 'button']);

/** Whoever reads the text part must read the same: what only adorns is left out of it, and no telling word may be. */
function textPart(mjml: string, words: Words, card: CompiledCard): Finding[] {
  const spoken = slotsOf(mjml).slots.filter(({ kind, hidden }) => TELLING.has(kind) && !hidden);
  return spoken
    .filter(({ name }) => words[name]?.trim() && !card.text.includes(tidy(words[name])))
    .map(({ name }) => ({
      ...warn(
        'text part',
        `The words “${name}” are not in the card’s text part, which some mail programs and screen readers show.`,
        'Take them out of what only adorns (aria-hidden, the class “art”).',
      ),
      where: { slot: name },
    }));
}

function pictures(mjml: string): Finding[] {
  return slotsOf(mjml).pictures.flatMap(({ src, alt, line, link }) => {
    const where = { line };
    if (alt.trim() === '' && link)
      return [
        {
          kind: 'stops' as const,
          what: 'alt' as const,
          sentence: 'This picture is a link, and nothing says where it leads.',
          repair: 'Say in its alt what pressing it does.',
          where,
        },
      ];
    if (alt.trim() === '' && !src.startsWith('[[art.'))
      return [
        {
          ...warn(
            'alt',
            'Nothing says what this picture shows.',
            'Say it in a few words; leave it empty only where the picture adorns.',
          ),
          where,
        },
      ];
    return [];
  });
}

/** What a large mail program does not show (caniemail.com), and a design can have. Only what changes how a card is read. */
const UNSHOWN: readonly [RegExp, string][] = [
  [/display\s*:\s*(inline-)?(flex|grid)/, 'Outlook sets parts below each other where a design says flex or grid.'],
  [/\bvar\(/, 'Gmail and Outlook do not know var(…), and take no colour or size from it.'],
  [
    /(?:^|[;\s"{])(?:width|height|font-size|padding[a-z-]*|margin[a-z-]*)\s*:[^;"]{0,80}(?:calc|clamp|min|max)\(/,
    'Outlook does not calculate sizes (calc, clamp, min, max).',
  ],
  [
    /(?:^|[;\s"{])(?:width|font-size|padding[a-z-]*)\s*:[^;"]{0,80}\d(?:vw|vh|vmin|vmax)\b/,
    'Outlook knows no sizes in vw or vh.',
  ],
  [
    /(?:^|[;\s"{])color\s*:\s*(?:rgba|hsla?|color|oklch)\(/,
    'Outlook shows words black whose colour is not written like #c8553d.',
  ],
  [
    /(?:^|[;\s"{])(?:filter|clip-path|mix-blend-mode|backdrop-filter|animation[a-z-]*|transform|object-fit|aspect-ratio)\s*:/,
    'Gmail and Outlook leave out effects such as filter, transform or animation.',
  ],
  [/\.webp\b/, 'Outlook shows no WebP pictures. Use PNG or JPEG.'],
];

function mailPrograms(mjml: string): Finding[] {
  const design = without(mjml, '<!--', '-->');
  const found = UNSHOWN.flatMap(([sign, sentence]) => {
    const at = design.search(sign);
    return at < 0
      ? []
      : [
          {
            ...warn('mail programs', sentence, 'See that the card is read well without it.'),
            where: { line: lineOf(design, at) },
          },
        ];
  });
  const bare = [...design.matchAll(/style="([^"]*)"/g)].find(
    ([, css = '']) =>
      /gradient\(/.test(css) &&
      !/background-color\s*:|background\s*:[^;]{0,2000}#[0-9a-f]{6}\s*(?:;|$|linear|radial)/i.test(css) &&
      /[;\s]?color\s*:/.test(css),
  );
  if (bare)
    found.push({
      ...warn('mail programs', 'Outlook shows no gradients: words on one stand on nothing.', 'Give background-color beside it.'),
      where: { line: lineOf(design, bare.index) },
    });
  return found;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at + 1).split('\n').length;
}

function warn(what: FindingCode, sentence: string, repair: string): Finding {
  return { kind: 'warns', what, sentence, repair };
}
