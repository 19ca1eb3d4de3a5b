import { addDays, type Day, isLeapYear } from '../calendar/day.ts';
import { type AwkwardPerson, awkward, countries, goods, notes, type SampleCountry } from './sample-names.ts';

export interface SamplePurchase {
  on: Day;
  amount: number;
  category: string;
}

export interface SampleDate {
  kind: string;
  label: string;
  month: number;
  day: number;
  year: number | null;
}

export interface SamplePerson {
  given: string | null;
  family: string | null;
  email: string | null;
  language: string | null;
  zone: string | null;
  notes: string | null;
  basis: 'customer' | 'consent' | 'none';
  joinedOn: Day;
  dates: SampleDate[];
  purchases: SamplePurchase[];
}

export interface SampleWish {
  count: number;
  seed: number;
  today: Day;
  /** The shop's country: about half of its customers live there. */
  country: string;
}

type Random = () => number;

/** A florist's customers, the same for the same wish: pure. Awkward ones come first, one who shares a household stands next to the other. */
export function samplePeople({ count, seed, today, country }: SampleWish): SamplePerson[] {
  const random = generator(seed);
  const taken: Taken = { addresses: new Set(), names: new Set() };
  const home = countries.find((one) => one.country === country) ?? countries[0];
  const people: SamplePerson[] = [];
  for (let n = 0; n < count; n++) {
    const special = awkward[n];
    const mate = n > awkward.length && n % 19 === 0 ? people[n - 1] : undefined;
    people.push(special ? awkwardPerson(special, today, taken, random) : plainPerson({ home, today, taken, random, mate }));
  }
  spreadBirthdays(people, today);
  spreadWeddings(people, today);
  return people;
}

interface Taken {
  addresses: Set<string>;
  names: Set<string>;
}

interface Making {
  home: SampleCountry;
  today: Day;
  taken: Taken;
  random: Random;
  /** Lives with them: the same family name and address. */
  mate: SamplePerson | undefined;
}

function plainPerson({ home, today, taken, random, mate }: Making): SamplePerson {
  const language = mate ? (mate.language ?? home.language) : undefined;
  const from = countries.find((one) => one.language === language) ?? (random() < 0.5 ? home : pick(countries, random));
  const [given, family] = freeName(from, mate?.family ?? undefined, taken, random);
  const email = mate ? mate.email : random() < 0.07 ? null : addressOf(`${given}.${family}`, taken, random);
  const abroad = from !== home;
  return {
    given,
    family,
    email,
    language: abroad ? from.language : null,
    zone: mate ? mate.zone : abroad ? pick(from.zones, random) : null,
    notes: random() < 0.12 ? pick(notes, random) : null,
    basis: random() < 0.02 ? 'none' : random() < 0.35 ? 'consent' : 'customer',
    dates: random() < 0.9 ? [birthdayOf(today, random)] : [],
    ...history(today, random),
  };
}

// Two of one name would be taken for one person; where a country has run out of names, so be it.
function freeName(from: SampleCountry, family: string | undefined, { names }: Taken, random: Random): [string, string] {
  for (let tries = 0; ; tries++) {
    const name: [string, string] = [pick(from.given, random), family ?? pick(from.family, random)];
    if (names.has(name.join(' ')) && tries < 50) continue;
    names.add(name.join(' '));
    return name;
  }
}

function awkwardPerson(person: AwkwardPerson, today: Day, taken: Taken, random: Random): SamplePerson {
  const birthday = person.birthday ? { kind: 'birthday', label: '', ...person.birthday } : birthdayOf(today, random);
  return {
    given: person.given,
    family: person.family,
    email: person.mail && addressOf(person.mail, taken, random),
    language: person.language ?? null,
    zone: person.zone ?? null,
    notes: person.notes ?? null,
    basis: 'customer',
    dates: [birthday],
    ...history(today, random),
  };
}

/** When they first came, and what they bought in the last two years: more before Valentine's, Mother's Day and Christmas. */
function history(today: Day, random: Random): Pick<SamplePerson, 'joinedOn' | 'purchases'> {
  const joinedOn = addDays(today, -Math.floor(3 + random() * random() * 2400));
  const firstDay = joinedOn > addDays(today, -730) ? joinedOn : addDays(today, -730);
  const visits = Math.min(Math.floor(random() * random() * 14), 1 + Math.floor(daysFrom(firstDay, today) / 25));
  const days = Array.from({ length: visits }, () => buyingDay(firstDay, today, random));
  return { joinedOn, purchases: days.toSorted().map((on) => purchaseOn(on, random)) };
}

function buyingDay(first: Day, today: Day, random: Random): Day {
  const length = Math.max(1, daysFrom(first, today));
  const any = addDays(first, Math.floor(random() * length));
  if (random() < 0.6) return any;
  const feast = `${any.slice(0, 4)}-${pick(['02-14', '05-10', '12-24'], random)}`;
  const before = addDays(feast, -Math.floor(random() * 5));
  return before >= first && before < today ? before : any;
}

function purchaseOn(on: Day, random: Random): SamplePurchase {
  const { category, from, to } = pick(goods, random);
  return { on, category, amount: Math.round((from + random() * (to - from)) / 50) * 50 };
}

function birthdayOf(today: Day, random: Random): SampleDate {
  const year = Number(today.slice(0, 4)) - 19 - Math.floor(random() * 66);
  const date = addDays(`${year}-01-01`, Math.floor(random() * (isLeapYear(year) ? 366 : 365)));
  return { kind: 'birthday', label: '', ...monthAndDay(date), year: random() < 0.13 ? null : year };
}

/** Birthdays all through the thirty days before and after today, three of them today, so that a newcomer has something to see. */
function spreadBirthdays(people: SamplePerson[], today: Day): void {
  const offsets = [0, -1, 1, -3, 2, 0, -6, 5, -9, 8, -12, 12, -15, 16, 0, -18, 20, -22, 24, -26, 28, -30, 30];
  const chosen = people.filter(({ dates, email }, n) => n % 3 === 1 && email !== null && dates[0] && !isLeapDay(dates[0]));
  offsets.forEach((offset, i) => {
    const birthday = chosen[i]?.dates[0];
    if (birthday) moveDate(birthday, addDays(today, offset));
  });
}

/** Three in ten are married; some of their anniversaries fall around today. */
function spreadWeddings(people: SamplePerson[], today: Day): void {
  const offsets = [0, -4, 7, -11, 14, -20, 22, -28];
  people.forEach((person, n) => {
    if (n % 10 > 2 || n < awkward.length || person.given === null) return;
    const near = offsets[Math.floor(n / 10) - 1];
    const day = addDays(today, n % 10 === 0 && near !== undefined ? near : ((n * 53) % 305) + 31);
    const grown = (person.dates[0]?.year ?? Number(today.slice(0, 4)) - 50) + 18;
    const year = n % 7 === 0 ? null : Math.max(Math.min(grown + ((n * 7) % 15), Number(today.slice(0, 4)) - 1), grown);
    const wedding: SampleDate = { kind: 'anniversary', label: 'wedding', month: 1, day: 1, year };
    moveDate(wedding, day);
    person.dates.push(wedding);
  });
}

// A known year must have the day: 29 February only where it was one.
function moveDate(date: SampleDate, to: Day): void {
  Object.assign(date, monthAndDay(to));
  if (isLeapDay(date) && date.year !== null) date.year -= date.year % 4;
}

function isLeapDay({ month, day }: SampleDate): boolean {
  return month === 2 && day === 29;
}

function monthAndDay(date: Day): { month: number; day: number } {
  return { month: Number(date.slice(5, 7)), day: Number(date.slice(8)) };
}

function daysFrom(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

const letters: Record<string, string> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae' };

// Only domains that are reserved for examples (RFC 2606): nothing can ever reach a real person.
function addressOf(name: string, { addresses }: Taken, random: Random): string {
  const plain = name.toLowerCase().replace(/[ßłøæ]/g, (letter) => letters[letter] ?? '');
  const local = plain.normalize('NFKD').replace(/[^a-z.]/g, '');
  const domain = pick(['example.com', 'example.org', 'example.net'], random);
  for (let n = 1; ; n++) {
    const address = `${local}${n === 1 ? '' : n}@${domain}`;
    if (addresses.has(address)) continue;
    addresses.add(address);
    return address;
  }
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

// mulberry32, by Tommy Ettinger: 32 bits of state, and the same everywhere.
function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
