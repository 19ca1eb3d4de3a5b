import type { Look } from '../cards/look.ts';
import type { Words } from '../cards/words.ts';

/** What a card says and looks like, before anything is made of it. */
export interface DraftContent {
  name: string;
  /** 'mjml' once its source was edited by hand: from then on it is edited as source. */
  source: 'slots' | 'mjml';
  mjml: string;
  /** By language. */
  words: Record<string, Words>;
  look: Look;
}

/** What somebody changed. Null takes a word, a language or a colour away. */
export interface DraftChange {
  name?: string;
  /** The whole design: a block hidden or moved, a picture swapped; or, with `byHand`, its source as somebody wrote it. */
  mjml?: string;
  byHand?: boolean;
  words?: Record<string, Record<string, string | null> | null>;
  /** The card's own, such as `accent`. */
  colours?: Record<string, string | null>;
}

/** What somebody else made of a word, the design, a colour or the name; `text` is null where they took it away. */
export interface Theirs {
  what: 'name' | 'design' | 'word' | 'colour';
  language?: string;
  slot?: string;
  text: string | null;
  /** Of the one who asks, where both changed the same. */
  yours?: string | null;
  by: string;
}

/** By key, at which rev and by whom it was changed last. '*' is everything at once. */
export type Marks = Record<string, [rev: number, by: string]>;

interface Marked extends DraftContent {
  rev: number;
  marks: Marks;
}

/** A sentence, if this cannot be kept whatever the draft says. What makes a card wrong may be kept: it is a draft. */
export function problemWithDraft(change: DraftChange): string | undefined {
  if (Object.keys(change.words ?? {}).length > MAX_LANGUAGES) return `A card speaks ${MAX_LANGUAGES} languages at most.`;
  const texts = [change.name, change.mjml, ...Object.values(change.words ?? {}).flatMap((words) => Object.values(words ?? {}))];
  if (texts.some((text) => text !== undefined && text !== null && typeof text !== 'string')) return 'A card is made of words.';
  if (change.name !== undefined && (change.name.trim() === '' || change.name.length > 100))
    return 'Give the card a name of at most 100 letters.';
  if ((change.mjml?.length ?? 0) > 200_000) return 'The design is larger than 200 KB. Make it simpler.';
  const long = Object.entries(change.words ?? {}).flatMap(([language, words]) => problemsWithWords(language, words))[0];
  const odd = Object.entries(change.colours ?? {}).find(
    ([name, value]) => !/^[a-zA-Z]{1,40}$/.test(name) || (value !== null && !/^#[0-9a-fA-F]{6}$/.test(value)),
  );
  return long ?? (odd === undefined ? undefined : 'A colour looks like #c8553d.');
}

/**
 * The draft with the change in it. What was changed by others since `rev` stays, unless the change is about the very same: then nothing
 * is changed, and `theirs` holds both texts. The same change made twice is no conflict.
 */
export function applyChange<T extends Marked>(
  draft: T,
  change: DraftChange,
  rev: number,
  by: string,
): { ok: true; changed: boolean; draft: T } | { ok: false; reason: string; theirs: Theirs[] } {
  const wanted = pieces(draft, change).filter(({ key, text }) => textAt(draft, key) !== text);
  const both = wanted.filter(({ key }) => isNewer(draft.marks, key, rev));
  if (both.length > 0) {
    const theirs = both.map(({ key, text }) => ({ ...theirsOf(draft, key), yours: text }));
    return { ok: false, reason: sentence(theirs), theirs };
  }
  const byHand = change.mjml !== undefined && change.byHand === true && draft.source === 'slots';
  if (wanted.length === 0 && !byHand) return { ok: true, changed: false, draft };
  const next = {
    ...draft,
    rev: draft.rev + 1,
    marks: { ...draft.marks },
    words: structuredClone(draft.words),
    look: structuredClone(draft.look),
  };
  if (byHand) next.source = 'mjml';
  for (const { key, text } of wanted) {
    setText(next, key, text);
    next.marks[key] = [next.rev, by];
  }
  return { ok: true, changed: true, draft: next };
}

/** What others changed since a rev, as it stands now. */
export function theirsSince(draft: Marked, rev: number, by: string): Theirs[] {
  const keys = isNewer(draft.marks, '*', rev)
    ? allKeys(draft)
    : Object.keys(draft.marks).filter((key) => isNewer(draft.marks, key, rev));
  return keys.filter((key) => (draft.marks[key] ?? draft.marks['*'])?.[1] !== by).map((key) => theirsOf(draft, key));
}

const MAX_LANGUAGES = 30;
const MAX_WORD = 4_000;
const MAX_WORDS = 100;

function problemsWithWords(language: string, words: Record<string, string | null> | null): string[] {
  if (!isLanguage(language)) return ['A language is a code such as en or pt-BR.'];
  const entries = Object.entries(words ?? {});
  if (entries.length > MAX_WORDS) return [`A card has at most ${MAX_WORDS} words of its own.`];
  const odd = entries.find(([name]) => !/^[a-zA-Z][a-zA-Z0-9]{0,40}$/.test(name));
  if (odd) return ['The name of a word has letters only, at most 40.'];
  const long = entries.find(([, text]) => (text?.length ?? 0) > MAX_WORD);
  return long ? [`“${long[0]}” is longer than ${MAX_WORD} letters. Make it shorter.`] : [];
}

function isLanguage(text: string): boolean {
  try {
    return text.length <= 20 && Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

interface Piece {
  key: string;
  text: string | null;
}

/** A change taken apart: one piece for each thing that two people can write at once. A language taken away is all its words. */
function pieces(draft: DraftContent, { name, mjml, words = {}, colours = {} }: DraftChange): Piece[] {
  const spoken = Object.entries(words).flatMap(([language, own]) => {
    const all = own ?? Object.fromEntries(Object.keys(draft.words[language] ?? {}).map((slot) => [slot, null]));
    return Object.entries(all).map(([slot, text]) => ({ key: `word ${language} ${slot}`, text: clean(text) }));
  });
  return [
    ...(name === undefined ? [] : [{ key: 'name', text: clean(name.trim()) }]),
    ...(mjml === undefined ? [] : [{ key: 'design', text: clean(mjml) }]),
    ...spoken,
    ...Object.entries(colours).map(([colour, text]) => ({ key: `colour ${colour}`, text: text?.toLowerCase() ?? null })),
  ];
}

/** What PostgreSQL can keep. */
function clean(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '').replaceAll(/\r\n?/g, '\n').toWellFormed();
}

function isNewer(marks: Marks, key: string, rev: number): boolean {
  return Math.max(marks[key]?.[0] ?? 0, marks['*']?.[0] ?? 0) > rev;
}

function allKeys({ words, look }: DraftContent): string[] {
  const spoken = Object.entries(words).flatMap(([language, own]) => Object.keys(own).map((slot) => `word ${language} ${slot}`));
  return ['name', 'design', ...spoken, ...Object.keys(look.colours ?? {}).map((colour) => `colour ${colour}`)];
}

function textAt({ name, mjml, words, look }: DraftContent, key: string): string | null {
  const [what, first = '', slot = ''] = key.split(' ');
  if (what === 'name') return name;
  if (what === 'design') return mjml;
  if (what === 'colour') return own(look.colours ?? {}, first) ?? null;
  return own(own(words, first) ?? {}, slot) ?? null;
}

function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function setText(draft: DraftContent, key: string, text: string | null): void {
  const [what, first = '', slot = ''] = key.split(' ');
  if (what === 'name') draft.name = text ?? draft.name;
  else if (what === 'design') draft.mjml = text ?? '';
  else if (what === 'colour') draft.look = { ...draft.look, colours: withText(draft.look.colours ?? {}, first, text) };
  else draft.words = withLanguage(draft.words, first, withText(own(draft.words, first) ?? {}, slot, text));
}

function withText(record: Record<string, string>, key: string, text: string | null): Record<string, string> {
  const { [key]: _before, ...rest } = record;
  return text === null ? rest : { ...rest, [key]: text };
}

function withLanguage(words: Record<string, Words>, language: string, spoken: Words): Record<string, Words> {
  const { [language]: _before, ...rest } = words;
  return Object.keys(spoken).length === 0 ? rest : { ...rest, [language]: spoken };
}

function theirsOf(draft: Marked, key: string): Theirs {
  const [what, first = '', slot = ''] = key.split(' ');
  const by = (draft.marks[key] ?? draft.marks['*'])?.[1] ?? 'fondly';
  const text = textAt(draft, key);
  if (what === 'word') return { what, language: first, slot, text, by };
  return what === 'colour' ? { what, slot: first, text, by } : { what: what === 'name' ? 'name' : 'design', text, by };
}

function sentence([first, ...others]: Theirs[]): string {
  const what = first?.what === 'word' ? `“${first.slot}” (${first.language})` : `the ${first?.what}`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Somebody else changed ${what}${more} while you wrote. Both are kept here: choose which to use.`;
}
