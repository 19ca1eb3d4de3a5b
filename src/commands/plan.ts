import type { Kysely } from 'kysely';
import { type Day, daysBetween } from '../calendar/day.ts';
import { instantOf, isoWithOffset, localDayOf } from '../calendar/instant.ts';
import type { Business } from '../businesses/business.ts';
import type { Database, TouchpointState } from '../database/schema.ts';
import { boardOf, type BoardRow } from '../touchpoints/board.ts';
import { planAhead } from '../touchpoints/plan.ts';
import { sentenceFor } from '../touchpoints/reasons.ts';
import { businessNamed, withApp } from './run.ts';
import { count, say, sayJson, table, UsageTrouble } from './say.ts';

export interface Range {
  business: string;
  from: Day;
  to: Day;
  json?: boolean;
}

/** One card that goes, in the words that others may rely on. */
export interface Going {
  customer: string;
  email: string | null;
  occasion: string;
  day: Day;
  /** With the customer's offset: 2027-02-28T09:00:00+01:00. */
  sendAt: string;
  state: TouchpointState;
  reason: string | null;
}

export interface Without extends Pick<Going, 'customer' | 'email' | 'occasion' | 'day'> {
  reason: string;
}

/** Says what will go out on these days, and who will get nothing and why. Plans in a transaction that is undone. */
export async function plan(range: Range): Promise<void> {
  checkRange(range);
  await withApp(async ({ db, now }) => {
    const business = await businessNamed(db, range.business);
    const rows = await planned(db, business, range, now());
    const touchpoints = rows.filter((row) => goes(row.state)).map(goingOf);
    const without = rows.filter((row) => staysAway(row.state)).map(withoutOf);
    if (range.json) return sayJson({ touchpoints, without });
    say(...inWords(business, range, touchpoints, without));
  });
}

const MOST_DAYS = 3660;

export function checkRange({ from, to }: Range): void {
  if (from > to) throw new UsageTrouble(`--from ${from} is after --to ${to}. Turn them round.`);
  if (daysBetween(from, to) > MOST_DAYS) throw new UsageTrouble('That is more than ten years. Choose a shorter time.');
}

/** The first moment at which it is this day anywhere: nobody's morning there is missed. */
export function startOf(day: Day): Date {
  return instantOf(day, '00:00', 'Pacific/Kiritimati') ?? new Date(`${day}T00:00:00Z`);
}

export function goes(state: TouchpointState): boolean {
  return !staysAway(state) && state !== 'cancelled';
}

export function staysAway(state: TouchpointState): boolean {
  return state === 'blocked' || state === 'expired' || state === 'skipped';
}

export function goingOf(row: BoardRow): Going {
  const { customer, email, occasion, day, state } = row;
  const reason = row.reason === null ? null : sentenceFor(row.reason);
  return { customer, email, occasion, day, sendAt: isoWithOffset(row.dueAt, row.zone), state, reason };
}

export function withoutOf({ customer, email, occasion, day, reason }: BoardRow): Without {
  return { customer, email, occasion, day, reason: sentenceFor(reason ?? 'late') };
}

async function planned(db: Kysely<Database>, business: Business, { from, to }: Range, now: Date): Promise<BoardRow[]> {
  const past = from < localDayOf(now, business.zone);
  const trx = await db.startTransaction().execute();
  try {
    await planAhead(trx, business.id, past ? startOf(from) : now, to);
    return await boardOf(trx, business.id, from, to);
  } finally {
    await trx.rollback().execute();
  }
}

/** A friendly list by day. */
export function inWords(business: Business, { from, to }: Range, touchpoints: Going[], without: Without[]): string[] {
  const days = [...new Set(touchpoints.map(({ day }) => day))];
  const cards = days.flatMap((day) => ['', longDay(day), ...table(touchpoints.filter((card) => card.day === day).map(cells))]);
  const nobody = without.map((person) => [`  ${person.day}`, person.customer, person.occasion, person.reason]);
  return [
    `${business.name}, ${longDay(from)} to ${longDay(to)}: ${count(touchpoints.length, 'card')}.`,
    ...cards,
    ...(without.length > 0 ? ['', `Without a card (${without.length}):`, ...table(nobody)] : []),
  ];
}

function cells({ sendAt, occasion, customer, email, state, reason }: Going): string[] {
  const more =
    state === 'planned' || state === 'accepted'
      ? state === 'accepted'
        ? 'sent'
        : ''
      : `${state}${reason === null ? '' : `: ${reason}`}`;
  return [`  ${sendAt.slice(11, 16)}`, occasion, customer, email ?? '', more];
}

function longDay(day: Day): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(day));
}
