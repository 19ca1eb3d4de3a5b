/**
 * What a card may say of one customer and one occasion. Plain data: strings, finite numbers, nothing that runs.
 * What is not known is left out, and never an empty promise: a card says what to write instead.
 */
export interface MergeData {
  /** BCP 47, the language of the message. */
  language: string;
  customer: { firstName?: string; lastName?: string; name?: string; consented?: boolean };
  business: { name: string; postalAddress: string };
  occasion: { name: string };
  /** `years`: age, or years of marriage; only where the year is known. */
  date?: { years?: number; label?: string };
  /** Whole years as a customer. */
  years?: number;
  /** `amount` and `day` come formatted for the language. */
  purchase?: { category?: string; day?: string; amount?: string };
  survey?: { question: string; kind?: string; answers: SurveyAnswer[]; small?: boolean; lowest?: string; highest?: string };
  /** A line that a member wrote for this one person. */
  personalLine?: string;
  /** https addresses (http on loopback). */
  links: { view: string; unsubscribe: string; preferences?: string; pictures?: string };
}

export interface SurveyAnswer {
  label: string;
  value: string;
  url: string;
}

export const MAX_ANSWERS = 20;

export type FieldKind = 'text' | 'lines' | 'number' | 'flag' | 'url' | 'list';

export interface Field {
  path: string;
  /** What it is, for the person who words a card. */
  sentence: string;
  sample: string | number;
  kind: FieldKind;
  /** False: some customers lack it, so a card should say what to write instead. */
  always: boolean;
}

export const FIELDS: readonly Field[] = [
  sometimes('customer.firstName', 'The customer’s given name.', 'Mia'),
  sometimes('customer.lastName', 'The customer’s family name.', 'Okafor'),
  sometimes('customer.name', 'The customer’s whole name.', 'Mia Okafor'),
  sometimes('customer.consented', 'Whether the customer asked you to write; only for {{#if}}.', 1, 'flag'),
  always('business.name', 'The name of your shop.', 'Rosa & Fern'),
  always('business.postalAddress', 'Your postal address, line by line.', '12 Market Row\nBath BA1 5LZ', 'lines'),
  always('occasion.name', 'The name of the occasion.', 'Birthday'),
  sometimes('date.years', 'The age, or the years of marriage, where the year is known.', 40, 'number'),
  sometimes('date.label', 'What a yearly date is called, such as a wedding anniversary.', 'wedding anniversary'),
  sometimes('years', 'How many years the customer has been with you.', 3, 'number'),
  sometimes('purchase.category', 'What kind of thing was bought.', 'a spring bouquet'),
  sometimes('purchase.day', 'The day of the purchase.', '14 March'),
  sometimes('purchase.amount', 'What the purchase came to.', '£48.00'),
  sometimes('survey.question', 'The question of the survey.', 'How did we do?'),
  sometimes('survey.answers', 'The answers to choose from; only for {{#each}}.', '', 'list'),
  sometimes('survey.small', 'Whether the answers are numbers that fit side by side; only for {{#if}}.', 1, 'flag'),
  sometimes('survey.lowest', 'What the lowest number means.', 'not at all likely'),
  sometimes('survey.highest', 'What the highest number means.', 'very likely'),
  sometimes('personalLine', 'A line that you wrote for this one customer.', 'See you on Saturday!', 'lines'),
  always('language', 'The language of the card.', 'en'),
  always('links.view', 'Where the card can be seen in a browser.', 'https://example.com/v/1', 'url'),
  sometimes(
    'links.preferences',
    'Where the customer chooses what they get, and says “not this one”.',
    'https://example.com/p/1',
    'url',
  ),
  sometimes(
    'links.pictures',
    'Where the pictures of cards are kept; only before a picture’s name.',
    'https://example.com/pictures/',
    'url',
  ),
  always('links.unsubscribe', 'Where the customer can say “no more cards”.', 'https://example.com/u/1', 'url'),
];

/** Known inside `{{#each survey.answers}}` only. */
export const ANSWER_FIELDS: readonly Field[] = [
  always('label', 'What the answer says.', 'Very happy'),
  always('value', 'The answer’s value, such as 5.', '5'),
  always('url', 'Where pressing the answer leads.', 'https://example.com/a/5', 'url'),
];

const byPath = new Map(FIELDS.map((field) => [field.path, field]));
const answersByPath = new Map(ANSWER_FIELDS.map((field) => [field.path, field]));

export function fieldAt(path: string, inAnswer = false): Field | undefined {
  return (inAnswer ? answersByPath : byPath).get(path);
}

/** What a field holds, within a sentence: 'the customer’s given name'. */
export function fieldInWords(path: string): string {
  const sentence = fieldAt(path)?.sentence ?? path;
  return sentence.replace(/\.$/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/** The known field that was probably meant, if one is near. */
export function nearestField(path: string, inAnswer = false): string | undefined {
  const known = (inAnswer ? ANSWER_FIELDS : FIELDS).map((field) => field.path);
  const ranked = known.map((name) => ({ name, far: distance(simple(path), simple(name)) })).toSorted((a, b) => a.far - b.far);
  const best = ranked[0];
  if (best && best.far <= Math.max(1, Math.floor(path.length / 4))) return best.name;
  const tail = simple(path.split('.').at(-1) ?? '');
  return known.find((name) => tail !== '' && simple(name.split('.').at(-1) ?? '') === tail);
}

function always(path: string, sentence: string, sample: string | number, kind: FieldKind = 'text'): Field {
  return { path, sentence, sample, kind, always: true };
}

function sometimes(path: string, sentence: string, sample: string | number, kind: FieldKind = 'text'): Field {
  return { path, sentence, sample, kind, always: false };
}

function simple(path: string): string {
  return path
    .toLowerCase()
    .replaceAll(/[_\s-]/g, '')
    .slice(0, 60);
}

/** Levenshtein distance, two rows at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
