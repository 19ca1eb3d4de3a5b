import type { Day } from '../../calendar/day.ts';
import type { Address } from '../../mail/address.ts';
import { nameKey } from '../name-key.ts';
import { type DateOrder, type DateRole, readDate, settleDate, type YearlyDay } from './dates.ts';
import { clean, type Doubt, firstAddress, keepable, languageOf, LONGEST, notesOf, sample, short, zoneOf } from './cell-text.ts';
import { splitName } from './names.ts';

/** What a row or card says, still as text. The first e-mail address that can be read counts. */
export interface Values {
  given?: string;
  middle?: string;
  family?: string;
  name?: string;
  emails: string[];
  phone?: string;
  language?: string;
  zone?: string;
  reference?: string;
  notes?: string;
  mailWanted?: string;
  joined?: DateText;
  dates: (DateText & { kind: string; label: string })[];
  custom: Record<string, string>;
}

export interface DateText {
  /** The column's name, for a question about it. */
  column: string;
  text: string;
  order?: DateOrder | undefined;
}

export interface EntryDate extends YearlyDay {
  kind: string;
  label: string;
}

/** One person as the file has them, every value fit to be kept. */
export interface Entry {
  line: number;
  raw: string;
  given: string | null;
  family: string | null;
  email: Address | null;
  phone: string | null;
  language: string | null;
  zone: string | null;
  reference: string | null;
  notes: string | null;
  custom: Record<string, string>;
  dates: EntryDate[];
  joinedOn: Day | null;
  /** 'no': the file says that they want no mail; 'never': that they unsubscribed, or that their address is dead. */
  mail: 'unsaid' | 'no' | 'never';
  doubts: Doubt[];
}

export interface Refusal {
  line: number;
  raw: string;
  reason: string;
  emailKey: string | null;
}

/** The person that the values mean; a refusal when nobody could be found again by them. `today` is the business's. */
export function entryFrom(values: Values, at: { line: number; raw: string }, today: Day): Entry | Refusal {
  const doubts: Doubt[] = [];
  const email = firstAddress(values.emails, doubts);
  const name = nameOf(values);
  const refuse = (reason: string): Refusal => ({ line: at.line, raw: keepable(at.raw), reason, emailKey: email?.key ?? null });
  if ((name.given?.length ?? 0) > LONGEST.name || (name.family?.length ?? 0) > LONGEST.name)
    return refuse('The name is far too long.');
  if (!name.given && !name.family && !email) {
    const broken = doubts[0];
    return refuse(
      broken
        ? `There is no name, and the e-mail address cannot be used: ${broken.question}`
        : 'There is no name and no e-mail address.',
    );
  }
  // Signs alone are no name that anybody is found again by.
  if (!email && !clean(values.reference) && nameKey(name.given, name.family) === '')
    return refuse('The name has no letter in it, and there is no e-mail address.');
  return {
    line: at.line,
    raw: at.raw,
    ...name,
    email,
    phone: short(values.phone, 'phone number', LONGEST.phone, doubts),
    language: languageOf(values.language, doubts),
    zone: zoneOf(values.zone, doubts),
    reference: short(values.reference, 'reference', LONGEST.reference, doubts),
    notes: notesOf(values.notes, doubts),
    custom: customOf(values.custom, doubts),
    dates: datesOf(values, today, doubts),
    joinedOn: joinedOf(values.joined, today, doubts),
    mail: mailOf(values.mailWanted),
    doubts,
  };
}

export function isRefusal(entry: Entry | Refusal): entry is Refusal {
  return 'reason' in entry;
}

function nameOf({ given, middle, family, name }: Values): { given: string | null; family: string | null } {
  if (clean(given) === null && clean(family) === null) {
    const whole = clean(name);
    return whole === null ? { given: clean(middle), family: null } : splitName(whole);
  }
  return { given: clean(given) ?? clean(middle), family: clean(family) };
}

function customOf(custom: Record<string, string>, doubts: Doubt[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, text] of Object.entries(custom)) {
    const value = short(text, `"${key}"`, LONGEST.custom, doubts);
    const name = clean(key.slice(0, LONGEST.customName));
    if (value !== null && name !== null) kept[name] = value;
  }
  return kept;
}

function datesOf(values: Values, today: Day, doubts: Doubt[]): EntryDate[] {
  const dates = new Map<string, EntryDate>();
  for (const { kind, label, ...from } of values.dates) {
    const date = dateOf(from, kind === 'birthday' ? 'birthday' : 'date', today, doubts);
    if (date && !dates.has(`${kind}/${label}`)) dates.set(`${kind}/${label}`, { kind, label, ...date });
  }
  return [...dates.values()];
}

function joinedOf(joined: DateText | undefined, today: Day, doubts: Doubt[]): Day | null {
  const date = joined && dateOf(joined, 'joined', today, doubts);
  if (!date || date.year === null) return null;
  return [date.year, date.month, date.day].map((part, i) => String(part).padStart(i === 0 ? 4 : 2, '0')).join('-');
}

function dateOf({ column, text, order }: DateText, role: DateRole, today: Day, doubts: Doubt[]): YearlyDay | null {
  const settled = settleDate(readDate(text), order, role, today);
  if ('date' in settled) return settled.date;
  doubts.push({ question: `${column}: ${settled.why}`, samples: [sample(text)] });
  return null;
}

const refusals = new Set('no n false 0 off nein non never_subscribed'.split(' '));
const ends = new Set('unsubscribed cleaned bounced suppressed abgemeldet desabonne'.split(' '));

function mailOf(text: string | undefined): Entry['mail'] {
  const word = text?.trim().toLowerCase() ?? '';
  if (ends.has(word)) return 'never';
  return refusals.has(word) || word === 'not subscribed' ? 'no' : 'unsaid';
}
