import { without } from './problems.ts';

/** What a piece of CSS must not hold: anything that fetches, runs or lays itself over other parts, or could be spelt to (an entity counts in an attribute). */
const UNSAFE =
  /url\s*\(|image(-set)?\s*\(|@import|@font-face|@namespace|@charset|expression\s*\(|behaviou?r\s*:|-moz-binding|javascript:|position\s*:\s*(absolute|fixed|sticky)|z-index|[\\<&]/i;

/** Undefined when the declarations may stand; else why not, as the rest of a sentence. A comment could part a word that is looked for here. */
export function refuseDeclarations(css: string, sheet = false): string | undefined {
  const bad = UNSAFE.exec(css) ?? (sheet ? null : /\/\*/.exec(css));
  return bad
    ? `“${bad[0].trim()}” cannot stand in a card’s style: nothing may be fetched from elsewhere or laid over the rest.`
    : undefined;
}

const SELECTOR = /^(\[data-ogs[cb]\] )?\.[a-zA-Z][ >.:\w-]*$/;

/**
 * A style sheet inside mj-style. Rules start with a class of the card's own, so that none reaches the footer,
 * which stands outside the card. `.page` is the ground on which card and footer stand: only its colour may change.
 */
export function refuseStyleSheet(css: string): string | undefined {
  const bare = without(css, '/*', '*/');
  const unsafe = refuseDeclarations(bare, true);
  if (unsafe) return unsafe;
  if (count(bare, '{') !== count(bare, '}')) return 'The { and } of this style do not fit together.';
  for (const [, prelude = '', body = ''] of bare.matchAll(/([^{};]+)\{(?=([^{}]*))/g)) {
    const problem = refuseRule(prelude.trim(), body);
    if (problem) return problem;
  }
  return undefined;
}

function refuseRule(prelude: string, body: string): string | undefined {
  if (prelude.startsWith('@'))
    return /^@media\b/.test(prelude) ? undefined : `${prelude.slice(0, 40)} cannot stand in a card. Only @media can.`;
  for (const selector of prelude.split(',').map((part) => part.trim())) {
    if (!SELECTOR.test(selector) || selector.includes('fondly-'))
      return `“${selector.slice(0, 40)}” cannot stand in a card’s style: start with a class of the card’s own, such as .headline.`;
    if (
      /\.page\b/.test(selector) &&
      (!/^(\[data-ogs[cb]\] )?\.page$/.test(selector) || !/^\s*background(-color)?:[^;]*;?\s*$/.test(body))
    )
      return '.page is the ground below the card: only its background can be set.';
  }
  return undefined;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
