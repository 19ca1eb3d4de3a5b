import { isAddress } from './attributes.ts';
import { AWKWARD } from './awkward.ts';
import type { CardSource, StoredCard } from './card.ts';
import { readExpressions } from './expressions.ts';
import { nearestField } from './fields.ts';
import { refusePage } from './final.ts';
import { checkHoles, type Cut } from './holes.ts';
import { checkMarkup } from './markup.ts';
import { type Problem, problemAt } from './problems.ts';
import { renderCard } from './render.ts';
import { checkWords, EXPRESSION, type Words } from './words.ts';

const MAX_DESIGN = 200_000;
const MAX_HOLES = 500;
const MAX_SUBJECT = 60;
const MAX_FILLINGS = 600;

/** What must be right before anything is parsed: strings only, of a bounded size, and a language that exists. */
export function checkInput(source: CardSource): Problem[] {
  if (typeof source.mjml !== 'string') return [{ where: 'card', message: 'The design must be text.' }];
  if (source.mjml.length > MAX_DESIGN) return [{ where: 'card', message: 'The design is larger than 200 KB. Make it simpler.' }];
  const outlook = source.mjml.search(/<!--\s*\[|<!\[/);
  if (outlook >= 0)
    return [problemAt(source.mjml, outlook, 'Parts for Outlook alone (<!--[if …) are not allowed: MJML writes what it needs.')];
  if (!source.words || typeof source.words !== 'object') return [{ where: 'words', message: 'The card has no words.' }];
  if (!isLanguage(source.language)) return [{ where: 'card', message: 'The language must be a code such as en or pt-BR.' }];
  return checkWords(source.words);
}

/** The design and its words before MJML: expressions, markup, and that each has its words. */
export function checkSource(design: string, cut: Cut, words: Words, images: readonly string[]): Problem[] {
  if (cut.holes.length > MAX_HOLES)
    return [{ where: 'card', message: `A card has at most ${MAX_HOLES} fields and words. Make it simpler.` }];
  const fields = readExpressions(design, 'card').problems;
  const spoken = Object.entries(words).flatMap(([name, text]) => readWord(text, name));
  return [
    ...fields,
    ...spoken,
    ...strayFields(design, 'card'),
    ...checkSlots(cut, words),
    ...cut.problems,
    ...checkMarkup(cut, images),
  ];
}

/** What came out of MJML: every hole once and in order, and no brace that was not written as one. */
export function checkCompiled(html: string, text: string, cut: Cut): Problem[] {
  const problems = checkHoles(html, cut);
  if (/\{\{|\\$/.test(text.replaceAll(cut.token, '')) || new RegExp(`\\\\${cut.token.source}`).test(text))
    problems.push({
      where: 'card',
      message: 'Two opening braces or a backslash stand where a field could be read into them. Take them out.',
    });
  return problems;
}

/**
 * What is stored: the finished sources read once more, and filled in for awkward people. Fields that some customers lack are
 * named as warnings: who lacks one would get no card.
 */
export function checkCard(card: StoredCard): {
  problems: Problem[];
  warnings: Problem[];
  fields: string[];
  required: string[];
} {
  const read = [readExpressions(card.subject, 'subject'), readExpressions(card.html, 'card'), readExpressions(card.text, 'text')];
  const problems = read.flatMap((part) => part.problems).map(({ where, message }) => ({ where, message }));
  if (read.some((part) => part.fillings > MAX_FILLINGS))
    problems.push({ where: 'card', message: `A card is filled in at ${MAX_FILLINGS} places at most. Make it simpler.` });
  const fields = [...new Set(read.flatMap((part) => part.fields))];
  const required = [...new Set(read.flatMap((part) => part.bare))];
  if (problems.length === 0) problems.push(...tryPeople(card));
  return { problems, warnings: [...warnings(required, fields), ...warnLength(card.subject)], fields, required };
}

function readWord(text: string, name: string): Problem[] {
  const { problems } = readExpressions(text, name, true);
  if (problems.length > 0) return problems;
  const stray = text.split(EXPRESSION).some((part, at) => at % 2 === 0 && part.includes('}}'));
  return stray
    ? [{ where: name, message: 'The braces here do not fit together: each {{ needs its }}.' }]
    : strayFields(text, name);
}

/** A field with a brace too few, or as another program writes it, would be read by the customer as it stands. */
const STRAY =
  /(?<!\{)\{\s*([a-zA-Z]+(?:\.[a-zA-Z]+)*)\s*\}(?!\})|\*\|\w+\|\*|\[(?:FIRST|LAST|FULL)[_ ]?NAME\]|%(?:FIRST|LAST)_?NAME%/g;

function strayFields(text: string, where: string): Problem[] {
  return [...text.matchAll(STRAY)].flatMap(({ 0: found, 1: path, index }) => {
    const near = path === undefined ? 'customer.firstName' : nearestField(path);
    if (near === undefined) return [];
    const problem = problemAt(text, index, `“${found}” would stand in the card as it is. Write {{${near}}}.`, where);
    return [where === 'card' ? problem : { where, message: problem.message }];
  });
}

function isLanguage(language: unknown): language is string {
  try {
    return typeof language === 'string' && Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

function checkSlots(cut: Cut, words: Words): Problem[] {
  const missing = ['subject', 'preheader']
    .filter((name) => !words[name]?.trim())
    .map((name) => ({ where: name, message: 'Write these words: every card needs them.' }));
  const slots = cut.holes.flatMap((hole) => {
    if (hole.word === undefined || words[hole.word]?.trim()) return [];
    return [{ where: 'card', line: hole.line, message: `The words have no “${hole.word}” for [[${hole.word}]].` }];
  });
  return [...missing, ...slots, ...checkLinks(cut, words)];
}

/** A word that stands as a link's address must be one. */
function checkLinks(cut: Cut, words: Words): Problem[] {
  return [...cut.design.matchAll(new RegExp(`href="${cut.token.source}"`, 'g'))].flatMap((match) => {
    const name = cut.holes[Number(match[1])]?.word;
    if (name === undefined || isAddress(words[name] ?? '')) return [];
    return [{ where: name, message: 'This is a link’s address. Start with https://, mailto: or tel:.' }];
  });
}

function tryPeople(card: StoredCard): Problem[] {
  const faults = AWKWARD.flatMap(({ data }) => {
    const { html, errors } = renderCard(card, data);
    const refused = errors.length === 0 ? refusePage(html) : undefined;
    return refused ? [refused] : errors.flatMap(({ sentence, missing }) => (missing === undefined ? sentence : []));
  });
  return [...new Set(faults)].map((message) => ({ where: 'card', message }));
}

function warnings(required: readonly string[], fields: readonly string[]): Problem[] {
  const lacking = required
    .filter((path) => !path.startsWith('survey.') && path !== 'links.pictures')
    .map((path) => ({
      where: 'card',
      message: `Customers without ${path} will not get this card. Say what to write instead: {{fallback ${path} "…"}} or {{#if ${path}}}.`,
    }));
  const answers = fields.includes('survey.answers')
    ? []
    : fields
        .filter((path) => path === 'survey.question')
        .map(() => ({ where: 'card', message: 'The card asks a question and shows no answers.' }));
  return [...lacking, ...answers];
}

function warnLength(subject: string): Problem[] {
  const shortest = subject.replaceAll(/\{\{#[\s\S]*?\{\{else\}\}|\{\{[^}]*\}\}/g, '').trim();
  return shortest.length > MAX_SUBJECT
    ? [{ where: 'subject', message: `Mail programs show about ${MAX_SUBJECT} letters of a subject; this is longer.` }]
    : [];
}
