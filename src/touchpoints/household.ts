import type { Day, TouchpointState } from '../database/schema.ts';
import type { PlanDates } from './candidates.ts';
import type { StandingStop } from './stops.ts';

// What planning knows of the customers of one address; it is loaded by facts.ts.

export interface LedgerRow {
  id: string;
  occasionId: string;
  cause: string;
  occursOn: Day;
  sendOn: Day;
  dueAt: Date;
  lateAt: Date;
  state: TouchpointState;
  reason: string | null;
  cardId: string;
  /** The newest version of a card that a member chose in place of the occasion's; null where none was chosen. */
  swappedVersion: number | null;
  /** A member chose the hour: day, instant and limit stay as they are. */
  hurried: boolean;
  held: boolean;
  approvedVersion: number | null;
  /** A message exists: whatever the state says, this one has started. */
  frozen: boolean;
}

export interface PlanCustomer extends PlanDates {
  id: string;
  email: boolean;
  basis: 'customer' | 'consent' | 'none';
  /** The last day on which mail may go to them, where the law sets one. */
  mailUntil?: Day | null;
  /** Nobody to write to: such a customer has no rows at all. */
  gone: 'erased' | 'merged' | 'deceased' | null;
  stops: StandingStop[];
  complaint: boolean;
  rows: LedgerRow[];
  /** Cards that they had of occasions with several. */
  had?: HadCard[];
}

/** A card that a customer had already, or that is on its way to them. */
export interface HadCard {
  occasionId: string;
  cause: string;
  cardId: string;
  sendOn: Day;
}

const GOING: ReadonlySet<TouchpointState> = new Set(['leased', 'handing over', 'accepted', 'deferred', 'uncertain', 'posted']);

/** It has gone, may have gone, or is about to. */
export function isGoing(state: TouchpointState): boolean {
  return GOING.has(state);
}

/** A message means that it has started, whatever the state says. */
export function hasStarted({ state, frozen }: Pick<LedgerRow, 'state' | 'frozen'>): boolean {
  return frozen || isGoing(state) || state === 'rejected';
}

/** Rows that planning may no longer touch: what has started, what a person skipped, what crashed Fondly too often. */
export function isFinal(row: Pick<LedgerRow, 'state' | 'frozen' | 'reason'>): boolean {
  return hasStarted(row) || row.state === 'skipped' || row.reason === 'crashed';
}
