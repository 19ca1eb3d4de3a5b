import { type Slot, slotsOf } from './slots.ts';
import type { Words } from './words.ts';

/** The places that a card cannot go without in a language, and those of them whose words still stand as they were copied from the English. */
export function unworded(mjml: string, words: Record<string, Words>, language: string): { missing: Slot[]; copied: Slot[] } {
  const [own, english] = [words[language] ?? {}, words['en'] ?? {}];
  const needed = slotsOf(mjml).slots.filter(({ optional, hidden }) => !optional && !hidden);
  const copied = needed.filter(({ name, kind }) => kind !== 'address' && own[name] === english[name] && saysSomething(own[name]));
  return {
    missing: needed.filter(({ name }) => !own[name]?.trim()),
    copied: /^en\b/.test(language) ? [] : copied,
  };
}

function saysSomething(words = ''): boolean {
  return /\p{L}/u.test(words.replaceAll(/\{\{[^}]*\}\}/g, ''));
}
