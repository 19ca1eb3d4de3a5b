import type { Db } from '../businesses/commit.ts';
import type { Look } from '../cards/look.ts';
import type { Words } from '../cards/words.ts';
import { readDraft } from './card-drafts.ts';
import { readCardVersion } from './card-versions.ts';

/** A word that differs; null where one side has none. */
export interface WordDifference {
  language: string;
  slot: string;
  before: string | null;
  after: string | null;
}

export interface CardDifference {
  words: WordDifference[];
  /** Languages that only one side has. */
  added: string[];
  removed: string[];
  colours: { name: string; before: string | null; after: string | null }[];
  /** The lines of the design, where it differs; null where it is the same. */
  design: Line[] | null;
}

/** `in` only after, `out` only before. */
export interface Line {
  kind: 'same' | 'in' | 'out';
  text: string;
}

/** What changed from one side to the other: version numbers, or the draft. Undefined if one of them is not there. */
export async function compareVersions(
  db: Db,
  businessId: string,
  cardId: string,
  before: number | 'draft',
  after: number | 'draft',
): Promise<CardDifference | undefined> {
  const [one, other] = [await sideOf(db, businessId, cardId, before), await sideOf(db, businessId, cardId, after)];
  return one && other && differenceOf(one, other);
}

interface Side {
  mjml: string;
  words: Record<string, Words>;
  look: Look;
}

// The draft sets only its own look, so that is what it is compared by.
async function sideOf(db: Db, businessId: string, cardId: string, which: number | 'draft'): Promise<Side | undefined> {
  if (which === 'draft') return readDraft(db, businessId, cardId);
  const version = await readCardVersion(db, businessId, cardId, which);
  return version && { mjml: version.mjml, words: version.words, look: version.ownLook };
}

function differenceOf(before: Side, after: Side): CardDifference {
  const [had, has] = [Object.keys(before.words), Object.keys(after.words)];
  return {
    words: wordsBetween(before.words, after.words),
    added: has.filter((language) => !had.includes(language)),
    removed: had.filter((language) => !has.includes(language)),
    colours: between(before.look.colours ?? {}, after.look.colours ?? {}).map(({ key, ...sides }) => ({ name: key, ...sides })),
    design: before.mjml === after.mjml ? null : linesBetween(before.mjml.split('\n'), after.mjml.split('\n')),
  };
}

function wordsBetween(before: Record<string, Words>, after: Record<string, Words>): WordDifference[] {
  const languages = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return languages.flatMap((language) =>
    between(before[language] ?? {}, after[language] ?? {}).map(({ key, ...sides }) => ({ language, slot: key, ...sides })),
  );
}

function between(before: Record<string, string>, after: Record<string, string>) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .map((key) => ({ key, before: before[key] ?? null, after: after[key] ?? null }))
    .filter((sides) => sides.before !== sides.after);
}

const MOST_LINES = 1_500;

/** The longest common subsequence of lines, after what both begin and end with; a very long design is told as taken out and put in. */
function linesBetween(before: string[], after: string[]): Line[] {
  const start = before.findIndex((line, at) => line !== after[at]);
  const head = start < 0 ? before.length : start;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const middle = changedLines(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

function changedLines(before: string[], after: string[]): Line[] {
  const all = (kind: Line['kind'], lines: string[]) => lines.map((text): Line => ({ kind, text }));
  if (before.length > MOST_LINES || after.length > MOST_LINES) return [...all('out', before), ...all('in', after)];
  const longest = lengths(before, after);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const out = longest[i + 1]?.[j] ?? -1;
    const into = longest[i]?.[j + 1] ?? -1;
    if (i < before.length && before[i] === after[j]) lines.push({ kind: 'same', text: before[i] ?? '' });
    else if (j >= after.length || (i < before.length && out >= into)) lines.push({ kind: 'out', text: before[i] ?? '' });
    else lines.push({ kind: 'in', text: after[j] ?? '' });
    const { kind } = lines.at(-1)!;
    if (kind !== 'in') i += 1;
    if (kind !== 'out') j += 1;
  }
  return lines;
}

/** From each place on, how many lines both still have in common. */
function lengths(before: string[], after: string[]): Uint16Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      table[i]![j] =
        before[i] === after[j] ? (table[i + 1]![j + 1] ?? 0) + 1 : Math.max(table[i + 1]![j] ?? 0, table[i]![j + 1] ?? 0);
  return table;
}

function same(lines: string[]): Line[] {
  return lines.map((text) => ({ kind: 'same', text }));
}
