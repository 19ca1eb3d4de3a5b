import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, eachDay } from '../../src/calendar/day.ts';
import { instantOf, isZone, isoWithOffset, localDayOf } from '../../src/calendar/instant.ts';
import { type Stretch, dayExists, promisedInstant, stretchesOf, timesShown } from './oracle.ts';
import { ZONE_NAMES } from './zone-names.ts';
import { SEED } from '../support/seed.ts';

// Every zone, 2020 to 2035: every change of a clock is looked at from all sides, and every zone on days picked by chance besides.
const FROM = Date.UTC(2020, 0, 1);
const TO = Date.UTC(2036, 0, 1);
const ORDINARY = ['00:00', '09:00', '23:59:59'];
const histories = new Map<string, Stretch[]>();
const zones = ZONE_NAMES.map((zone) => ({ zone, stretches: historyOf(zone) }));
const changes = zones.flatMap(({ zone, stretches }) =>
  stretches.slice(1).map((after, n) => ({ zone, stretches, before: stretches[n]!, after })),
);

test('every zone that Node knows is a zone, by each of its names', () => {
  expect(ZONE_NAMES.length).toBeGreaterThan(550);
  expect(ZONE_NAMES.filter((zone) => !isZone(zone))).toEqual([]);
});

test('the sweep sees thousands of changes, gaps and overlaps alike', () => {
  const forward = changes.filter(({ before, after }) => after.offset > before.offset);
  expect(forward.length).toBeGreaterThan(2000);
  expect(changes.length - forward.length).toBeGreaterThan(2000);
});

test('around every change of a clock, each hour is the one promised instant', () => {
  const seen = new Set<string>();
  const wrong = changes.flatMap(({ zone, stretches, before, after }) => {
    const change = `${after.start} ${before.offset} ${after.offset}`;
    const hours = seen.has(change) ? wallsOf(before, after) : [...wallsOf(before, after), ...hoursAround(before, after)];
    seen.add(change);
    return hours.flatMap(([day, hour]) => mistakes(zone, stretches, day, hour));
  });
  expect(wrong).toEqual([]);
});

test('over the days around every change, instants strictly increase', () => {
  const wrong = changes.filter(({ zone, before, after }) => {
    const day = wallOf(after.start, before.offset).day;
    const hour = wallOf(after.start, before.offset).hour;
    const instants = eachDay(addDays(day, -1), addDays(day, 1)).flatMap((each) => instantOf(each, hour, zone)?.getTime() ?? []);
    return instants.some((instant, n) => n > 0 && instant <= instants[n - 1]!);
  });
  expect(wrong.map(({ zone, after }) => `${zone} ${new Date(after.start).toISOString()}`)).toEqual([]);
});

test('at seconds picked by chance, in every zone, each hour is the one promised instant', () => {
  const seconds = fc.sample(fc.integer({ min: FROM / 1000, max: TO / 1000 - 1 }), {
    seed: 20_270_228,
    numRuns: 20 * zones.length,
  });
  const wrong = seconds.flatMap((second, n) => {
    const { zone, stretches } = zones[n % zones.length]!;
    const { day, hour } = wallOf(second * 1000, 0);
    return mistakes(zone, stretches, day, hour);
  });
  expect(wrong).toEqual([]);
});

test('what a clock shows leads back to that second, or to the same reading an overlap earlier', () => {
  const second = fc.integer({ min: FROM / 1000, max: TO / 1000 - 1 });
  const property = fc.property(fc.constantFrom(...ZONE_NAMES), second, (zone, at) => {
    const instant = new Date(at * 1000);
    const iso = isoWithOffset(instant, zone);
    const back = instantOf(localDayOf(instant, zone), iso.slice(11, 19), zone)!;
    expect(isoWithOffset(back, zone).slice(0, 19)).toBe(iso.slice(0, 19));
    expect(instant.getTime() - back.getTime()).toBeOneOf([0, 30 * 60_000, 60 * 60_000, 2 * 60 * 60_000]);
  });
  fc.assert(property, { numRuns: 3000, seed: SEED });
});

// The clock that is left, the middle between, and the clock that is reached: looked at in every zone at its every change.
function wallsOf(before: Stretch, after: Stretch): [day: string, hour: string][] {
  const [left, reached] = [after.start + before.offset, after.start + after.offset];
  const walls = [left, Math.floor((left + reached) / 2000) * 1000, reached];
  return walls.map((wall) => wallOf(wall, 0)).map(({ day, hour }) => [day, hour]);
}

// The seconds beside them, and ordinary hours of the same and the next day: once for the many zones that change in the same way at once.
function hoursAround(before: Stretch, after: Stretch): [day: string, hour: string][] {
  const [left, reached] = [after.start + before.offset, after.start + after.offset];
  const beside = [left - 1000, left + 1000, reached - 1000, reached + 1000].map((wall) => wallOf(wall, 0));
  const { day } = wallOf(left, 0);
  const ordinary = [day, addDays(day, 1)].flatMap((each) => ORDINARY.map((hour) => ({ day: each, hour })));
  return [...beside, ...ordinary].map((each) => [each.day, each.hour]);
}

function mistakes(zone: string, stretches: Stretch[], day: string, hour: string): string[] {
  const instant = instantOf(day, hour, zone);
  const promised = promisedInstant(stretches, day, hour);
  const said = (problem: string) => `${zone} ${day} ${hour}: ${problem}, got ${instant?.toISOString()}`;
  if (instant?.getTime() !== promised) return [said(`promised ${promised && new Date(promised).toISOString()}`)];
  if (instant === undefined) return dayExists(stretches, day) ? [said('that day exists')] : [];
  const iso = isoWithOffset(instant, zone);
  if (new Date(iso).getTime() !== instant.getTime()) return [said(`its text ${iso} names another instant`)];
  const shown = timesShown(stretches, day, hour) > 0;
  if (shown && !iso.startsWith(`${day}T${hour}`)) return [said(`its text ${iso} shows another hour`)];
  // Only a gap that ends at midnight (Nuuk, Scoresbysund) may push an hour over into the next day, and then to its very first instant.
  const overMidnight = !shown && iso.startsWith(`${addDays(day, 1)}T00:00:00`);
  return localDayOf(instant, zone) === day || overMidnight ? [] : [said(`it is on ${localDayOf(instant, zone)}`)];
}

// Names that Intl takes for the same zone share one history; the code under test is still asked by each name.
function historyOf(zone: string): Stretch[] {
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
  const history = histories.get(timeZone) ?? stretchesOf(timeZone, FROM, TO);
  histories.set(timeZone, history);
  return history;
}

function wallOf(ms: number, offset: number): { day: string; hour: string } {
  const text = new Date(ms + offset).toISOString();
  return { day: text.slice(0, 10), hour: text.slice(11, 19) };
}
