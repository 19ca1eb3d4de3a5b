import { type Kysely, sql } from 'kysely';
import { MS_PER_DAY } from '../calendar/day.ts';
import type { Database } from '../database/schema.ts';
import { takeDue } from './due.ts';
import { expireTouchpoints } from './expire.ts';
import { planAll } from './plan.ts';
import { sendTouchpoints } from './send.ts';
import type { Sender } from './sender.ts';

/** A clock that is set by hand. */
export interface Clock {
  now: () => Date;
  set(to: Date): void;
}

export interface Life {
  db: Kysely<Database>;
  /** Sends by the same clock. */
  sender: Sender;
  clock: Clock;
  onProgress?: (now: Date) => void;
  signal?: AbortSignal;
}

/** Nobody changes anything meanwhile, so a step well below the horizon plans what daily steps would. */
const PLAN_EVERY_DAYS = 7;
const SLICE = 20;
const SLICES = 8;

export function createClock(start: Date): Clock {
  let time = start;
  return { now: () => time, set: (to) => void (time = to) };
}

/**
 * Lives through the time from the clock's now to `until`, as the clockwork would, jumping from event to event: plans, sends what is due,
 * ends what is late. For a database that nobody else works in.
 */
export async function liveThrough(life: Life, until: Date): Promise<void> {
  const { db, clock } = life;
  let next: Next = { plan: clock.now(), due: clock.now(), late: clock.now() };
  for (;;) {
    life.signal?.throwIfAborted();
    const now = clock.now();
    if (next.plan <= now) await planAll(db, now);
    const planned = next.plan <= now ? new Date(now.getTime() + PLAN_EVERY_DAYS * MS_PER_DAY) : next.plan;
    if (next.due <= now) await sendDue(life);
    if (next.late <= now) while (await expireTouchpoints(db, now));
    life.onProgress?.(now);
    if (now >= until) return;
    const { touched, ...events } = await nextEvents(db, now, until);
    // What was sent may have called for more: a survey for its reminder.
    next = { plan: touched ? now : planned, ...events };
    clock.set(new Date(Math.min(Number(until), Number(next.plan), Number(next.due), Number(next.late))));
  }
}

/** Forgets how far a copy was planned, so that it can be planned from an earlier day on. */
export async function forgetHorizon(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('horizon').execute();
}

async function sendDue({ db, sender, clock }: Life): Promise<void> {
  for (;;) {
    const refs = await takeDue(db, clock.now(), SLICE * SLICES);
    const slices = Array.from({ length: Math.ceil(refs.length / SLICE) }, (_, at) => refs.slice(at * SLICE, (at + 1) * SLICE));
    await Promise.all(slices.map((slice) => sendTouchpoints(sender, slice)));
    if (refs.length < SLICE * SLICES) return;
  }
}

/** When to plan, to send and to end next. */
interface Next {
  plan: Date;
  due: Date;
  late: Date;
}

async function nextEvents(db: Kysely<Database>, now: Date, until: Date): Promise<Omit<Next, 'plan'> & { touched: boolean }> {
  const { rows } = await sql<Omit<Next, 'plan'> & { touched: boolean }>`
    select exists (select from customer where replan_at is not null) as touched,
      coalesce((select min(coalesce(next_at, due_at)) from touchpoint
        where state in ('planned', 'deferred') and coalesce(next_at, due_at) > ${now}), ${until}) as due,
      coalesce((select min(late_at) from touchpoint
        where state in ('planned', 'waiting', 'held', 'blocked', 'deferred') and late_at > ${now}), ${until}) as late`.execute(
    db,
  );
  return rows[0] ?? { due: until, late: until, touched: false };
}
