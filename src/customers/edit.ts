import { type Actor, type Db, inOneCommit, type Outcome, type Refusal, refused } from '../businesses/commit.ts';
import { changeCustomer } from './customer.ts';
import { type Held, holdCustomer } from './lock.ts';
import type { PersonFields } from './read-person.ts';

/** What a form of one person's fields has, each as text; '' where nothing is known. */
export interface Sheet {
  givenName: string;
  familyName: string;
  email: string;
  phone: string;
  language: string;
  zone: string;
  leapRule: string;
  reference: string;
  joinedOn: string;
  notes: string;
  /** Fields of the shop's own, each on a line: 'Shoe size: 39'. */
  custom: string;
}

export type SheetField = keyof Sheet;

/** A field that somebody else changed meanwhile to something else. */
export interface Conflict {
  field: SheetField;
  theirs: string;
  yours: string;
}

export type Edited = Outcome<{ changed: boolean }> | (Refusal & { conflicts: Conflict[]; now: Sheet });

/**
 * Saves a form that was filled in while others may have changed the customer: only fields that differ from what the form showed (`seen`)
 * are written, so changes of different fields go together. Where somebody else changed the same field to something else, nothing is
 * written, and both values come back.
 */
export async function editCustomer(
  db: Db,
  businessId: string,
  customerId: string,
  { seen, wanted }: { seen: Partial<Sheet>; wanted: Partial<Sheet> },
  actor: Actor,
): Promise<Edited> {
  return inOneCommit(db, async (trx): Promise<Edited> => {
    const held = await holdCustomer(trx, businessId, customerId);
    if ('reason' in held) return held;
    const now = sheetOf(held);
    const asked = Object.entries(wanted).filter(([field, value]) => tidy(value) !== tidy(seen[field as SheetField]));
    const edits = asked as [SheetField, string][];
    const conflicts = edits.filter(
      ([field, value]) => tidy(now[field]) !== tidy(seen[field]) && tidy(now[field]) !== tidy(value),
    );
    if (conflicts.length > 0) {
      const both = conflicts.map(([field, yours]) => ({ field, theirs: now[field], yours }));
      return { ...refused('Somebody else changed this customer while you were typing.'), conflicts: both, now };
    }
    return changeCustomer(trx, businessId, held.customer.id, fieldsOf(edits), actor);
  });
}

/** The customer as a form shows it. */
export function sheetOf({ person, customer }: Held): Sheet {
  return {
    givenName: person.given_name ?? '',
    familyName: person.family_name ?? '',
    email: person.email ?? '',
    phone: person.phone ?? '',
    language: person.language ?? '',
    zone: person.zone ?? '',
    leapRule: person.leap_rule ?? '',
    reference: person.reference ?? '',
    joinedOn: customer.joined_on ?? '',
    notes: person.notes ?? '',
    custom: linesOf(person.custom),
  };
}

function fieldsOf(edits: [SheetField, string][]): PersonFields {
  const plain = edits.filter(([field]) => field !== 'custom');
  const custom = edits.find(([field]) => field === 'custom');
  const fields = Object.fromEntries(plain.map(([field, value]) => [field, tidy(value) || null])) as PersonFields;
  return custom ? { ...fields, custom: fieldsOfLines(tidy(custom[1])) } : fields;
}

function linesOf(custom: Record<string, string>): string {
  return Object.entries(custom)
    .map(([name, value]) => `${name}: ${value.replaceAll(/\s+/g, ' ')}`)
    .join('\n');
}

/** A line without a colon is a field of that name with nothing in it. */
function fieldsOfLines(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  const pairs = lines.filter(Boolean).map((line) => /^([^:]*):?(.*)$/su.exec(line) ?? ['', line, '']);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name.trim(), value.trim()]));
}

// As it is kept: browsers send lines with CRLF.
function tidy(value: string | undefined): string {
  return (value ?? '').normalize('NFC').replaceAll('\r\n', '\n').trim();
}
