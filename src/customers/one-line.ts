import { readAddress } from '../mail/address.ts';
import type { Day } from '../database/schema.ts';
import type { NewCustomer } from './customer.ts';
import type { YearlyDay } from './import/dates.ts';
import { splitName } from './import/names.ts';
import { asDay, dayName, orderOf, readDays } from './one-line-days.ts';
import { dayShape, partsOf, taker } from './one-line-parts.ts';

/** A customer as somebody typed them in one line, and how it was understood. */
export type LineRead =
  | {
      ok: true;
      customer: NewCustomer;
      /** Part by part, for a person to check: what it was taken for, and as what. */
      understood: { what: string; text: string }[];
      /** Doubts, in sentences: with none of them the customer can be added as they are. */
      questions: { about: string; text: string }[];
    }
  | { ok: false; reason: string };

export interface LineContext {
  /** Two letters; decides whether 3/4 is more likely in March or April, which is asked all the same. */
  country: string;
  /** The business's local day. */
  today: Day;
}

const LONGEST = 1_000;

/**
 * Reads "Maria Lopez, maria@example.com, 14 March": names, an address, a phone number, days ("wedding 2 May 2011"; without a word the first is
 * the birthday), "#1034" for the shop's own number, and "customer since 2019-05-01", in English, German, French and Spanish and in any order, commas or
 * not. What is left over becomes a note, so nothing typed is lost. What can mean two things is asked. Pure.
 */
export function readLine(text: string, { country, today }: LineContext): LineRead {
  const line = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  if (line === '') return { ok: false, reason: 'Type a name, and what else you know.' };
  if (line.length > LONGEST) return { ok: false, reason: 'That is too long for one customer. Use the form, or import a file.' };
  const take = taker(line);
  const emails = take(/[^\s,;<>()"]+@[^\s,;<>()"]+/gu).map((email) => email.replace(/[.:]+$/, ''));
  const read = emails[0] === undefined ? undefined : readAddress(emails[0]);
  if (read && 'reason' in read) return { ok: false, reason: read.reason };
  const days = take(dayShape);
  const reference = take(/(?<=^|[\s,;])#\s?[\p{L}\p{N}][\p{L}\p{N}-]*/gu);
  const phones = take(/(?<![\p{L}\p{N}])(?:\+|0)[\d\s()./-]{5,}\d(?![\p{L}\p{N}])/gu);
  const parts = partsOf(take.rest(), days);
  const order = orderOf(country);
  const doubts: { about: string; text: string }[] = [];
  const dates = readDays(parts.days, { order, today, country, doubts });
  const name = readName(parts.texts, doubts);
  const notes = [...name.rest, ...emails.slice(1), ...phones.slice(1), ...reference.slice(1), ...dates.unread];
  if (emails.length > 1)
    doubts.push({ about: 'E-mail', text: `Cards go to one address. Is it ${emails[0]}? The other went into the notes.` });
  const customer: NewCustomer = {
    ...name.names,
    ...(read ? { email: read.address } : {}),
    ...(phones[0] ? { phone: phones[0].trim() } : {}),
    ...(reference[0] ? { reference: reference[0].replace(/^#\s?/, '') } : {}),
    ...(dates.joinedOn ? { joinedOn: dates.joinedOn } : {}),
    ...(dates.dates.length > 0 ? { dates: dates.dates } : {}),
    ...(notes.length > 0 ? { notes: notes.join(', ') } : {}),
  };
  if (!customer.givenName && !customer.familyName && !customer.email)
    return { ok: false, reason: 'There is no name in it and no e-mail address. Begin with the name.' };
  return { ok: true, customer, understood: tell(customer, country), questions: doubts };
}

interface Named {
  names: Pick<NewCustomer, 'givenName' | 'familyName'>;
  rest: string[];
}

/** The first words are the name. "Lopez, Maria" may be one either way. */
function readName(texts: string[], doubts: { about: string; text: string }[]): Named {
  const [first, second, ...rest] = texts;
  if (first === undefined) return { names: {}, rest: [] };
  const single = (text: string | undefined): text is string => text !== undefined && /^[\p{L}\p{M}’'-]+\.?$/u.test(text);
  if (single(first) && single(second)) {
    doubts.push({ about: 'Name', text: `Is ${second} the first name and ${first} the family name?` });
    return { names: { givenName: second, familyName: first }, rest };
  }
  const { given, family } = splitName(first);
  return {
    names: { ...(given ? { givenName: given } : {}), ...(family ? { familyName: family } : {}) },
    rest: second ? [second, ...rest] : rest,
  };
}

function tell(customer: NewCustomer, country: string): { what: string; text: string }[] {
  const { givenName, familyName, email, phone, reference, joinedOn, notes } = customer;
  const parts: [string, string | null | undefined][] = [
    ['First name', givenName],
    ['Family name', familyName],
    ['E-mail', email],
    ['Phone', phone],
    ...(customer.dates ?? []).map((date): [string, string] => [
      dayName(date),
      asDay({ ...date, year: date.year ?? null }, country),
    ]),
    ['Customer since', joinedOn && asDay(partsOfDay(joinedOn), country)],
    ['Your number', reference],
    ['Note', notes],
  ];
  return parts.flatMap(([what, text]) => (text ? [{ what, text }] : []));
}

function partsOfDay(day: Day): YearlyDay {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
}
