import { IANAZone } from 'luxon';
import { type Day, MS_PER_DAY, dayFromNumber, dayNumber } from './day.ts';

/** A local time of day: 'HH:MM', or 'HH:MM:SS' as PostgreSQL's `time` gives it. */
export type Hour = string;

// No clock is further from UTC than this (Manila's was 15:56 behind until 1844), and none ever changed twice within three days
// (closest: Freetown in 1939, 95 hours; all of tzdata 2025b). So one look on either side of a wall time sees every offset it can have.
const FURTHEST_OFFSET = 16 * 3_600_000;

// ICU takes these for zones, each for one of several meanings: BST is Dhaka to it, AST Anchorage, IST India.
const AMBIGUOUS = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

const MOST_REMEMBERED = 25_000;
const resolved = new Map<string, number>();
const zoneNames = new Map<string, boolean>();

/**
 * The instant at which a zone's clocks show this hour on this day. An hour that the clocks skip gives the first instant after the gap (where
 * the gap ends at midnight, as each spring in Nuuk, that is the next day's first instant); an hour that comes twice gives the earlier.
 * Undefined when the zone skipped the whole day (Apia, 2011-12-30). A wrong day, hour or zone throws a RangeError.
 */
export function instantOf(day: Day, hour: Hour, zone: string): Date | undefined {
  const key = `${zone} ${day} ${hour}`;
  const ms = resolved.get(key) ?? remember(resolved, key, resolve(dayNumber(day) * MS_PER_DAY, msOfHour(hour), zone));
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** The day that a zone's calendars show at an instant. */
export function localDayOf(instant: Date, zone: string): Day {
  return dayFromNumber(Math.floor((instant.getTime() + offsetAt(instant.getTime(), zone)) / MS_PER_DAY));
}

/** ISO 8601 with the zone's offset, to the second: '2027-02-28T09:00:00+01:00'. UTC is written +00:00. */
export function isoWithOffset(instant: Date, zone: string): string {
  // Offsets of before 1972 may have seconds, which ISO cannot say. Rounded on both sides, the text still names the same instant.
  const minutes = Math.round(offsetAt(instant.getTime(), zone) / 60_000);
  const wall = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, -'.000Z'.length);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${wall}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

/**
 * Whether this names a time zone by which we can plan: an IANA name of any age ('Asia/Kolkata', 'Asia/Calcutta', 'UTC').
 * Bare offsets know no summer time, and letters such as BST mean several places: both are refused.
 */
export function isZone(name: string): boolean {
  return (
    zoneNames.get(name) ??
    remember(zoneNames, name, /^[a-z]/i.test(name) && !AMBIGUOUS.has(name.toUpperCase()) && intlKnows(name))
  );
}

/**
 * The zone that somebody means by its name or its city alone: 'London' is Europe/London, 'new york' America/New_York. Undefined when it is
 * none, or several.
 */
export function zoneMeant(text: string): string | undefined {
  const name = text.trim();
  if (isZone(name)) return name;
  const city = `/${name.toLowerCase().replaceAll(/\s+/g, '_')}`;
  const [one, second] = Intl.supportedValuesOf('timeZone').filter((zone) => zone.toLowerCase().endsWith(city));
  return second === undefined ? one : undefined;
}

// Milliseconds since 1970, or NaN when the zone skipped the whole day.
function resolve(dayStart: number, sinceMidnight: number, zone: string): number {
  const wall = dayStart + sinceMidnight;
  const before = offsetAt(wall - FURTHEST_OFFSET, zone);
  const after = offsetAt(wall + FURTHEST_OFFSET, zone);
  // Of an hour that comes twice, the one by the offset of before is the earlier.
  if (before === after || offsetAt(wall - before, zone) === before) return wall - before;
  if (offsetAt(wall - after, zone) === after) return wall - after;
  const gapEnd = changeBetween(wall - FURTHEST_OFFSET, wall + FURTHEST_OFFSET, after, zone);
  const skippedWhole = gapEnd + before <= dayStart && gapEnd + after >= dayStart + MS_PER_DAY;
  return skippedWhole ? Number.NaN : gapEnd;
}

// The first instant that has the new offset. Clocks change on whole seconds, and both ends are whole seconds.
function changeBetween(from: number, to: number, newOffset: number, zone: string): number {
  let [old, changed] = [from, to];
  while (changed - old > 1000) {
    const middle = Math.floor((old + changed) / 2000) * 1000;
    if (offsetAt(middle, zone) === newOffset) changed = middle;
    else old = middle;
  }
  return changed;
}

// Milliseconds ahead of UTC.
function offsetAt(ms: number, zone: string): number {
  const offset = Math.round(IANAZone.create(zone).offset(ms) * 60_000);
  if (Number.isNaN(offset)) throw new RangeError(`No offset for time zone ${JSON.stringify(zone)} at ${ms}`);
  return offset;
}

function msOfHour(hour: Hour): number {
  const [, hours, minutes, seconds] = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(hour) ?? [];
  if (hours === undefined) throw new RangeError(`Not a time of day: ${JSON.stringify(hour)}`);
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
}

function intlKnows(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

// A planner asks for the same few thousand hours 100,000s of times. Full means emptied: what is still asked for comes back at once.
function remember<T>(memory: Map<string, T>, key: string, value: T): T {
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(key, value);
  return value;
}
