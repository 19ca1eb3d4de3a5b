import type { Day } from '../../calendar/day.ts';
import { nameKey } from '../name-key.ts';
import type { Entry, EntryDate } from './entry.ts';

/** Somebody the business knows already, or whom an earlier row of the file brought. */
export interface Known {
  id: string;
  isNew: boolean;
  /** Dead people stay as they are. */
  deceased: boolean;
  /** The line that spoke of them first in this import. */
  line: number | undefined;
  fields: Fields;
  dates: Map<string, EntryDate>;
  /** Field → values that a person (not an import) put something else in place of. */
  corrected: Map<string, Set<string>>;
  /** 'language' or a date's `kind/label` → what they themselves said it is. While it stands, no file changes it. */
  said: Map<string, Set<string>>;
  /** They unsubscribed once. Who came back since is not stopped again by a file that does not know it. */
  left: boolean;
}

export interface Fields {
  given_name: string | null;
  family_name: string | null;
  email: string | null;
  email_key: string | null;
  phone: string | null;
  language: string | null;
  zone: string | null;
  reference: string | null;
  notes: string | null;
  custom: Record<string, string>;
  joined_on: Day | null;
  basis_kind: 'customer' | 'consent' | 'none';
}

/** A name, address or reference by which somebody was known before a merge or is known now. */
export interface Alias {
  id: string;
  reference: string | null;
  email_key: string | null;
  name_key: string;
}

export interface People {
  byId: Map<string, Known>;
  byReference: Map<string, Known>;
  byEmail: Map<string, Set<Known>>;
  byName: Map<string, Set<Known>>;
  /** Keys of addresses that mail once bounced from, whether or not somebody lifted that since. */
  dead: Set<string>;
}

export type Found = { same: Known } | { several: string } | { nobody: true; sharesAddress: boolean };

export function gatherPeople(known: Known[], aliases: Alias[], dead: string[]): People {
  const people: People = { byId: new Map(), byReference: new Map(), byEmail: new Map(), byName: new Map(), dead: new Set(dead) };
  for (const one of known) people.byId.set(one.id, one);
  for (const alias of aliases) {
    const one = people.byId.get(alias.id);
    if (one) addAlias(people, one, alias);
  }
  return people;
}

/** Makes somebody findable by what they are called now; call it again after a change. */
export function addPerson(people: People, known: Known): void {
  people.byId.set(known.id, known);
  const { reference, email_key, given_name, family_name } = known.fields;
  addAlias(people, known, { id: known.id, reference, email_key, name_key: nameKey(given_name, family_name) });
}

/**
 * The same person: by the shop's reference; else same address, given name equal or missing; else, where one side has no address,
 * same whole name and no other birthday. A different given name at an address is another person of the household.
 */
export function findSame(people: People, entry: Entry): Found {
  const referred = entry.reference === null ? undefined : people.byReference.get(entry.reference);
  if (referred) return { same: referred };
  const there = [...(entry.email ? (people.byEmail.get(entry.email.key) ?? []) : [])];
  return atAddress(there, entry) ?? byName(people, entry) ?? { nobody: true, sharesAddress: there.length > 0 };
}

/** Whether two birthdays can be one: same day, and no two different years. */
function agree(a: EntryDate | undefined, b: EntryDate | undefined): boolean {
  if (!a || !b) return true;
  return a.month === b.month && a.day === b.day && (a.year === null || b.year === null || a.year === b.year);
}

function addAlias(people: People, known: Known, alias: Alias): void {
  if (alias.reference !== null && !people.byReference.has(alias.reference)) people.byReference.set(alias.reference, known);
  if (alias.email_key !== null) add(people.byEmail, alias.email_key, known);
  if (alias.name_key !== '') add(people.byName, alias.name_key, known);
}

function add(map: Map<string, Set<Known>>, key: string, known: Known): void {
  const set = map.get(key);
  if (set) set.add(known);
  else map.set(key, new Set([known]));
}

function atAddress(there: Known[], entry: Entry): Found | undefined {
  if (there.length === 0) return undefined;
  const given = nameKey(entry.given);
  const nameless = there.filter(({ fields }) => nameKey(fields.given_name) === '');
  if (given !== '') {
    const same = there.filter(({ fields }) => nameKey(fields.given_name) === given);
    const best =
      same.find((known) => sharesBirthday(known, entry)) ?? same[0] ?? (nameless.length === 1 ? nameless[0] : undefined);
    return best && { same: best };
  }
  const [only] = nameless.length === 1 ? nameless : there;
  if (only && (nameless.length === 1 || there.length === 1)) return { same: only };
  return { several: 'Several people share this address, and the row does not say which one: add the given name.' };
}

function byName(people: People, entry: Entry): Found | undefined {
  const key = nameKey(entry.given, entry.family);
  const birthday = birthdayOf(entry);
  const same = [...(key === '' ? [] : (people.byName.get(key) ?? []))].filter(
    ({ fields, dates }) =>
      (entry.email === null || fields.email_key === null) &&
      (entry.reference === null || fields.reference === null) &&
      agree(birthday, dates.get('birthday/')),
  );
  const exact = same.filter((known) => sharesBirthday(known, entry));
  const [best] = exact.length > 0 ? exact : same;
  if (best && (exact.length === 1 || same.length === 1)) return { same: best };
  return (
    best && { several: 'Several customers have this name: add an e-mail address or a birthday, so that the right one is found.' }
  );
}

function sharesBirthday(known: Known, entry: Entry): boolean {
  const [theirs, said] = [known.dates.get('birthday/'), birthdayOf(entry)];
  return theirs !== undefined && said !== undefined && agree(theirs, said);
}

function birthdayOf(entry: Entry): EntryDate | undefined {
  return entry.dates.find(({ kind }) => kind === 'birthday');
}
