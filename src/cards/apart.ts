import { directionOf } from './script.ts';

export type Direction = ReturnType<typeof directionOf>;

// Around a value while a card is filled in: noncharacters, which Unicode keeps free for this. No value holds one of its own (render.ts).
const OPEN = '\ufdd0';
const CLOSE = '\ufdd1';
const HELD = /\ufdd0([^\ufdd0\ufdd1]*)\ufdd1/g;
const ON_A_LINE = /^\ufdd0([^\ufdd0\ufdd1]*)\ufdd1$/gm;

/** Hebrew, Arabic and their like: letters, digits and marks (UAX #9: R, AL and AN). */
const FROM_RIGHT = /[\u0590-\u08ff\u200f\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LETTER = /[\p{L}\u061c\u200e\u200f]/gu;
const LEFT_MARK = '\u200e';
const RIGHT_MARK = '\u200f';

/** The way that words are read, by most of their letters; by their language where they have none. What is filled in counts for nothing. */
export function wayOf(source: string, language: string): Direction {
  const letters = source.replaceAll(/\{+[^}]*\}+/g, '').match(LETTER) ?? [];
  const fromRight = letters.filter((letter) => FROM_RIGHT.test(letter)).length;
  if (letters.length === 0) return directionOf(language);
  return fromRight * 2 > letters.length ? 'rtl' : 'ltr';
}

/** A value whose lines are held together while the card is filled in, each that has letters against one of these ways. */
export function holdTogether(value: string, ways: readonly Direction[]): string {
  if (!ways.some((way) => runsAgainst(value, way))) return value;
  const lines = value.split('\n').map((line) => (ways.some((way) => runsAgainst(line, way)) ? OPEN + line + CLOSE : line));
  return lines.join('\n');
}

/**
 * The values that run against the words of a page stand apart, so that no sign or number beside them changes places. `dir` on a span
 * isolates, and nearly every mail program knows it; Gmail and Outlook drop <bdi> (caniemail.com).
 */
export function apartInHtml(html: string, way: Direction): string {
  if (!html.includes(OPEN)) return html;
  return joined(html).replaceAll(HELD, (_, value: string, at: number, page: string) => {
    if (!runsAgainst(value, way)) return value;
    return takesMarkup(page, at) ? `<span dir="${startOf(value, way)}">${value}</span>` : withMarks(value, way);
  });
}

/**
 * The same without markup, by marks that show nowhere: Windows shows the isolates of Unicode 6.3 as boxes in the title of a window, and
 * a subject stands there. A value with a line to itself needs none.
 */
export function apartInText(text: string, way: Direction): string {
  if (!text.includes(OPEN)) return text;
  return joined(text)
    .replaceAll(ON_A_LINE, '$1')
    .replaceAll(HELD, (_, value: string) => (runsAgainst(value, way) ? withMarks(value, way) : value));
}

/** A value as it stands in a sentence that is read this way, without the signs that would turn what follows it. */
export function setApart(value: string, way: Direction): string {
  const plain = value.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '');
  return runsAgainst(plain, way) ? withMarks(plain, way) : plain;
}

/** What is seen of a text: its length is told by this. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\u200e\u200f]/g, '');
}

/** A first and a last name are read as one. */
function joined(text: string): string {
  return text.replaceAll(/\ufdd1([ \u00a0]+)\ufdd0/g, '$1');
}

/** Neither within a tag nor in the title of the page. */
function takesMarkup(html: string, at: number): boolean {
  const tag = html.lastIndexOf('<', at);
  return html.indexOf('>', tag) < at && !html.startsWith('<title>', tag);
}

function withMarks(value: string, way: Direction): string {
  const start = startOf(value, way);
  const inside = start === way ? value : markOf(start) + value + markOf(start);
  return markOf(way) + inside + markOf(way);
}

function markOf(way: Direction): string {
  return way === 'rtl' ? RIGHT_MARK : LEFT_MARK;
}

function runsAgainst(value: string, way: Direction): boolean {
  if (way === 'ltr') return FROM_RIGHT.test(value);
  return lettersIn(value).some((letter) => letter !== LEFT_MARK && !FROM_RIGHT.test(letter));
}

/** The way of the first letter (UAX #9, P2). */
function startOf(value: string, way: Direction): Direction {
  const [first] = lettersIn(value);
  if (first === undefined) return way;
  return FROM_RIGHT.test(first) ? 'rtl' : 'ltr';
}

/** Those of its own: `&quot;` has none. */
function lettersIn(value: string): readonly string[] {
  return value.replaceAll(/&#?\w+;/g, '').match(LETTER) ?? [];
}
