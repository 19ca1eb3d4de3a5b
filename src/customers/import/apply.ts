import { v7 } from 'uuid';
import type { Entry, EntryDate } from './entry.ts';
import type { Fields, Known } from './people.ts';

/** What a row changed about somebody: field or `kind/label` → value before and after. */
export interface Changed {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  dates: EntryDate[];
}

export interface Applied {
  changed: Changed;
  /** Names of fields in which an earlier line of the same file said something else, and was first. */
  contradicted: string[];
}

/** A new customer with what the row says; the file can say that they never asked for mail. */
export function newKnown(entry: Entry, basis: Fields['basis_kind']): Known {
  const blank = { given_name: null, family_name: null, email: null, email_key: null, phone: null, language: null, zone: null };
  return {
    id: v7(),
    isNew: true,
    deceased: false,
    line: undefined,
    fields: {
      ...blank,
      reference: null,
      notes: null,
      custom: {},
      joined_on: null,
      basis_kind: entry.mail === 'no' ? 'none' : basis,
    },
    dates: new Map(),
    corrected: new Map(),
    said: new Map(),
    left: false,
  };
}

/**
 * Puts what the row says in place, and tells what that changed. Emptiness never overwrites; notes and a reference are only filled in;
 * a value that a person once put something else in place of stays out, and what the customers said of themselves stays; the basis for writing is
 * never changed.
 * Within one file the first line that speaks of somebody has its way, so that importing the file again changes nothing.
 */
export function applyEntry(known: Known, entry: Entry): Applied {
  const applied: Applied = { changed: { before: {}, after: {}, dates: [] }, contradicted: [] };
  if (known.deceased) return applied;
  const first = known.line === undefined;
  known.line ??= entry.line;
  for (const [field, value] of wanted(known, entry)) setField(known, field, value, first, applied);
  setCustom(known, entry, first, applied);
  for (const date of entry.dates) setDate(known, date, first, applied);
  return applied;
}

export function isChanged({ changed }: Applied): boolean {
  return Object.keys(changed.after).length > 0 || changed.dates.length > 0;
}

export function dateKey({ kind, label }: { kind: string; label: string }): string {
  return `${kind}/${label}`;
}

/** A date as it is compared: '3-14-1980', the year '' when unknown. */
export function dateValue({ month, day, year }: { month: number; day: number; year: number | null }): string {
  return `${month}-${day}-${year ?? ''}`;
}

/** Without its year: whoever says their birthday may leave it out. */
export function dayValue({ month, day }: { month: number; day: number }): string {
  return `${month}-${day}`;
}

type Plain = Exclude<keyof Fields, 'custom'>;

const words: Partial<Record<Plain, string>> = {
  given_name: 'name',
  family_name: 'family name',
  email: 'e-mail address',
  phone: 'phone number',
  language: 'language',
  zone: 'time zone',
  joined_on: 'first day as a customer',
};

function wanted({ fields }: Known, entry: Entry): [Plain, string][] {
  const all: [Plain, string | null][] = [
    ['given_name', entry.given],
    ['family_name', entry.family],
    ['email', entry.email?.address ?? null],
    ['phone', entry.phone],
    ['language', entry.language],
    ['zone', entry.zone],
    ['joined_on', entry.joinedOn],
    ['reference', fields.reference === null ? entry.reference : null],
    ['notes', fields.notes === null ? entry.notes : null],
  ];
  return all.filter(
    (pair): pair is [Plain, string] => pair[1] !== null && !(pair[0] === 'email' && fields.email_key === entry.email?.key),
  );
}

function setField(known: Known, field: Plain, value: string, first: boolean, { changed, contradicted }: Applied): void {
  const before = known.fields[field];
  if (before === value || known.corrected.get(field)?.has(value)) return;
  if (typeof before === 'string' && known.said.get(field)?.has(before)) return;
  if (!first && before !== null) {
    const word = words[field];
    if (word) contradicted.push(word);
    return;
  }
  changed.before[field] = before;
  changed.after[field] = value;
  Object.assign(known.fields, { [field]: value });
}

function setCustom(known: Known, entry: Entry, first: boolean, { changed }: Applied): void {
  const added = Object.entries(entry.custom).filter(
    ([key, value]) =>
      known.fields.custom[key] !== value &&
      (first || known.fields.custom[key] === undefined) &&
      !known.corrected.get(`custom.${key}`)?.has(value),
  );
  if (added.length === 0) return;
  changed.before['custom'] = known.fields.custom;
  known.fields.custom = { ...known.fields.custom, ...Object.fromEntries(added) };
  changed.after['custom'] = known.fields.custom;
}

function setDate(known: Known, date: EntryDate, first: boolean, { changed, contradicted }: Applied): void {
  const key = dateKey(date);
  const before = known.dates.get(key);
  if (known.corrected.get(key)?.has(dateValue(date))) return;
  // The year is not lost to a file that leaves it out.
  const next = before && date.year === null && before.month === date.month && before.day === date.day ? before : date;
  if (before && dateValue(before) === dateValue(next)) return;
  const onlyAddsYear = before?.year === null && before.month === next.month && before.day === next.day;
  if (before && !onlyAddsYear && known.said.get(key)?.has(dayValue(before))) return;
  if (!first && before && !onlyAddsYear) {
    contradicted.push(date.kind);
    return;
  }
  changed.before[key] = before ? plainDate(before) : null;
  changed.after[key] = plainDate(next);
  changed.dates.push(next);
  known.dates.set(key, next);
}

/** The stop that a row asks for and that neither stands nor was ever lifted; noted as standing from now on. */
export function stopAsked(known: Known, { mail, email }: Entry, dead: Set<string>): FileStop | undefined {
  if (known.deceased) return undefined;
  const key = email?.key ?? null;
  if (mail === 'unsubscribed' && !known.left) {
    known.left = true;
    return { kind: 'unsubscribed', customerId: known.id, key };
  }
  if (mail !== 'bounced' || key === null || dead.has(key)) return undefined;
  dead.add(key);
  return { kind: 'hard bounce', customerId: known.id, key };
}

/** On a customer and on the address that the file names; a bounce is only the address's. */
export interface FileStop {
  kind: 'unsubscribed' | 'hard bounce';
  customerId: string;
  key: string | null;
}

function plainDate({ month, day, year }: EntryDate): object {
  return { month, day, year };
}
