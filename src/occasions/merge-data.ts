import type { Selectable } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { MergeData, SurveyAnswer } from '../cards/fields.ts';
import type { Database, Day } from '../database/schema.ts';
import { type Question, wordsOf } from './surveys.ts';

type Person = Selectable<Database['person']>;

/** Everything that a card may say, as its rows stand when the card is made. */
export interface MergeSource {
  business: Pick<Business, 'name' | 'postal_address' | 'country'>;
  person: Pick<Person, 'given_name' | 'family_name'>;
  /** The customer's basis for being written to: the footer says why they get this. */
  basis?: 'customer' | 'consent' | 'none';
  occasion: { name: string };
  /** The yearly date that it is about. */
  date?: { kind: string; label: string };
  /** Age, years of marriage or years as a customer on the day; left out when unknown. */
  years?: number;
  purchase?: { category: string | null; on: Day; amount: number; currency: string };
  survey?: { question: Question; urlOf: (value: number) => string };
  links: MergeData['links'];
  personalLine?: string;
  /** The language of the words that were chosen; days, amounts and answers are written for it. */
  language: string;
}

/** What a card may say of one customer and one occasion, as plain data. Pure: the same rows give the same data, in a preview too. */
export function mergeDataFor(source: MergeSource): MergeData {
  const { business, occasion, links, language, years, purchase, survey, personalLine } = source;
  return {
    language,
    customer: customerData(source),
    business: { name: business.name, postalAddress: business.postal_address },
    occasion: { name: occasion.name },
    ...(source.date === undefined ? {} : { date: dateData(source.date, years) }),
    ...(source.date !== undefined || years === undefined ? {} : { years }),
    ...(purchase === undefined ? {} : { purchase: purchaseData(purchase, localeFor(language, business.country)) }),
    ...(survey === undefined ? {} : { survey: surveyData(survey, language) }),
    ...(personalLine ? { personalLine } : {}),
    links,
  };
}

function customerData({ person, basis }: MergeSource): MergeData['customer'] {
  const firstName = person.given_name?.trim();
  const lastName = person.family_name?.trim();
  const name = [firstName, lastName].filter(Boolean).join(' ');
  return {
    ...(firstName ? { firstName } : {}),
    ...(lastName ? { lastName } : {}),
    ...(name ? { name } : {}),
    ...(basis === 'consent' ? { consented: true } : {}),
  };
}

// A kind of the business's own is named as it named it ('name-day' reads "name day"); 'birthday' and 'anniversary' need no label.
function dateData({ kind, label }: { kind: string; label: string }, years: number | undefined): NonNullable<MergeData['date']> {
  const plain = kind === 'birthday' || kind === 'anniversary';
  const named = (label || (plain ? '' : kind)).replaceAll('-', ' ').trim();
  return { ...(years === undefined ? {} : { years }), ...(named ? { label: named } : {}) };
}

function purchaseData(purchase: NonNullable<MergeSource['purchase']>, locale: string): NonNullable<MergeData['purchase']> {
  return {
    ...(purchase.category ? { category: purchase.category } : {}),
    day: dayText(purchase.on, locale),
    amount: amountText(purchase.amount, purchase.currency, locale),
  };
}

function surveyData({ question, urlOf }: NonNullable<MergeSource['survey']>, language: string): NonNullable<MergeData['survey']> {
  const words = wordsOf(question, [language]);
  const answers = question.values.map((value, n): SurveyAnswer => ({
    label: words.answers[n] ?? String(value),
    value: String(value),
    url: urlOf(value),
  }));
  // Numbers fit side by side, words need a line each.
  const small = question.kind === 'nps' && words.answers.length === 0;
  return { question: words.question, kind: question.kind, answers, ...(small ? { small } : {}), ...words.ends };
}

// The business's country decides how a language writes days and amounts: 14 March in Britain, March 14 in America.
function localeFor(language: string, country: string): string {
  const locale = new Intl.Locale(language);
  return locale.region || country === '' ? locale.toString() : new Intl.Locale(locale, { region: country }).toString();
}

function dayText(day: Day, locale: string): string {
  return formatter(
    dayFormats,
    locale,
    () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
  ).format(new Date(day));
}

/** Minor units by the currency's own number of digits: 1250 is £12.50, ¥1,250 and 1.250 KD. */
function amountText(minor: number, currency: string, locale: string): string {
  const format = formatter(
    amountFormats,
    `${locale} ${currency}`,
    () => new Intl.NumberFormat(locale, { style: 'currency', currency }),
  );
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

// Making a formatter takes a hundred times as long as using it, and cards go out by the thousand.
const MOST_FORMATS = 500;
const dayFormats = new Map<string, Intl.DateTimeFormat>();
const amountFormats = new Map<string, Intl.NumberFormat>();

function formatter<T>(known: Map<string, T>, key: string, make: () => T): T {
  const format = known.get(key) ?? make();
  if (known.size >= MOST_FORMATS) known.clear();
  known.set(key, format);
  return format;
}
