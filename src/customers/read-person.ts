import type { Updateable } from 'kysely';
import { readLocale } from '../businesses/place.ts';
import { parseDay } from '../calendar/day.ts';
import { isZone } from '../calendar/instant.ts';
import type { Database, Day } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';

/** What is known of a person, as somebody types it. Null or blank clears a field; what is left out stays as it is. */
export interface PersonFields {
  givenName?: string | null;
  familyName?: string | null;
  email?: string | null;
  phone?: string | null;
  /** BCP 47; the business's when unknown. */
  language?: string | null;
  /** IANA; the business's when unknown. */
  zone?: string | null;
  leapRule?: 'feb28' | 'mar1' | null;
  /** The shop's own number for them; nobody else there has it. */
  reference?: string | null;
  notes?: string | null;
  /** Fields of the shop's own. */
  custom?: Record<string, string>;
  /** Why the shop may write to them. */
  basis?: Basis;
  joinedOn?: Day | null;
}

export interface Basis {
  kind: 'customer' | 'consent' | 'none';
  /** Where it was given: 'sign-up form', 'in the shop'. */
  source?: string | null;
  on?: Day | null;
  /** The words they agreed to. */
  wording?: string | null;
}

export interface PersonColumns {
  person: Updateable<Database['person']>;
  customer: Updateable<Database['customer']>;
}

const LONGEST = { name: 200, phone: 40, reference: 100, notes: 10_000, fieldName: 60, field: 1_000, fields: 50, basis: 1_000 };

/** The columns of what was typed; else what is wrong with it, in a sentence. Does not look at what is stored. */
export function readPerson(fields: PersonFields): PersonColumns | string {
  const email = readEmail(fields.email);
  const language = fields.language?.trim() ? readLocale(fields.language) : null;
  if (typeof email === 'string') return email;
  if (language === undefined) return `"${fields.language}" is no language tag. Use one such as en-GB or de.`;
  const problem = problemWith(fields);
  if (problem) return problem;
  const named = {
    given_name: text(fields.givenName),
    family_name: text(fields.familyName),
    phone: text(fields.phone),
    language: fields.language === undefined ? undefined : language,
    zone: text(fields.zone),
    leap_rule: fields.leapRule,
    reference: text(fields.reference),
    notes: text(fields.notes),
    custom: fields.custom === undefined ? undefined : JSON.stringify(fields.custom),
    basis_source: basisText(fields.basis, 'source'),
    basis_wording: basisText(fields.basis, 'wording'),
  };
  const basis = fields.basis && { basis_kind: fields.basis.kind, basis_on: fields.basis.on ?? null };
  return { person: { ...given(named), ...email }, customer: { ...basis, ...given({ joined_on: fields.joinedOn }) } };
}

function readEmail(email: string | null | undefined): { email?: string | null; email_key?: string | null } | string {
  if (email === undefined) return {};
  if (email === null || email.trim() === '') return { email: null, email_key: null };
  const read = readAddress(email);
  return 'reason' in read ? read.reason : { email: read.address, email_key: read.key };
}

function problemWith(fields: PersonFields): string | undefined {
  return (
    tooLong('The given name', fields.givenName, LONGEST.name) ??
    tooLong('The family name', fields.familyName, LONGEST.name) ??
    tooLong('The phone number', fields.phone, LONGEST.phone) ??
    tooLong('The customer number', fields.reference, LONGEST.reference) ??
    tooLong('The note', fields.notes, LONGEST.notes) ??
    tooLong('Where the consent comes from', fields.basis?.source, LONGEST.basis) ??
    tooLong('The wording of the consent', fields.basis?.wording, LONGEST.basis) ??
    zoneProblem(fields.zone) ??
    dayProblem(fields.joinedOn) ??
    dayProblem(fields.basis?.on) ??
    customProblem(fields.custom ?? {})
  );
}

function tooLong(what: string, value: string | null | undefined, longest: number): string | undefined {
  return value && value.length > longest ? `${what} is longer than ${longest} letters. Make it shorter.` : undefined;
}

function zoneProblem(zone: string | null | undefined): string | undefined {
  if (!zone?.trim() || isZone(zone.trim())) return undefined;
  return `"${zone}" is no time zone. Use a name such as Europe/London or America/New_York.`;
}

function dayProblem(day: Day | null | undefined): string | undefined {
  return day && parseDay(day) === undefined ? `"${day}" is no day. Write it like 2027-03-14.` : undefined;
}

function customProblem(custom: Record<string, string>): string | undefined {
  const entries = Object.entries(custom);
  if (entries.length > LONGEST.fields) return `A customer can have at most ${LONGEST.fields} fields of your own.`;
  for (const [name, value] of entries) {
    const problem = tooLong('The name of a field', name, LONGEST.fieldName) ?? tooLong(`"${name}"`, value, LONGEST.field);
    if (problem) return problem;
    if (hidden.test(name) || hidden.test(value)) return `"${clean(name)}" holds an invisible character. Type it again.`;
  }
  return undefined;
}

function basisText(basis: Basis | undefined, key: 'source' | 'wording'): string | null | undefined {
  return basis && (text(basis[key]) ?? null);
}

function text(value: string | null | undefined): string | null | undefined {
  return typeof value === 'string' ? clean(value).trim() || null : value;
}

// oxlint-disable-next-line no-control-regex -- PostgreSQL takes no NUL, and nobody types the others
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Telephones copy them along with a number; in a name they would turn round what stands after it. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

function clean(value: string): string {
  return value.normalize('NFC').replaceAll(new RegExp(hidden, 'g'), '').replaceAll(turning, '');
}

function given<T extends object>(columns: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
