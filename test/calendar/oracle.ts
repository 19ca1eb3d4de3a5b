// A second way to the same answers: it reads a zone's whole history of offsets from Intl's own words ("GMT+01:00") and then only adds and
// compares. It shares nothing with the code under test, which asks Luxon for one offset at a time.

/** A time in which a zone kept one offset: from `start`, before `end`, in milliseconds since 1970. */
export type Stretch = { start: number; end: number; offset: number };

const DAY_MS = 86_400_000;

/** A zone's stretches between two instants. Exact while no zone changes twice within `step`. */
export function stretchesOf(zone: string, from: number, to: number, step = 3 * DAY_MS): Stretch[] {
  const offsetAt = offsetReader(zone);
  const stretches: Stretch[] = [{ start: -Infinity, end: Infinity, offset: offsetAt(from) }];
  for (let at = from + step; at <= to; at += step) {
    const last = stretches.at(-1)!;
    const offset = offsetAt(at);
    if (offset === last.offset) continue;
    last.end = changeBetween(at - step, at, last.offset, offsetAt);
    stretches.push({ start: last.end, end: Infinity, offset });
  }
  return stretches;
}

/** What the product promises for a day and hour; undefined when the zone skipped that day. */
export function promisedInstant(stretches: Stretch[], day: string, hour: string): number | undefined {
  if (!dayExists(stretches, day)) return undefined;
  const wall = Date.parse(`${day}T${hour}Z`);
  const shown = stretches.find(({ start, end, offset }) => wall - offset >= start && wall - offset < end);
  if (shown) return wall - shown.offset;
  return stretches.find(({ start, offset }) => start + offset > wall)!.start;
}

/** How often a zone's clocks show this hour on this day: 0, 1 or 2 times. */
export function timesShown(stretches: Stretch[], day: string, hour: string): number {
  const wall = Date.parse(`${day}T${hour}Z`);
  return stretches.filter(({ start, end, offset }) => wall - offset >= start && wall - offset < end).length;
}

export function dayExists(stretches: Stretch[], day: string): boolean {
  const midnight = Date.parse(day);
  return stretches.some(({ start, end, offset }) => start + offset < midnight + DAY_MS && end + offset > midnight);
}

function offsetReader(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (ms) => {
    const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(ms)) ?? [];
    const offset = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
    return sign === '-' ? -offset : offset;
  };
}

function changeBetween(from: number, to: number, oldOffset: number, offsetAt: (ms: number) => number): number {
  let [old, changed] = [from / 1000, to / 1000];
  while (changed - old > 1) {
    const middle = Math.floor((old + changed) / 2);
    if (offsetAt(middle * 1000) === oldOffset) old = middle;
    else changed = middle;
  }
  return changed * 1000;
}
