import { writeAlert } from '../answers/alert.ts';
import { forgetSignUps, writeConfirmation } from '../answers/sign-up.ts';
import { tallyAnswers } from '../answers/tally.ts';
import { forgetVisits } from '../answers/visits.ts';
import { writeReset } from '../businesses/accounts-reset.ts';
import type { Db } from '../businesses/commit.ts';
import { writeInvitation } from '../businesses/invitations.ts';
import { type Post, sendLetter } from '../businesses/letters.ts';
import { forgetSignIns } from '../businesses/sign-in-limits.ts';
import { purgeOutbox } from '../mail/outbox.ts';
import { forgetTestCards, writeTestCard } from '../occasions/test-card.ts';
import { forgetImports } from '../customers/import/forget.ts';
import { workOnImport } from '../customers/import/work.ts';
import { forgetMerges } from '../customers/merge-memory.ts';
import { takeDue, untakeDue } from '../touchpoints/due.ts';
import { expireTouchpoints } from '../touchpoints/expire.ts';
import { planAll } from '../touchpoints/plan.ts';
import { recoverTouchpoints } from '../touchpoints/recover.ts';
import type { JobQueue } from './connection.ts';
import { sendJobs } from './handlers.ts';

/** Something done again and again. `step` says whether there is more to do at once. */
export interface Recurring {
  name: string;
  everyMs: number;
  /** `stopping` aborts when the process is to end: what takes long ends early then. */
  step: (stopping?: AbortSignal) => Promise<boolean>;
}

export interface ClockworkParts {
  db: Db;
  queue: JobQueue;
  now: () => Date;
  /** What letters go by; without it they wait. */
  sender?: Post;
  /** Where practice keeps its mail; without it nothing is taken out there. */
  outboxFolder?: string;
  /** How long a touchpoint counts as on its way (takeDue), and waits after a worker's death (recoverTouchpoints), where not as usual. */
  markMs?: number;
  pauseMs?: number;
}

/** Every recurring thing. Each may run in many processes at once: all of them claim rows. */
export function recurringThings({ db, queue, now, sender, outboxFolder = '', markMs, pauseMs }: ClockworkParts): Recurring[] {
  return [
    { name: 'plan', everyMs: 1000, step: () => planAll(db, now()).then(() => false) },
    { name: 'enqueue', everyMs: 250, step: () => enqueueDue(db, queue, now(), markMs) },
    { name: 'recover', everyMs: 5000, step: () => recoverTouchpoints(db, now(), pauseMs) },
    { name: 'expire', everyMs: 1000, step: () => expireTouchpoints(db, now()) },
    { name: 'letters', everyMs: 1000, step: async () => sender !== undefined && sendLetter(sender, LETTERS, now()) },
    { name: 'forget test cards', everyMs: 3_600_000, step: () => forgetTestCards(db, now()) },
    { name: 'imports', everyMs: 1000, step: (stopping) => workOnImport(db, now(), stopping) },
    { name: 'forget imports', everyMs: 60_000, step: () => forgetImports(db, now()) },
    { name: 'tally answers', everyMs: 2000, step: () => tallyAnswers(db) },
    { name: 'forget merges', everyMs: 3_600_000, step: () => forgetMerges(db, now()) },
    { name: 'forget visits', everyMs: 60_000, step: () => forgetVisits(db, now()) },
    { name: 'forget sign-ups', everyMs: 60_000, step: () => forgetSignUps(db, now()) },
    { name: 'forget sign-ins', everyMs: 60_000, step: () => forgetSignIns(db, now()) },
    { name: 'purge outbox', everyMs: 3_600_000, step: async () => outboxFolder !== '' && purgeOutbox(outboxFolder, now()) },
  ];
}

/** Who words which letter. */
const LETTERS = {
  'low answer': writeAlert,
  'sign-up': writeConfirmation,
  invitation: writeInvitation,
  password: writeReset,
  'test card': writeTestCard,
};

/** So many jobs may wait; due rows beyond them stay where they are, in the ledger. */
const MOST_WAITING = 60;
const ROWS_A_STEP = 400;

/** Puts due touchpoints on the queue while it is short. When the queue cannot take them they are due again at once. */
export async function enqueueDue(db: Db, queue: JobQueue, now: Date, markMs?: number): Promise<boolean> {
  if ((await queue.waiting()) >= MOST_WAITING) return false;
  const refs = await takeDue(db, now, ROWS_A_STEP, markMs);
  if (refs.length === 0) return false;
  try {
    await queue.add(sendJobs(refs));
  } catch (error) {
    await untakeDue(db, refs);
    throw error;
  }
  return refs.length === ROWS_A_STEP;
}

export interface Clockwork {
  /** Starts nothing more and waits for what is running. */
  stop(): Promise<void>;
}

/**
 * Runs each thing on its own beat, counted from the start so that it does not drift; a beat that is missed is skipped, and a thing never
 * runs twice at once. An error is told and stops nothing.
 */
export function startClockwork(things: Recurring[], onError: (name: string, error: unknown) => void): Clockwork {
  const stopping = new AbortController();
  const running = things.map((thing) => keepRunning(thing, stopping.signal, onError));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function keepRunning(
  { name, everyMs, step }: Recurring,
  stopping: AbortSignal,
  onError: (name: string, error: unknown) => void,
): Promise<void> {
  const start = performance.now();
  while (!stopping.aborted) {
    const more = await step(stopping).catch((error: unknown) => {
      onError(name, error);
      return false;
    });
    const passed = performance.now() - start;
    await rest(more ? 0 : everyMs - (passed % everyMs), stopping);
  }
}

function rest(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    stopping.addEventListener('abort', wake);
  });
}
