import { localDayOf } from '../calendar/instant.ts';
import type { Day } from '../database/schema.ts';

/** A day and month as the language writes them, in the country's manner: 14 March in Britain, March 14 in America. A whole day has its year too. */
export function dayText(day: { month: number; day: number } | Day, language: string, country: string): string {
  const whole = typeof day === 'string';
  // A leap year, so that 29 February is one.
  const at = whole ? new Date(day) : new Date(Date.UTC(2000, day.month - 1, day.day));
  return formatOf(language, country, { day: 'numeric', month: 'long', ...(whole && { year: 'numeric' }) }).format(at);
}

/** January first, as they stand beside a day. */
export function monthNames(language: string, country: string): string[] {
  const format = formatOf(language, country, { month: 'long' });
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2000, month, 1)));
}

/** In which order they are read: day first in Germany, month first in America, year first in China. */
export function dayOrder(language: string, country: string): ('day' | 'month' | 'year')[] {
  const written = formatOf(language, country, { day: 'numeric', month: 'long', year: 'numeric' }).formatToParts(0);
  return written.map(({ type }) => type).filter((type) => type === 'day' || type === 'month' || type === 'year');
}

const inEnglish = new Intl.DisplayNames('en', { type: 'language' });

/** As members read it: 'German'. */
export function languageInEnglish(language: string): string {
  return inEnglish.of(language) ?? language;
}

/** As those who speak it read it: 'Deutsch'. */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
}

/** A moment by the clock of a zone, as members read it: "Sun 22 Nov, 09:00"; with the year where it is not this one. */
export function moment(at: Date, zone: string, now?: Date): string {
  const year = now !== undefined && at.getUTCFullYear() === now.getUTCFullYear() ? {} : { year: 'numeric' as const };
  const day = { weekday: 'short', day: 'numeric', month: 'short', ...year } as const;
  return format(at, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone });
}

/** A day as members read it: "Sunday, 22 November"; with the year where it is not the one of `today`. */
export function dayWords(day: Day, today?: Day): string {
  const year = today !== undefined && day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const };
  return format(new Date(day), { weekday: 'long', day: 'numeric', month: 'long', ...year, timeZone: 'UTC' });
}

/** '09:00' on a zone's clock. */
export function hour(at: Date, zone: string): string {
  return moment(at, zone).slice(-5);
}

/** "America/New_York" is "New York" to people. */
export function placeOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** The day on the shop's own calendar. */
export function todayOf({ business, now }: { business: { zone: string }; now: Date }): Day {
  return localDayOf(now, business.zone);
}

// Making a format costs a hundred times as much as using it.
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: Date, how: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(how);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', how);
  if (formats.size < 500) formats.set(key, known);
  return known.format(at);
}

// Some countries write other calendars; the days that people give here are of this one.
function formatOf(language: string, country: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = new Intl.Locale(language, country === '' ? {} : { region: country });
  return new Intl.DateTimeFormat(locale, { ...how, calendar: 'gregory', timeZone: 'UTC' });
}
