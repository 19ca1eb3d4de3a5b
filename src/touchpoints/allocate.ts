import { addDays, type Day, daysBetween } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { type Candidate, candidatesOf, dueAt, lateAt, type PlanCard, type PlanOccasion } from './candidates.ts';
import { hasStarted, isFinal, type LedgerRow, type PlanCustomer } from './household.ts';
import type { Reason } from './reasons.ts';
import { isAfterLast, stopReason } from './stops.ts';
import { TakenDays } from './taken-days.ts';
import { Turns } from './variant.ts';

/** A row as the ledger should hold it. */
export interface Wanted {
  customerId: string;
  occasionId: string;
  cause: string;
  occursOn: Day;
  sendOn: Day;
  dueAt: Date;
  lateAt: Date;
  state: 'planned' | 'waiting' | 'held' | 'blocked' | 'expired';
  reason: Reason | null;
  cardId: string;
  /** Pinned by an approval that still counts. */
  cardVersion: number | null;
}

/**
 * The span of planning: from `now` up to and including the local day `to`, the same for every zone. After a silence longer than the
 * horizon, `missedSince` is the last day that was planned: what fell due since stands in the ledger as expired.
 */
export interface PlanSpan {
  now: Date;
  to: Day;
  missedSince: Day | null;
}

const SAME_YEAR_DAYS = 180;

/**
 * What should stand in the ledger for one household (the customers of one address), apart from what has started or was skipped by
 * a person. Pure, and the whole answer: planning anew from nothing gives the same rows (design, sections 2 and 4).
 */
export function allocate(household: PlanCustomer[], occasions: PlanOccasion[], span: PlanSpan): Wanted[] {
  const asked = household.flatMap((who) => (who.gone === null ? asks(who, occasions, span) : []));
  const days = new TakenDays(household, occasions);
  const turns = new Turns();
  const yearly = asked.filter(({ candidate }) => candidate.yearly).toSorted(byRank);
  const others = asked.filter(({ candidate }) => !candidate.yearly).toSorted(byRank);
  return [...yearly.map((ask) => keepDay(ask, days, turns)), ...others.map((ask) => findDay(ask, days, turns))].filter(
    (row) => row !== undefined,
  );
}

interface Ask {
  who: PlanCustomer;
  candidate: Candidate;
  reason: Reason | null;
  row: LedgerRow | undefined;
  missed: boolean;
  written: boolean;
}

/** What is too late still stands in its day, so that the hour alone moves nobody else's card; only its row is no longer written. */
const LOOK_BACK_DAYS = 60;

function asks(who: PlanCustomer, occasions: PlanOccasion[], span: PlanSpan): Ask[] {
  const today = localDayOf(span.now, who.zone);
  const since = span.missedSince ?? today;
  return occasions
    .flatMap((occasion) =>
      candidatesOf(who, [occasion], addDays(earlier(since, today), -occasion.lateDays - LOOK_BACK_DAYS), span.to),
    )
    .map((candidate) => toAsk(who, candidate, span))
    .filter(({ row }) => row === undefined || !isFinal(row));
}

function toAsk(who: PlanCustomer, happening: Candidate, { now, missedSince }: PlanSpan): Ask {
  const row = rowOf(who, happening);
  const asked = row?.hurried ? { ...happening, sendOn: row.sendOn, latestOn: row.sendOn } : happening;
  const candidate = { ...asked, latestOn: latestFor(who, asked) };
  const times = timesOf(candidate, row, candidate.sendOn, who.zone);
  const missed = times === undefined || times.late <= now;
  // Never in the ledger, because Fondly was off: that is added when it is too late already.
  const untold = missedSince !== null && row === undefined && candidate.sendOn > missedSince;
  return { who, candidate, row, reason: reasonAgainst(who, candidate), missed, written: !missed || untold };
}

/** It neither moves nor waits past the last day on which mail may go to them. */
function latestFor({ mailUntil: until }: PlanCustomer, { sendOn, latestOn }: Candidate): Day {
  return typeof until === 'string' && until >= sendOn ? earlier(latestOn, until) : latestOn;
}

/** When it goes, if it goes on this day, and when it is too late. */
function timesOf(
  candidate: Candidate,
  row: LedgerRow | undefined,
  sendOn: Day,
  zone: string,
): { due: Date; late: Date } | undefined {
  if (row?.hurried) return { due: row.dueAt, late: row.lateAt };
  const due = dueAt(candidate.occasion, sendOn, zone);
  return due && { due, late: lateAt(candidate, due, zone) };
}

function earlier(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function rowOf(who: PlanCustomer, { occasion, cause }: Candidate): LedgerRow | undefined {
  return who.rows.find((row) => row.occasionId === occasion.id && row.cause === cause);
}

/** Why this customer cannot have this card, caps aside; the first that holds. */
function reasonAgainst(who: PlanCustomer, candidate: Candidate): Reason | null {
  const { occasion, dateKind = null, sendOn } = candidate;
  const stopped = stopReason(who.stops, { occasionId: occasion.id, dateKind, sendOn });
  if (stopped !== undefined) return stopped;
  if (who.basis === 'none') return 'no basis';
  if (isAfterLast(sendOn, who.mailUntil)) return 'consent ended';
  if (!who.email) return 'no email';
  if (who.complaint) return 'open complaint';
  return repeatsSameYear(who, candidate) ? 'too soon' : null;
}

/** A birthday corrected after its card brings no second card: 180 days between two cards of one date. */
function repeatsSameYear(who: PlanCustomer, { occasion, series, cause, occursOn }: Candidate): boolean {
  if (series === undefined) return false;
  return who.rows.some(
    (row) =>
      hasStarted(row) &&
      row.occasionId === occasion.id &&
      row.cause !== cause &&
      row.cause.startsWith(`${series}:`) &&
      row.cause !== 'joined:0' &&
      Math.abs(daysBetween(row.occursOn, occursOn)) < SAME_YEAR_DAYS,
  );
}

function byRank(a: Ask, b: Ask): number {
  return (
    compare(a.candidate.sendOn, b.candidate.sendOn) ||
    a.candidate.occasion.rank - b.candidate.occasion.rank ||
    compare(a.candidate.occasion.id, b.candidate.occasion.id) ||
    compare(a.who.id, b.who.id) ||
    compare(a.candidate.cause, b.candidate.cause)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A yearly date keeps its day; of two on one day the lower rank goes and the other is capped. */
function keepDay(ask: Ask, days: TakenDays, turns: Turns): Wanted | undefined {
  const { candidate, who } = ask;
  const capped = ask.reason === null && days.isTaken(who, candidate.sendOn);
  if (ask.reason === null && !capped) days.take(who, candidate, candidate.sendOn, ask.missed);
  return toWanted(ask, candidate.sendOn, capped ? 'capped' : ask.reason, turns);
}

/** Anything else moves to the next free day within its late policy, and keeps its gap to the last of its kind. */
function findDay(ask: Ask, days: TakenDays, turns: Turns): Wanted | undefined {
  const { candidate, who } = ask;
  if (ask.reason !== null) return toWanted(ask, candidate.sendOn, ask.reason, turns);
  for (let day = candidate.sendOn; day <= candidate.latestOn; day = addDays(day, 1)) {
    if (days.isTaken(who, day) || days.isAddressTaken(day) || dueAt(candidate.occasion, day, who.zone) === undefined) continue;
    if (days.isTooSoon(who, candidate, day)) return toWanted(ask, candidate.sendOn, 'too soon', turns);
    days.take(who, candidate, day, ask.missed);
    return toWanted(ask, day, null, turns);
  }
  return toWanted(ask, candidate.sendOn, 'capped', turns);
}

function toWanted(ask: Ask, sendOn: Day, why: Reason | null, turns: Turns): Wanted | undefined {
  const { who, candidate, row, missed, written } = ask;
  if (!written) return undefined;
  const { occasion, cause, occursOn } = candidate;
  const times = timesOf(candidate, row, sendOn, who.zone);
  if (times === undefined) return undefined;
  const reason = missed ? (why ?? 'not running') : why;
  const card = turns.cardFor(who, candidate, row);
  const state = missed ? 'expired' : stateOf(occasion, card, row, reason);
  if (reason === null) turns.take(who, candidate, card);
  return {
    customerId: who.id,
    occasionId: occasion.id,
    cause,
    occursOn,
    sendOn,
    dueAt: times.due,
    lateAt: times.late,
    state,
    reason,
    cardId: card.id,
    cardVersion: isApproved(card, row) ? card.version : null,
  };
}

function stateOf(occasion: PlanOccasion, card: PlanCard, row: LedgerRow | undefined, reason: Reason | null): Wanted['state'] {
  if (reason !== null) return 'blocked';
  if (row?.held) return 'held';
  return occasion.mode === 'ask' && !isApproved(card, row) ? 'waiting' : 'planned';
}

/** An approval counts for the card and the version that it was given for. */
function isApproved(card: PlanCard, row: LedgerRow | undefined): boolean {
  return row !== undefined && row.approvedVersion !== null && row.cardId === card.id && row.approvedVersion === card.version;
}
