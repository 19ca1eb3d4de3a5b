import { parseDay } from '../calendar/day.ts';
import type { Day } from '../database/schema.ts';
import { idIn } from './visit.ts';

// Where a list goes on, as its address says it: what the last line stood at, and which one it was.

/** "1795770000000.<id>" is a moment and an id; undefined for anything else. */
export function momentPlace(text = ''): { at: Date; id: string } | undefined {
  const [ms = '', id] = text.split('.');
  const known = idIn(id);
  return /^\d{1,14}$/.test(ms) && known !== undefined ? { at: new Date(Number(ms)), id: known } : undefined;
}

/** "2027-03-14.<id>" is a day and an id; undefined for anything else. */
export function dayPlace(text = ''): { day: Day; id: string } | undefined {
  const [first = '', id] = text.split('.');
  const day = parseDay(first);
  const known = idIn(id);
  return day !== undefined && known !== undefined ? { day, id: known } : undefined;
}
