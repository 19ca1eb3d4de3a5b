import type { Day } from '../../calendar/day.ts';
import type { Address } from '../../mail/address.ts';
import { nameKey } from '../name-key.ts';
import { type DateOrder, type DateRole, readDate, settleDate, type YearlyDay } from './dates.ts';
import { clean, type Doubt, firstAddress, keepable, languageOf, LONGEST, notesOf, sample, short, zoneOf } from './cell-text.ts';
import { fold } from './column-names.ts';
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
  /** When they unsubscribed, or their address was found dead, by columns of that name; any text in them says that it was so. */
  unsubscribed?: string;
  bounced?: string;
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
  /** What the file says of mail to them: 'no' that they never asked for any, the others that they left, or that their address is dead. */
  mail: 'unsaid' | 'no' | 'unsubscribed' | 'bounced';
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
    mail: mailOf(values),
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
const leavings = new Set(
  'unsubscribed|unsubscribe|suppressed|opted out|opt out|abgemeldet|abbestellt|desabonne|desinscrit|desuscrito|baja'.split('|'),
);
const deaths = new Set('cleaned|bounced|bounce|hard bounce|hard bounced'.split('|'));

function mailOf({ mailWanted, unsubscribed, bounced }: Values): Entry['mail'] {
  const said = (mailWanted ?? '').trim().toLowerCase();
  const word = fold(said);
  if (leavings.has(word) || happened(unsubscribed)) return 'unsubscribed';
  if (deaths.has(word) || happened(bounced)) return 'bounced';
  return refusals.has(said) || word === 'not subscribed' ? 'no' : 'unsaid';
}

function happened(text: string | undefined): boolean {
  const word = text?.trim().toLowerCase() ?? '';
  return word !== '' && !refusals.has(word) && word !== '-';
}
