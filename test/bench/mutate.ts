import mjml2html from 'mjml';
import { AWKWARD } from '../../src/cards/awkward.ts';
import type { CompiledCard } from '../../src/cards/card.ts';
import { compileCard } from '../../src/cards/compile.ts';
import type { MergeData } from '../../src/cards/fields.ts';
import { refusePage } from '../../src/cards/final.ts';
import { listGallery, readGalleryCard } from '../../src/cards/gallery.ts';
import { escapeHtml, prepare } from '../../src/cards/handlebars.ts';
import { renderCard } from '../../src/cards/render.ts';
import { mulberry } from './fuzz-grammar.ts';

export interface MutationFigures {
  tried: number;
  refused: number;
  published: number;
  /** Of all, those that sending would have failed on, or lost something of, had nobody checked. */
  wouldFail: number;
  /** Published all the same, though sending fails: there must be none. */
  slipped: string[];
}

interface Source {
  mjml: string;
  words: Record<string, string>;
}

/** Breaks ready cards in the ways in which people break them, and sends what is published to awkward people. The same seed breaks the same. */
export async function mutate({ seed, count }: { seed: number; count: number }): Promise<MutationFigures> {
  const random = mulberry(seed);
  const ready = await readyCards();
  const figures: MutationFigures = { tried: 0, refused: 0, published: 0, wouldFail: 0, slipped: [] };
  for (let n = 0; n < count; n++) {
    const from = pick(ready, random);
    const [name, change] = pick(Object.entries(MUTATIONS), random);
    const source = change({ mjml: from.mjml, words: { ...from.words } }, random);
    await tryOne(source, `${seed}/${n} ${from.name} ${from.language}: ${name}`, from.language, figures);
  }
  return figures;
}

/** The figures of docs/performance.md. */
export async function reportMutate(): Promise<void> {
  const { tried, refused, published, wouldFail, slipped } = await mutate({ seed: 1, count: 1_000 });
  process.stdout.write(
    `${tried} broken cards: ${refused} refused, ${published} published; ${wouldFail} would have failed at sending, of which ${slipped.length} were published\n${slipped.join('\n')}`,
  );
}

async function tryOne(source: Source, name: string, language: string, figures: MutationFigures): Promise<void> {
  const made = await compileCard({ ...source, language });
  const fails = await failsUnchecked(source);
  figures.tried += 1;
  if (fails) figures.wouldFail += 1;
  if (!made.ok) figures.refused += 1;
  else {
    figures.published += 1;
    const fault = fails ?? failsSent(made.card);
    if (fault) figures.slipped.push(`${name}: ${fault}`);
  }
}

/** As sending does it, for everybody awkward, and for Mia without each of the things that are known of her. */
function failsSent(card: CompiledCard): string | undefined {
  for (const data of [...AWKWARD.map((person) => person.data), ...poorer(AWKWARD[0]!.data)]) {
    const { html, text, subject, errors } = renderCard(card, data);
    const odd = errors.find(({ missing }) => !card.required.includes(missing ?? ''));
    if (odd) return odd.sentence;
    if (errors.length > 0) continue;
    const refused = refusePage(html);
    if (refused) return refused;
    if (!subject || !text.includes(data.links.unsubscribe) || !html.includes(data.links.unsubscribe))
      return 'a part is empty or without its footer';
    if (/\[\[|fondlyhole|undefined|\[object/.test(html + text + subject)) return 'something is left over';
  }
  return undefined;
}

function poorer(data: MergeData): MergeData[] {
  const { survey: _survey, ...asked } = data;
  const { date: _date, ...dated } = data;
  const { purchase: _purchase, ...bought } = data;
  const { personalLine: _line, years: _years, ...told } = data;
  return [asked, dated, bought, told, { ...data, customer: {} }, { ...data, survey: { question: 'Why?', answers: [] } }];
}

/** Without any check of ours: MJML and Handlebars alone, for one customer of whom everything is known. */
async function failsUnchecked({ mjml, words }: Source): Promise<string | undefined> {
  const said = mjml
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/\[\[colour\.\w+\|(#\w{6})\]\]/g, '$1')
    .replaceAll(/\[\[art\.([\w-]+)\]\]/g, 'https://x.example/$1.png')
    .replaceAll(/\[\[(logo|start|end)\]\]/g, (_, name: string) => (name === 'logo' ? '' : name === 'start' ? 'left' : 'right'));
  const loud = console.error;
  // MJML writes to the console of tags that it does not know.
  console.error = () => undefined;
  try {
    const { html, errors } = await mjml2html(said, { fonts: {}, validationLevel: 'soft', ignoreIncludes: true });
    if (errors.length > 0) return `MJML: ${errors[0]?.message}`;
    const [before, after] = [said, html].map((text) => [...text.matchAll(/\{\{[^}]*\}\}|\[\[\w+\]\]/g)].length);
    if (before !== after) return `MJML lost ${(before ?? 0) - (after ?? 0)} of what is to be filled in`;
    const spoken = html.replaceAll(/\[\[(\w+)\]\]/g, (_, name: string) =>
      escapeExceptFields(words[name] ?? '{{nobody.wrote.this}}'),
    );
    const data = { ...AWKWARD[0]!.data, links: { ...AWKWARD[0]!.data.links } };
    const filled = prepare(spoken, true)(data, 'en') + prepare(words['subject'] ?? '{{nobody.wrote.this}}', false)(data, 'en');
    return /\{\{|\}\}/.test(filled) ? 'braces are left over' : undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? 'it throws') : 'it throws';
  } finally {
    console.error = loud;
  }
}

function escapeExceptFields(text: string): string {
  return text
    .split(/(\{\{[^}]*\}\})/)
    .map((part, at) => (at % 2 === 1 ? part : escapeHtml(part)))
    .join('');
}

async function readyCards(): Promise<(Source & { name: string; language: string })[]> {
  const cards = await Promise.all((await listGallery()).map(({ name }) => readGalleryCard(name)));
  return cards.flatMap((card) =>
    card === undefined
      ? []
      : Object.entries(card.words).map(([language, words]) => ({ name: card.name, language, mjml: card.mjml, words })),
  );
}

type Random = () => number;
type Mutation = (source: Source, random: Random) => Source;

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** One of the matches changed; the card as it was where there is none. */
function inDesign(pattern: RegExp, change: string | ((found: string) => string)): Mutation {
  return (source, random) => ({ ...source, mjml: changed(source.mjml, pattern, change, random) });
}

function inWords(pattern: RegExp, change: string | ((found: string) => string)): Mutation {
  return (source, random) => {
    const able = Object.entries(source.words).filter(([, text]) => text.search(pattern) >= 0);
    if (able.length === 0) return source;
    const [name, text] = pick(able, random);
    return { ...source, words: { ...source.words, [name]: changed(text, pattern, change, random) } };
  };
}

function changed(text: string, pattern: RegExp, change: string | ((found: string) => string), random: Random): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = pick(matches, random);
  const made = typeof change === 'string' ? change : change(match[0]);
  return text.slice(0, match.index) + made + text.slice(match.index + match[0].length);
}

const FIELD = /\{\{(?:customer|date|purchase|business|survey)\.\w+\}\}/g;
const MUTATIONS: Record<string, Mutation> = {
  'a piece of the design cut out': inDesign(/[\s\S]{1,30}/g, ''),
  'a piece of the design doubled': inDesign(/[\s\S]{5,40}/g, (found) => found + found),
  'a piece of the words cut out': inWords(/[\s\S]{1,6}/g, ''),
  'an opening tag lost': inDesign(/<[a-z][^/>]*>/g, ''),
  'a closing tag lost': inDesign(/<\/[a-z-\d]+>/g, ''),
  'a tag misspelt': inDesign(/<mj-(text|section|column|wrapper)/g, (found) => found.slice(0, -1)),
  'an attribute misspelt': inDesign(/ (padding|font-size|color|css-class|align)=/g, (found) => `${found.slice(0, -2)}=`),
  'a quote lost': inDesign(/"/g, ''),
  'an angle bracket lost': inDesign(/[<>]/g, ''),
  'a brace lost in the design': inDesign(/[{}]/g, ''),
  'a brace lost in the words': inWords(/[{}]/g, ''),
  'a brace too many': inWords(/\{\{|\}\}/g, (found) => found + found.slice(1)),
  'the end of a block lost': inWords(/\{\{\/if\}\}/g, ''),
  'the beginning of a block lost': inWords(/\{\{#if [\w.]+\}\}/g, ''),
  'the end of a block misspelt': inWords(/\{\{\/if\}\}/g, '{{/fi}}'),
  'the end of a block in the design lost': inDesign(/\{\{\/(if|each)\}\}/g, ''),
  'a field misspelt': inWords(FIELD, (found) => found.replace(/(.)\}\}/, '}}')),
  'a field made up': inWords(/\s/g, ' {{customer.shoeSize}} '),
  'a field with three braces': inWords(FIELD, (found) => `{${found}}`),
  'a field of another system': inWords(FIELD, '{{ contact.first_name | default: "friend" }}'),
  'a field as Mailchimp writes it': inWords(/\s/g, ' *|FNAME|* {{FNAME}} '),
  'curly quotes in a helper': inWords(/one="/g, 'one=“'),
  'a helper that is not there': inWords(FIELD, (found) => `{{uppercase ${found.slice(2)}`),
  'a partial': inWords(/\s/g, ' {{> footer}} '),
  'a helper without its words': inWords(FIELD, (found) => `{{fallback ${found.slice(2)}`),
  'a word that nobody wrote': inDesign(/\[\[(headline|message|signature)\]\]/g, '[[greeting]]'),
  'a word’s place misspelt': inDesign(/\[\[(headline|message|signature)\]\]/g, (found) => found.slice(0, -1)),
  'a word left empty': (source, random) => ({
    ...source,
    words: { ...source.words, [pick(Object.keys(source.words), random)]: ' ' },
  }),
  'a word lost': (source, random) => {
    const { [pick(Object.keys(source.words), random)]: _lost, ...words } = source.words;
    return { ...source, words };
  },
  'a block around whole parts': inDesign(/<mj-text[\s\S]*?<\/mj-text>/g, (found) => `{{#if years}}${found}{{/if}}`),
  'a field between parts': inDesign(/<mj-text/g, (found) => `{{customer.name}}${found}`),
  'a field in a colour': inDesign(/color="#\w{6}"/g, 'color="{{customer.name}}"'),
  'a field in a style': inDesign(/style="/g, 'style="color:{{customer.name}};'),
  'a field in an address': inDesign(/<\/mj-text>/g, (found) => `<a href="https://x.example/?{{customer.name}}">x</a>${found}`),
  'a picture from elsewhere': inDesign(/<mj-text/g, (found) => `<mj-image src="https://x.example/a.png" alt="x" />${found}`),
  'a picture without words': inDesign(/<mj-text/g, (found) => `<mj-image src="[[art.garden]]" />${found}`),
  'a part in the wrong place': inDesign(/<mj-column>/g, (found) => `${found}<mj-section></mj-section>`),
  'a second body': inDesign(/<\/mj-body>/g, '</mj-body><mj-body></mj-body>'),
  'a style that is never closed': inDesign(/\}\s*<\/mj-style>/g, '</mj-style>'),
  'a font from Google': inDesign(
    /<mj-attributes>/g,
    (found) => `<mj-font name="x" href="https://fonts.googleapis.com/css?family=x" />${found}`,
  ),
  'a comment that is never closed': inDesign(/<mj-text/g, (found) => `<!-- ${found}`),
  'far too many words': inWords(/\s/g, ' and so on'.repeat(9_000)),
  'a design far too large': inDesign(/<\/mj-text>/g, (found) => `${'<p>and so on</p>'.repeat(6_000)}${found}`),
  'a loop in a loop': inDesign(/\{\{#each survey\.answers\}\}/g, (found) => `${found}{{#each ../survey.answers}}{{/each}}`),
  'a loop over a name': inWords(FIELD, (found) => found.replace('{{', '{{#each ').replace('}}', '}}x{{/each}}')),
  'text pasted from a word processor': inDesign(
    /<\/mj-text>/g,
    (found) => `<o:p></o:p><!--[if gte mso 9]><xml></xml><![endif]-->${found}`,
  ),
  'a script from a counter': inDesign(
    /<\/mj-body>/g,
    (found) => `<mj-raw><script src="https://x.example/c.js"></script></mj-raw>${found}`,
  ),
};
