import { setTimeout as sleep } from 'node:timers/promises';
import { pauseBusiness } from '../businesses/business.ts';
import { type Actor, inOneCommit } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import { openFollowUp } from '../customers/follow-ups.ts';
import { markForReplan } from '../customers/replan.ts';
import { addStop } from '../customers/stops.ts';
import { isPassing, retrying } from '../database/connect.ts';
import type { Mailer, SendResult, Slot, Unavailable } from '../mail/mailer.ts';
import { type Claim, claimTouchpoints, giveBack } from './claim.ts';
import type { Ref } from './due.ts';
import { type Load, loadClaims } from './load.ts';
import { judge, type Verdict } from './outcome.ts';
import { type Preparation, type Prepared, prepareTouchpoint } from './prepare.ts';
import { type Reason, sentenceFor } from './reasons.ts';
import { codeIn, type Sender } from './sender.ts';

/** How often something may change under a card before it is put back for a moment. */
const MOST_LOOKS = 4;
/** A card that waited longer than this for a line is made anew: its Date is the moment it leaves. */
const FRESH_MS = 2000;
/** After a hand-over's commit this long, a card stays: a stop may have come, and nothing leaves more than a second after one. */
const LEAVES_WITHIN_MS = 900;

/**
 * Sends those of `refs` that are due and free: claims them, and takes each through hand-over to an outcome. Ends when each one is settled
 * or given back; one bad touchpoint is logged and stops no other. Throws only when nothing could be claimed.
 */
export async function sendTouchpoints(sender: Sender, refs: readonly Ref[]): Promise<void> {
  await sender.room.enter(refs.length);
  let rest = refs.length;
  try {
    const claims = sender.stopping.aborted ? [] : await claimTouchpoints(sender.db, refs, sender.now(), sender.leaseMs);
    sender.room.leave(refs.length - claims.length);
    rest = claims.length;
    for (const claim of claims) sender.held.add(claim);
    const loads = claims.length === 0 ? [] : await load(sender, claims);
    await Promise.all(
      claims.map(async (claim) => {
        const found = loads.find(({ id }) => id === claim.id);
        if (found) await deliver(sender, found);
        sender.held.delete(claim);
        sender.room.leave(1);
        rest -= 1;
      }),
    );
  } finally {
    sender.room.leave(rest);
  }
}

async function load(sender: Sender, claims: readonly Claim[]): Promise<Load[]> {
  try {
    return await loadClaims(sender.db, claims);
  } catch (error) {
    sender.log.error({ code: codeIn(error) }, 'A slice could not be read');
    await putBack(sender, claims, 1000);
    return [];
  }
}

/** Makes the card, waits for a line and sends it. Never throws. */
async function deliver(sender: Sender, load: Load): Promise<void> {
  try {
    const prepared = await prepare(sender, load);
    if (!prepared.ok) return await block(sender, load, prepared.reason);
    const asked = performance.now();
    const mailer = await sender.mailerFor(load.business);
    const line = await mailer.reserve(sender.stopping);
    if (line.kind === 'unavailable') return await postpone(sender, load, line);
    const fresh = performance.now() - asked < FRESH_MS;
    await sendOver(sender, { mailer, line }, load, fresh ? prepared : undefined).finally(() => line.release());
  } catch (error) {
    sender.log.error({ touchpoint: load.id, code: codeIn(error) }, 'A card could not be sent');
    await putBack(sender, [load], 5000);
  }
}

/** No line to be had: nothing was tried, so the touchpoint is due again when the mailer would try itself. */
async function postpone(sender: Sender, load: Load, { cause, retryInMs }: Unavailable): Promise<void> {
  const reason: Reason = cause === 'auth' ? 'sign-in refused' : 'no connection';
  await putBack(sender, [load], sender.stopping.aborted ? 0 : retryInMs, sender.stopping.aborted ? undefined : reason);
}

interface Way {
  mailer: Mailer;
  line: Slot;
}

/** Hands the card over on a line that is ready; makes it anew when something changed between reading and handing over. */
async function sendOver(sender: Sender, way: Way, first: Load, made: Prepared | undefined): Promise<void> {
  let load: Load | undefined = first;
  for (let looks = 1; load !== undefined; looks++) {
    const prepared = (looks === 1 && made) || (await prepare(sender, load));
    if (!prepared.ok) return block(sender, load, prepared.reason);
    const practice = way.mailer === sender.outbox;
    const handed = await sender.handOver({ load, prepared, practice, now: sender.now() });
    if (handed.attempt !== undefined) return transmit(sender, way, load, prepared, { n: handed.attempt, at: handed.at });
    if (looks === MOST_LOOKS || sender.stopping.aborted) return putBack(sender, [load], 1000);
    if (looks > 1) await sleep(20 * looks);
    [load] = await loadClaims(sender.db, [load]);
    if (load && (await sender.mailerFor(load.business)) !== way.mailer) return putBack(sender, [load], 0);
  }
}

// What the database cannot give just now is tried later; anything else that fails would fail each time.
async function prepare(sender: Sender, load: Load): Promise<Preparation> {
  try {
    return await prepareTouchpoint(sender, load, sender.now());
  } catch (error) {
    if (isPassing(error)) throw error;
    sender.log.error({ touchpoint: load.id, code: codeIn(error) }, 'A card could not be made');
    return { ok: false, reason: 'card broken' };
  }
}

/** One that may have arrived already is not called blocked: it stays uncertain. */
async function block(sender: Sender, load: Load, reason: Reason): Promise<void> {
  const unsure: Verdict = { state: 'uncertain', reason: reason === 'bytes differ' ? reason : 'no answer' };
  await conclude(sender, load, load.unsure ? unsure : { state: 'blocked', reason });
}

async function transmit(
  sender: Sender,
  way: Way,
  load: Load,
  prepared: Prepared,
  { n, at }: { n: number; at: number },
): Promise<void> {
  if (performance.now() - at > LEAVES_WITHIN_MS) {
    const verdict: Verdict = { state: 'deferred', reason: null, nextAt: sender.now() };
    return conclude(sender, load, verdict, { n, stage: 'not sent', code: null, words: '' });
  }
  const result = await way.line.send(prepared.envelope, prepared.bytes);
  if (sender.unwritten.size < way.mailer.state.most) way.line.release();
  sender.unwritten.add(load);
  try {
    await keepOutcome(sender, load, prepared.envelope.to, n, result);
  } catch (error) {
    // It has left, so it is not put back: when the lease ends it is uncertain, which is the truth.
    sender.log.error({ touchpoint: load.id, code: codeIn(error) }, 'An outcome could not be written');
  } finally {
    sender.unwritten.delete(load);
  }
  if (result.kind === 'accepted') await planReminder(sender, load);
}

async function keepOutcome(sender: Sender, load: Load, to: string, n: number, result: SendResult): Promise<void> {
  const verdict = judge(load, result, n, sender.now(), sender.random);
  await retrying(() => heed(sender, load, to, result), { attempts: 10 });
  const code = 'code' in result ? (result.code ?? null) : null;
  const stage = result.kind === 'deferred' || result.kind === 'rejected' ? result.stage : result.kind;
  await conclude(sender, load, verdict, { n, stage, code, words: result.reply });
}

/** A survey that arrived may want a reminder. One that a death or the database prevents is found within a day (plan.ts). */
async function planReminder(
  { db, now, log }: Sender,
  { businessId, customerId, id, occasion, survey, reminderOf }: Load,
): Promise<void> {
  if (survey === null || occasion.reminder_days === null || reminderOf !== null) return;
  await markForReplan(db, businessId, [customerId], now()).catch((error: unknown) =>
    log.warn({ touchpoint: id, code: codeIn(error) }, 'A reminder could not be planned yet'),
  );
}

/** What an answer means beyond its card. Done before the outcome is written, so that a death in between cannot lose it. */
async function heed(sender: Sender, load: Load, to: string, result: SendResult): Promise<void> {
  if (result.kind !== 'rejected') return;
  const actor = { by: 'fondly', now: sender.now() };
  if (result.cause === 'policy') await pauseBusiness(sender.db, load.businessId, sentenceFor('mail refused'), actor);
  if (result.cause === 'address') await noteBounce(sender, load, to, actor);
}

/** The address that came back gets no more mail, and a member is asked to find another. */
async function noteBounce(
  sender: Sender,
  { businessId, customerId, id, business }: Load,
  to: string,
  actor: Actor,
): Promise<void> {
  await inOneCommit(sender.db, async (trx) => {
    await addStop(trx, businessId, { kind: 'hard bounce', customerId, email: to }, actor);
    const task = { customerId, touchpointId: id, reason: 'bounce' as const, dueOn: localDayOf(actor.now, business.zone) };
    await openFollowUp(trx, businessId, task, actor);
  });
}

async function conclude(
  sender: Sender,
  load: Load,
  verdict: Verdict,
  attempt?: { n: number; stage: string; code: number | null; words: string },
): Promise<void> {
  const settlement = { claim: load, customerId: load.customerId, verdict, now: sender.now(), ...(attempt ? { attempt } : {}) };
  const ours = await retrying(() => sender.settle(settlement), { attempts: 10 });
  if (!ours)
    sender.log.warn(
      { touchpoint: load.id, fence: load.fence, state: verdict.state },
      'An outcome came after its claim had passed on',
    );
}

/** What certainly was not sent. A database that does not answer will find these by their leases. */
async function putBack(sender: Sender, claims: readonly Claim[], pauseMs: number, reason?: Reason): Promise<void> {
  try {
    await retrying(() => giveBack(sender.db, claims, sender.now(), pauseMs, reason));
  } catch (error) {
    sender.log.warn(
      { touchpoints: claims.map(({ id }) => id), code: codeIn(error) },
      'Cards could not be put back and wait for their leases to end',
    );
  }
}
