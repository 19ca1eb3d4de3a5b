import { addDays, type Day, yearOf } from '../calendar/day.ts';
import { instantOf } from '../calendar/instant.ts';
import { type LeapRule, occurrencesBetween } from '../calendar/occurrence.ts';
import { workdayNear } from '../calendar/workday.ts';

/** A card that an occasion sends, with its newest version. */
export interface PlanCard {
  id: string;
  version: number | null;
}

/** An occasion as planning needs it: design, section 4. */
export interface PlanOccasion {
  id: string;
  trigger: 'date' | 'years' | 'joined' | 'purchase' | 'day';
  /** For `date`: a kind, or '*' for every kind but birthday and those that have an occasion of their own (`ownKinds`). */
  dateKind: string | null;
  ownKinds?: readonly string[];
  month: number | null;
  day: number | null;
  offsetDays: number;
  hour: string;
  lateDays: number;
  lateHour: string;
  workdayRule: 'before' | 'after' | null;
  mode: 'off' | 'ask' | 'automatic';
  rank: number;
  minGapDays: number | null;
  activeSince: Day;
  /** So many days after a survey went out unanswered it is asked once more. */
  reminderDays: number | null;
  cardId: string;
  /** The newest published version: an approval of an older one no longer counts. */
  cardVersion: number | null;
  /** Other cards that take turns with it (variant.ts). */
  variants?: PlanCard[];
}

/** What happened to a customer, as far as occasions look at it. */
export interface PlanDates {
  zone: string;
  country: string;
  leapRule: LeapRule;
  joinedOn: Day | null;
  sinceOn: Day | null;
  dates: { kind: string; label: string; month: number; day: number; year: number | null }[];
  /** Not voided, oldest first. */
  purchases: { id: string; on: Day }[];
  /** Surveys that arrived and that nobody answered: what a reminder may go for. */
  unanswered: { id: string; occasionId: string; cause: string; sendOn: Day }[];
}

/** One reason to write: nothing is decided yet about caps, stops or free days. */
export interface Candidate {
  occasion: PlanOccasion;
  cause: string;
  /** `date` causes: what a customer may decline, and what the 180 days are counted by. */
  dateKind?: string;
  series?: string;
  occursOn: Day;
  /** The day it should go; yearly ones keep it, others may move up to `latestOn`. */
  sendOn: Day;
  latestOn: Day;
  yearly: boolean;
}

/** Every reason to write to one customer whose send day lies within `from` and `to` (both inclusive, local days). */
export function candidatesOf(who: PlanDates, occasions: PlanOccasion[], from: Day, to: Day): Candidate[] {
  return occasions.flatMap((occasion) =>
    occasion.mode === 'off'
      ? []
      : [...happenings(who, occasion, from, to), ...reminders(who, occasion)]
          .map((happening) => toCandidate(who, occasion, happening))
          .filter(({ sendOn }) => sendOn >= from && sendOn <= to),
  );
}

/** A reminder of another touchpoint: it has a day of its own, but no gap is counted from it or for it. */
export function isReminder(cause: string): boolean {
  return cause.startsWith('reminder:');
}

/** The instant a card goes on a local day; undefined on a day that the zone never had. */
export function dueAt(occasion: PlanOccasion, sendOn: Day, zone: string): Date | undefined {
  return instantOf(sendOn, occasion.hour, zone);
}

/** The instant after which a card is too late; at least an hour after it is due. */
export function lateAt(candidate: Candidate, due: Date, zone: string): Date {
  const { occasion, latestOn } = candidate;
  const late = instantOf(latestOn, occasion.lateHour, zone) ?? instantOf(addDays(latestOn, 1), '00:00', zone);
  return new Date(Math.max(late?.getTime() ?? 0, due.getTime() + 3_600_000));
}

/** How far a send day may lie from the day itself: the offset, and the longest run of holidays that a workday rule can cross. */
export function reach(occasion: Pick<PlanOccasion, 'offsetDays' | 'workdayRule'>): { least: number; most: number } {
  const slack = occasion.workdayRule === null ? 0 : 14;
  return { least: occasion.offsetDays - slack, most: occasion.offsetDays + slack };
}

interface Happening {
  cause: string;
  occursOn: Day;
  dateKind?: string;
  series?: string;
  /** Days from then to the card, where they are not the occasion's. */
  offsetDays?: number;
}

function happenings(who: PlanDates, occasion: PlanOccasion, from: Day, to: Day): Happening[] {
  const { least, most } = reach(occasion);
  const first = addDays(from, -most);
  const last = addDays(to, -least);
  switch (occasion.trigger) {
    case 'date':
      return yearlyDates(who, occasion, first, last);
    case 'years':
      return yearsWithUs(who, first, last);
    case 'joined':
      return joining(who, occasion, first, last);
    case 'purchase':
      return purchaseDays(who, occasion, first, last);
    case 'day':
      return fixedDay(who, occasion, first, last);
  }
}

function yearlyDates(who: PlanDates, occasion: PlanOccasion, first: Day, last: Day): Happening[] {
  const { dateKind, ownKinds = [] } = occasion;
  const fits = (kind: string) => (dateKind === '*' ? kind !== 'birthday' && !ownKinds.includes(kind) : kind === dateKind);
  return who.dates
    .filter(({ kind }) => fits(kind))
    .flatMap((date) => {
      const series = date.label === '' ? `date:${date.kind}` : `date:${date.kind}/${date.label}`;
      return occurrencesBetween(date, who.leapRule, first, last)
        .filter((occursOn) => date.year === null || yearOf(occursOn) > date.year)
        .map((occursOn) => ({ cause: `${series}:${yearOf(occursOn)}`, occursOn, dateKind: date.kind, series }));
    });
}

function yearsWithUs(who: PlanDates, first: Day, last: Day): Happening[] {
  if (who.sinceOn === null) return [];
  const [year, month, day] = who.sinceOn.split('-').map(Number) as [number, number, number];
  return occurrencesBetween({ month, day }, who.leapRule, first, last)
    .filter((occursOn) => yearOf(occursOn) > year)
    .map((occursOn) => ({ cause: `joined:${yearOf(occursOn) - year}`, occursOn, series: 'joined' }));
}

function joining(who: PlanDates, occasion: PlanOccasion, first: Day, last: Day): Happening[] {
  const on = who.joinedOn;
  return on !== null && on >= occasion.activeSince && on >= first && on <= last ? [{ cause: 'joined:0', occursOn: on }] : [];
}

function purchaseDays(who: PlanDates, occasion: PlanOccasion, first: Day, last: Day): Happening[] {
  const firstOfDay = new Map<Day, string>();
  for (const { id, on } of who.purchases) {
    if (on >= occasion.activeSince && on >= first && on <= last && !firstOfDay.has(on)) firstOfDay.set(on, id);
  }
  return Array.from(firstOfDay, ([occursOn, id]) => ({ cause: `purchase:${id}`, occursOn }));
}

function fixedDay(who: PlanDates, occasion: PlanOccasion, first: Day, last: Day): Happening[] {
  const { month, day } = occasion;
  if (month === null || day === null) return [];
  return occurrencesBetween({ month, day }, who.leapRule, first, last)
    .filter((occursOn) => occursOn >= occasion.activeSince)
    .map((occursOn) => ({ cause: `day:${occursOn}`, occursOn }));
}

/** A purchase that was voided since is not asked about again. */
function reminders(who: PlanDates, occasion: PlanOccasion): Happening[] {
  const { reminderDays } = occasion;
  if (reminderDays === null) return [];
  const bought = new Set(who.purchases.map(({ id }) => `purchase:${id}`));
  return who.unanswered
    .filter(({ occasionId, cause }) => occasionId === occasion.id && (!cause.startsWith('purchase:') || bought.has(cause)))
    .map(({ id, cause, sendOn }) => {
      const dateKind = /^date:([^/:]+)/.exec(cause)?.[1];
      const own = { cause: `reminder:${id}`, occursOn: sendOn, offsetDays: reminderDays };
      return dateKind === undefined ? own : { ...own, dateKind };
    });
}

function toCandidate(who: PlanDates, occasion: PlanOccasion, { offsetDays, ...happening }: Happening): Candidate {
  const day = addDays(happening.occursOn, offsetDays ?? occasion.offsetDays);
  const sendOn = occasion.workdayRule === null ? day : workdayNear(day, occasion.workdayRule, who.country);
  const yearly = (occasion.trigger === 'date' || occasion.trigger === 'years') && !isReminder(happening.cause);
  return { occasion, ...happening, sendOn, latestOn: addDays(sendOn, occasion.lateDays), yearly };
}
