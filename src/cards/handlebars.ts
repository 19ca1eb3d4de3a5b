import Handlebars from 'handlebars';
import { vocativeOf } from './vocative.ts';

export type Fill = (data: object, language: string) => string;

/** Everything a card may call. `if`, `unless` and `each` are Handlebars' own. */
export const HELPERS = ['fallback', 'plural', 'ordinal', 'lines', 'vocative'] as const;
export const BLOCKS = ['if', 'unless', 'each'] as const;
export const PLURAL_FORMS: readonly string[] = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** A source as it is stored, ready to fill. Only strings: Handlebars would run a syntax tree that someone else made (CVE-2026-33937). */
export function prepare(source: string, markup: boolean): Fill {
  if (typeof source !== 'string') throw new TypeError('A card’s source must be a string.');
  const template = (markup ? forHtml : forText).compile(source, {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries([...HELPERS, ...BLOCKS].map((name) => [name, true])),
    noEscape: !markup,
    // Blank lines part the paragraphs of the text; Handlebars would swallow those beside a block.
    ignoreStandalone: true,
  });
  return (data, language) => template(data, { data: { language } });
}

export const escapeHtml = (text: string): string => Handlebars.escapeExpression(text);

export function parse(source: string): hbs.AST.Program {
  return forText.parse(source);
}

const forHtml = environment((text) => new Handlebars.SafeString(escapeHtml(text).replaceAll('\n', '<br />')));
const forText = environment((text) => text);

/** An environment of our own, so that nothing registered elsewhere reaches a card, and with `log`, `lookup` and `with` gone. */
function environment(lines: (text: string) => unknown): typeof Handlebars {
  const own = Handlebars.create();
  for (const name of ['log', 'lookup', 'with', 'helperMissing', 'blockHelperMissing']) own.unregisterHelper(name);
  own.registerHelper('fallback', (value: unknown, instead: unknown) => (isBlank(value) ? instead : value));
  own.registerHelper('plural', (value: unknown, options: Handlebars.HelperOptions) => inNumber(value, options, 'cardinal'));
  own.registerHelper('ordinal', (value: unknown, options: Handlebars.HelperOptions) => inNumber(value, options, 'ordinal'));
  own.registerHelper('lines', (value: unknown) => lines(typeof value === 'string' ? value : ''));
  own.registerHelper('vocative', (value: unknown, options: Handlebars.HelperOptions) =>
    typeof value === 'string' ? vocativeOf(value, languageOf(options)) : '',
  );
  return own;
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/**
 * The form of a word that a number asks for, by the language's own rules (CLDR, through Intl). The number itself is printed only
 * where the form says "#": Arabic has a word for "two years" and leaves the figure out.
 */
function inNumber(value: unknown, options: Handlebars.HelperOptions, type: Intl.PluralRuleType): string {
  if (typeof value !== 'number') return '';
  const form = pluralRules(languageOf(options), type).select(value);
  const words = options.hash as Record<string, string | undefined>;
  return (words[form] ?? words['other'] ?? '').replaceAll('#', String(value));
}

function languageOf(options: Handlebars.HelperOptions): string {
  return String((options.data as { language?: unknown }).language);
}

const rules = new Map<string, Intl.PluralRules>();

function pluralRules(language: string, type: Intl.PluralRuleType): Intl.PluralRules {
  const key = `${type} ${language}`;
  const known = rules.get(key) ?? new Intl.PluralRules(language, { type });
  if (rules.size < 500) rules.set(key, known);
  return known;
}
