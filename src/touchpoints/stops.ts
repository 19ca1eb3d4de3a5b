import type { Day } from '../calendar/day.ts';
import type { Reason } from './reasons.ts';

/** A stop on a customer or on the customer's address, not lifted. */
export interface StandingStop {
  kind: string;
  occasionId: string | null;
  dateKind: string | null;
  until: Day | null;
}

/** What a stop is held against: one occasion, the date it is about, and the local day it would go. */
export interface Sending {
  occasionId: string;
  dateKind: string | null;
  sendOn: Day;
}

const reasons: readonly (readonly [string, Reason])[] = [
  ['erased', 'erased'],
  ['deceased', 'deceased'],
  ['unsubscribed', 'unsubscribed'],
  ['complained', 'complained'],
  ['hard bounce', 'hard bounce'],
  ['consent ended', 'consent ended'],
  ['paused', 'paused by customer'],
  ['occasion', 'occasion declined'],
  ['date', 'date declined'],
];

/** Why none of this may be sent, or undefined: stops win over everything, and the gravest speaks. */
export function stopReason(stops: readonly StandingStop[], sending: Sending): Reason | undefined {
  return reasons.find(([kind]) => stops.some((stop) => stop.kind === kind && holds(stop, sending)))?.[1];
}

/** Whether the law's last day for mail to a customer (customers/mail-until.ts) lies before the day it would go. */
export function isAfterLast(sendOn: Day, mailUntil: Day | null | undefined): boolean {
  return typeof mailUntil === 'string' && sendOn > mailUntil;
}

function holds(stop: StandingStop, sending: Sending): boolean {
  if (stop.kind === 'paused') return stop.until !== null && sending.sendOn < stop.until;
  if (stop.kind === 'occasion') return stop.occasionId === sending.occasionId;
  if (stop.kind === 'date') return stop.dateKind === sending.dateKind;
  return true;
}
