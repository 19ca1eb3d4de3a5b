import type { Selectable } from 'kysely';
import { isMonthDay } from '../calendar/occurrence.ts';
import type { Database } from '../database/schema.ts';

export type Occasion = Selectable<Database['occasion']>;

/** What a member may change about an occasion. Its trigger is what it is, and stays. */
export interface OccasionChange {
  name?: string;
  offsetDays?: number;
  /** Local, 'HH:MM'. */
  hour?: string;
  lateDays?: number;
  lateHour?: string;
  workdayRule?: 'before' | 'after' | null;
  mode?: Occasion['mode'];
  rank?: number;
  minGapDays?: number | null;
  cardId?: string;
  surveyId?: string | null;
  /** A survey that nobody answered is asked once more after so many days; never for null. */
  reminderDays?: number | null;
  /** For yearly dates: 'birthday', 'anniversary', a kind of the business's own, or '*' for all that have no occasion of their own. */
  dateKind?: string;
  /** For a fixed day. */
  month?: number;
  day?: number;
}

export type OccasionField = keyof OccasionChange;

/** What one field was shown as, what another member has made of it meanwhile, and what is asked for now. */
export interface Conflict {
  field: OccasionField;
  theirs: unknown;
  yours: unknown;
}

const COLUMNS: Record<OccasionField, keyof Occasion> = {
  name: 'name',
  offsetDays: 'offset_days',
  hour: 'hour',
  lateDays: 'late_days',
  lateHour: 'late_hour',
  workdayRule: 'workday_rule',
  mode: 'mode',
  rank: 'rank',
  minGapDays: 'min_gap_days',
  cardId: 'card_id',
  surveyId: 'survey_id',
  reminderDays: 'reminder_days',
  dateKind: 'date_kind',
  month: 'month',
  day: 'day',
};

/** An occasion as a form shows it, hours without seconds. */
export function shapeOf(occasion: Occasion): Record<OccasionField, string | number | null> {
  const fields = Object.keys(COLUMNS) as OccasionField[];
  return Object.fromEntries(fields.map((field) => [field, shown(field, occasion)])) as Record<
    OccasionField,
    string | number | null
  >;
}

/** A change as columns of the table. */
export function columnsOf(change: OccasionChange): Partial<Occasion> {
  const asked = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries(asked.map(([key, value]) => [COLUMNS[key as OccasionField], tidy(key as OccasionField, value)]));
}

/**
 * Of a change to what was shown: what it really asks for, and where somebody else was quicker. A field that was left as it was shown
 * asks for nothing, so two members who change different fields both have their way.
 */
export function compareWithShown(
  occasion: Occasion,
  change: OccasionChange,
  seen: OccasionChange | undefined,
): { change: OccasionChange; conflicts: Conflict[] } {
  if (seen === undefined) return { change, conflicts: [] };
  const now = shapeOf(occasion);
  const fields = (Object.keys(change) as OccasionField[]).filter((field) => !same(change[field], seen[field]));
  const conflicts = fields
    .filter((field) => field in seen && !same(now[field], seen[field]) && !same(now[field], change[field]))
    .map((field) => ({ field, theirs: now[field], yours: change[field] }));
  return { change: Object.fromEntries(fields.map((field) => [field, change[field]])) as OccasionChange, conflicts };
}

const LONGEST_NAME = 60;

/** Why an occasion cannot be so, as a sentence; undefined when it can. Whether its card and survey exist is asked elsewhere. */
export function problemWithOccasion(change: OccasionChange, trigger: Occasion['trigger']): string | undefined {
  const name = change.name?.trim();
  if (name === '') return 'Give the occasion a name.';
  if (name !== undefined && name.length > LONGEST_NAME)
    return `The name is longer than ${LONGEST_NAME} letters. Make it shorter.`;
  return problemWithDays(change, trigger) ?? problemWithHours(change) ?? problemWithTrigger(change, trigger);
}

function problemWithDays(change: OccasionChange, trigger: Occasion['trigger']): string | undefined {
  if (!isWhole(change.offsetDays, -180, 180)) return 'A card can go at most 180 days before or after the day.';
  if ((change.offsetDays ?? 0) < 0 && (trigger === 'purchase' || trigger === 'joined'))
    return 'Nobody knows beforehand that it will happen. Let the card go on the day, or after it.';
  if (!isWhole(change.lateDays, 0, 180)) return 'A card can be at most 180 days late.';
  if (!isWhole(change.rank, 0, 1_000_000)) return 'The rank is a whole number; the lower one goes first.';
  if (!isWhole(change.minGapDays ?? undefined, 0, 3_650)) return 'The days between two cards are a whole number, or nothing.';
  if (!isWhole(change.reminderDays ?? undefined, 1, 30)) return 'A reminder goes 1 to 30 days after the survey, or never.';
  return undefined;
}

function problemWithHours({ hour, lateHour }: OccasionChange): string | undefined {
  const wrong = [hour, lateHour].filter((one) => one !== undefined).find((one) => !/^([01]\d|2[0-3]):[0-5]\d(:00)?$/.test(one));
  return wrong === undefined ? undefined : `"${wrong}" is no time of day. Write it like 09:00.`;
}

function problemWithTrigger({ dateKind, month, day }: OccasionChange, trigger: Occasion['trigger']): string | undefined {
  if (dateKind !== undefined && trigger !== 'date') return 'Only an occasion for yearly dates has a kind of date.';
  if (dateKind !== undefined && !/^(\*|[\p{L}\p{N}][\p{L}\p{N}-]{0,39})$/u.test(dateKind))
    return 'Name the day in a few words, such as "name day".';
  if (month === undefined && day === undefined) return undefined;
  if (trigger !== 'day') return 'Only an occasion for a fixed day has a day of its own.';
  return isMonthDay({ month: month ?? 0, day: day ?? 0 }) ? undefined : 'There is no such day. Choose a day that the month has.';
}

function isWhole(number: number | undefined, least: number, most: number): boolean {
  return number === undefined || (Number.isInteger(number) && number >= least && number <= most);
}

function shown(field: OccasionField, occasion: Occasion): string | number | null {
  const value = occasion[COLUMNS[field]] as string | number | null;
  return isHour(field) && typeof value === 'string' ? value.slice(0, 5) : value;
}

// PostgreSQL gives times back with seconds: written alike, an unchanged hour is seen as unchanged.
function tidy(field: OccasionField, value: unknown): unknown {
  if (isHour(field) && typeof value === 'string' && value.length === 5) return `${value}:00`;
  return field === 'name' && typeof value === 'string' ? value.trim() : value;
}

function same(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}

function isHour(field: OccasionField): boolean {
  return field === 'hour' || field === 'lateHour';
}
