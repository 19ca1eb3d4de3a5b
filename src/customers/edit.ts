import { type Actor, type Db, type Outcome, type Refusal, refused } from '../businesses/commit.ts';
import { type Conflict, type FilledIn, mergeSheet, tidy } from '../businesses/sheet.ts';
import { changeCustomer } from './customer.ts';
import { type Held, onCustomer } from './lock.ts';
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

export type Edited = Outcome<{ changed: boolean }> | (Refusal & { conflicts: Conflict<Sheet>[]; now: Sheet; merged: Sheet });

/**
 * Saves a form that was filled in while others may have changed the customer: only fields that differ from what the form showed (`seen`)
 * are written, so changes of different fields go together. Where somebody else changed the same field to something else, nothing is
 * written, and both values come back.
 */
export async function editCustomer(
  db: Db,
  businessId: string,
  customerId: string,
  filledIn: FilledIn<Sheet>,
  actor: Actor,
): Promise<Edited> {
  return onCustomer(db, businessId, customerId, async (trx, held): Promise<Edited> => {
    const now = sheetOf(held);
    const { edits, conflicts, merged } = mergeSheet(now, filledIn);
    if (conflicts.length > 0)
      return { ...refused('Somebody else changed this customer while you were typing.'), conflicts, now, merged };
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

function fieldsOf({ custom, ...edits }: Partial<Sheet>): PersonFields {
  const fields: PersonFields = Object.fromEntries(Object.entries(edits).map(([field, value]) => [field, tidy(value) || null]));
  return custom === undefined ? fields : { ...fields, custom: fieldsOfLines(tidy(custom)) };
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
