import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import { type Day, addDays, weekdayOf, yearOf } from './day.ts';

/** What to do with a day on which a business customer's office is closed: take the working day before it, or after it. */
export type WorkdayRule = 'before' | 'after';

const HOUR = 3_600_000;
const weekends = new Map<string, Set<number>>();
const holidays = new Map<string, Set<Day>>();
let loaded: typeof Holidays | undefined;

/**
 * The day itself if it is a working day, else the nearest one before or after it. `country` is an ISO 3166 code ('DE'), `region` an
 * ISO 3166-2 code with or without its country ('BY', 'DE-BY'); case does not matter. Where the region is unknown the whole country's
 * holidays count; where the country is unknown, only Saturday and Sunday.
 */
export function workdayNear(day: Day, rule: WorkdayRule, country?: string | null, region?: string | null): Day {
  const step = rule === 'before' ? -1 : 1;
  let near = day;
  while (!isWorkday(near, country, region)) near = addDays(near, step);
  return near;
}

/** Neither the country's weekend nor one of its public holidays; half holidays (Iceland's 24 December) leave a working morning. */
export function isWorkday(day: Day, country?: string | null, region?: string | null): boolean {
  if (weekendOf(country ?? '').has(weekdayOf(day))) return false;
  if (!country) return true;
  const place = placeOf(country, region);
  const year = yearOf(day);
  // A year's list holds the holidays that begin in it, and some run on into January (Eswatini's).
  return !holidaysOf(place, year).has(day) && !holidaysOf(place, year - 1).has(day);
}

function weekendOf(country: string): Set<number> {
  const known = weekends.get(country);
  if (known) return known;
  const weekend = new Set(intlWeekend(country) ?? [6, 7]);
  weekends.set(country, weekend);
  return weekend;
}

function intlWeekend(country: string): number[] | undefined {
  try {
    const locale: Intl.Locale & { getWeekInfo?: () => { weekend: number[] } } = new Intl.Locale(`und-${country}`);
    return locale.getWeekInfo?.().weekend;
  } catch {
    return undefined; // not the form of a country code
  }
}

// As date-holidays takes it: 'DE-BY', 'US-LA.NO'.
function placeOf(country: string, region: string | null | undefined): string {
  if (!region) return country.toUpperCase();
  const [whole, part] = [country.toUpperCase(), region.toUpperCase()];
  return part.startsWith(`${whole}-`) ? part : `${whole}-${part}`;
}

function holidaysOf(place: string, year: number): Set<Day> {
  const key = `${place} ${year}`;
  const known = holidays.get(key);
  if (known) return known;
  const days = new Set(listedHolidays(place, year));
  holidays.set(key, days);
  return days;
}

function listedHolidays(place: string, year: number): Day[] {
  const Rules = loadHolidays();
  return new Rules(place, { types: ['public'] }).getHolidays(year).flatMap(({ date, start, end }) => {
    // Whole days only. The hour more is for the day in spring that has 23; Turkey's Eid of 90 hours is three days and an afternoon.
    const days = Math.floor((end.getTime() - start.getTime() + HOUR) / (24 * HOUR));
    return Array.from({ length: days }, (_, n) => addDays(date.slice(0, 10), n));
  });
}

// 0.8 MB of rules and an astronomy library: only who plans by working days waits for them, once.
function loadHolidays(): typeof Holidays {
  loaded ??= createRequire(import.meta.url)('date-holidays') as typeof Holidays;
  return loaded;
}
