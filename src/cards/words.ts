import { readFileSync } from 'node:fs';
import { escapeHtml } from './handlebars.ts';
import { type Problem, quoted } from './problems.ts';

/** A card's words in one language: `subject`, `preheader`, and one for each `[[name]]` of the design. May hold merge fields. */
export type Words = Record<string, string>;

const FOOTER = ['footerWhy', 'footerView', 'footerChoose', 'footerUnsubscribe'] as const;
const MAX_WORD = 4_000;
const MAX_WORDS = 100;
const inEnglish = new Intl.DisplayNames('en', { type: 'language' });

/** The card's words with the footer's beneath: a card may word its footer, and never lacks one. */
export function withFooterWords(words: Words, language: string): Words {
  const own = Object.fromEntries(
    FOOTER.filter((name) => !words[name]?.trim()).map((name) => [name, footerWords(language)[name] ?? '']),
  );
  const tidied = Object.entries({ ...words, ...own }).map(([name, text]) => [name, tidy(text)] as const);
  // Without a prototype, else [[constructor]] would find words that nobody wrote.
  return Object.assign(Object.create(null) as Words, Object.fromEntries(tidied));
}

/** Named when the footer would stand in English in a card of another language. */
export function warnFooter(words: Words, language: string): Problem[] {
  const short = shortOf(language);
  const translated = readFooter(short) !== undefined || FOOTER.every((name) => words[name]?.trim());
  if (translated) return [];
  return [
    {
      where: 'footerWhy',
      message: `Fondly has no footer in ${inEnglish.of(short) ?? language} yet, so it stands in English. Write the footer’s ${FOOTER.length} lines in your own words.`,
    },
  ];
}

export function checkWords(words: Words): Problem[] {
  if (Object.keys(words).length > MAX_WORDS)
    return [{ where: 'words', message: `A card has at most ${MAX_WORDS} words of its own.` }];
  return Object.entries(words).flatMap(([name, text]) => {
    if (!/^[a-zA-Z][a-zA-Z0-9]{0,40}$/.test(name))
      return [{ where: 'words', message: `“${quoted(name)}” cannot be the name of a word. Use letters, at most 40.` }];
    if (typeof text !== 'string') return [{ where: name, message: 'This must be words.' }];
    if (text.length > MAX_WORD) return [{ where: name, message: `This is longer than ${MAX_WORD} letters. Make it shorter.` }];
    return [];
  });
}

/** Taken apart by `split`, its matches stand at the odd places. */
export const EXPRESSION = /(\{\{(?:"[^"]*"|'[^']*'|[^"'{}])*\}\})/;

/** Words as HTML: all but the merge fields is escaped, so that words never become markup. A line break stays one, unless in an attribute. */
export function wordsToHtml(text: string, inAttribute = false): string {
  const parts = text.split(EXPRESSION);
  const lineBreak = inAttribute ? ' ' : '<br />';
  return parts.map((part, index) => (index % 2 === 1 ? part : escapeHtml(part).replaceAll('\n', lineBreak))).join('');
}

/** On one line. Spaces that do not break stay: French sets them before its signs. */
export function wordsToLine(text: string): string {
  return text.replaceAll(/[^\S\u00a0\u202f]+/g, ' ');
}

/** No control characters but line breaks: the braces' grammar stops at some. */
export function tidy(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .toWellFormed()
    .trimEnd();
}

const footers = new Map<string, Words>();

/** The footer in the card's language; in English where no one has translated it yet, because a footer must be there. */
function footerWords(language: string): Words {
  const short = shortOf(language);
  const known = footers.get(short) ?? readFooter(short) ?? readFooter('en') ?? {};
  footers.set(short, known);
  return known;
}

function shortOf(language: string): string {
  return language.toLowerCase().split('-')[0] ?? 'en';
}

function readFooter(language: string): Words | undefined {
  if (!/^[a-z]{2,8}$/.test(language)) return undefined;
  try {
    return JSON.parse(readFileSync(new URL(`../../templates/footer/${language}.json`, import.meta.url), 'utf8')) as Words;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}
