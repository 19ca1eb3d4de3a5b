import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { nextTry } from '../mail/backoff.ts';
import type { SendResult } from '../mail/mailer.ts';
import type { Claim } from './claim.ts';
import type { Load } from './load.ts';
import type { Reason } from './reasons.ts';

/** How a touchpoint goes on. `reason` is null only for accepted ones. */
export interface Verdict {
  state: 'accepted' | 'deferred' | 'rejected' | 'uncertain' | 'blocked';
  reason: Reason | null;
  nextAt?: Date;
}

/** A verdict to be written, with the try that led to it; without one nothing has left, and the row is still leased. */
export interface Settlement {
  claim: Claim;
  customerId: string;
  verdict: Verdict;
  now: Date;
  attempt?: { n: number; stage: string; code: number | null; words: string };
}

type Refused = Exclude<SendResult, { kind: 'accepted' }>;

/**
 * What the server's answer means for the touchpoint. `attempt` counts tries from 1. Pure. An answer that never came is asked about or, once,
 * tried again, as the business wants it.
 */
export function judge(load: Load, result: SendResult, attempt: number, now: Date, random: () => number): Verdict {
  if (result.kind === 'accepted') return { state: 'accepted', reason: null };
  if (result.kind === 'uncertain') return unsureVerdict(load, now, random);
  // The business is at fault here and is paused: the card waits for it, and goes if that is put right in time.
  const forGood = result.kind === 'rejected' && result.cause !== 'policy';
  if (forGood)
    return { state: load.unsure ? 'uncertain' : 'rejected', reason: load.unsure ? 'no answer' : refusalReason(result) };
  const wait = nextTry(attempt, random);
  if (wait === undefined) return { state: load.unsure ? 'uncertain' : 'rejected', reason: load.unsure ? 'no answer' : 'gave up' };
  return { state: 'deferred', reason: refusalReason(result), nextAt: notAfter(now.getTime() + wait, load.lateAt) };
}

function unsureVerdict(load: Load, now: Date, random: () => number): Verdict {
  const again = load.business.uncertain_policy === 'retry' && !load.unsure;
  if (!again) return { state: 'uncertain', reason: 'no answer' };
  return { state: 'deferred', reason: 'no answer', nextAt: notAfter(now.getTime() + (nextTry(1, random) ?? 0), load.lateAt) };
}

function notAfter(ms: number, limit: Date): Date {
  return new Date(Math.min(ms, limit.getTime()));
}

function refusalReason(result: Refused): Reason {
  switch (result.cause) {
    case 'address':
      return 'address refused';
    case 'mailbox-full':
      return 'mailbox full';
    case 'policy':
      return 'mail refused';
    case 'content':
      return 'content refused';
    case 'connection':
      return 'no connection';
    case 'busy':
      return 'server busy';
    case 'auth':
      return 'sign-in refused';
    case 'bug':
      return 'our mistake';
  }
}

/**
 * Writes verdicts, many in one statement. (The `limit` changes nothing but the planner's guess of a hundred rows, for which it reads whole
 * tables.) One that comes late is still the truth while nobody has claimed the row anew: it corrects what
 * was made of our silence meanwhile. Returns, in order, whether the row was still ours.
 */
export async function settle(db: Db, settlements: readonly Settlement[]): Promise<boolean[]> {
  const { rows } = await sql<{ id: string }>`/* prepared: settle */
    with a as (
      select * from jsonb_to_recordset(${JSON.stringify(settlements.map(toRecord))}::jsonb) as a(business_id uuid, id uuid, customer_id uuid, fence int,
        state text, reason text, next_at timestamptz, n int, stage text, code int, at timestamptz, words text)
      limit ${settlements.length}
    ), tried as (
      update attempt t set stage = a.stage, code = a.code, at = a.at from a
      where t.business_id = a.business_id and t.touchpoint_id = a.id and t.n = a.n
    ), said as (
      insert into attempt_reply (business_id, touchpoint_id, n, customer_id, words)
      select a.business_id, a.id, a.n, a.customer_id, a.words from a
        join person p on p.business_id = a.business_id and p.customer_id = a.customer_id
        join attempt t on t.business_id = a.business_id and t.touchpoint_id = a.id and t.n = a.n
      where a.words <> '' on conflict do nothing
    )
    update touchpoint t set state = a.state, reason = a.reason, next_at = a.next_at, lease_until = null, queued_until = null
    from a
    where t.business_id = a.business_id and t.id = a.id and t.fence = a.fence and case
      when a.n is null then t.state = 'leased'
      when t.state = 'handing over' then true
      else t.state in ('uncertain', 'deferred') and a.state <> 'uncertain' end
    returning t.id`.execute(db);
  const settled = new Set(rows.map(({ id }) => id));
  return settlements.map(({ claim }) => settled.has(claim.id));
}

const LONGEST_WORDS = 2000;

function toRecord({ claim, customerId, verdict, now, attempt }: Settlement) {
  return {
    business_id: claim.businessId,
    id: claim.id,
    customer_id: customerId,
    fence: claim.fence,
    state: verdict.state,
    reason: verdict.reason,
    next_at: verdict.nextAt ?? null,
    n: attempt?.n ?? null,
    stage: attempt?.stage ?? null,
    code: attempt?.code ?? null,
    at: now,
    words: (attempt?.words ?? '').slice(0, LONGEST_WORDS).replaceAll('\0', ' ').toWellFormed(),
  };
}
