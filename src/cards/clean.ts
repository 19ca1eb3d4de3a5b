/** Letters that a value may have; what is longer is cut. */
export const MAX_VALUE = 2_000;

/** Control characters, and marks that turn the direction of the text around a name, never reach a card; nor do the marks of apart.ts. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0\ufdd1\ufeff]/gu;
const NEEDS_CLEANING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0\ufdd1\ufeff\ud800-\udfff]|\s{2}|^\s|\s$/u;

/** One line of a value, with single spaces. */
export function cleanText(text: string): string {
  const short = text.length > MAX_VALUE ? text.slice(0, MAX_VALUE) : text;
  if (!NEEDS_CLEANING.test(short)) return short;
  return short.replaceAll(UNPRINTABLE, ' ').replaceAll(/\s+/g, ' ').trim().toWellFormed();
}

/** The same with its line breaks, at most twenty lines. */
export function cleanLines(text: string): string {
  const lines = text
    .slice(0, MAX_VALUE)
    .split(/\r\n?|\n|\u2028|\u2029/)
    .slice(0, 20)
    .map(cleanText);
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
