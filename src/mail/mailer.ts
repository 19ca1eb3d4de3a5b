import type { Envelope, SendResult } from './connection.ts';
import { closePool, newPool, type PoolOptions, reserve, type Slot, type Unavailable } from './pool.ts';

export type { Envelope, SendResult, Slot, Unavailable };
export type MailerOptions = PoolOptions;

export interface Mailer extends AsyncDisposable {
  /** Waits until a line is connected, encrypted, signed in and free, in the order of asking; a value, not an error, when there is none. */
  reserve(signal?: AbortSignal): Promise<Slot | Unavailable>;
  /** Lines that could be given out now, opening ones counted as not there. */
  readonly state: {
    readonly free: number;
    readonly busy: number;
    readonly opening: number;
    readonly waiting: number;
    readonly most: number;
  };
  /** Gives no more lines out, lets messages that are being sent end for `waitMs` (10,000), then cuts them off. */
  close(waitMs?: number): Promise<void>;
}

/**
 * A small pool of SMTP lines. Unlike nodemailer's own it says when a line is ready before a message is bound to it, and never sends
 * anything twice by itself. When the server cannot be reached, or says 421 again and again, new lines wait: 0.5 s, doubling to a minute.
 */
export function createMailer(options: MailerOptions): Mailer {
  const pool = newPool(options);
  const close = (waitMs = 10_000) => closePool(pool, waitMs);
  return {
    reserve: (signal) => reserve(pool, signal),
    get state() {
      const { free, busy, opening, waiting, most } = pool;
      return { free: free.length, busy: busy.size, opening, waiting: waiting.length, most };
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
