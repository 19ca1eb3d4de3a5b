import type { KeyObject } from 'node:crypto';
import type { Db } from '../businesses/commit.ts';
import type { OwnMailers, Sending } from '../businesses/smtp-mailers.ts';
import type { Mailer } from '../mail/mailer.ts';
import { findWording } from '../occasions/cards.ts';
import { batch } from './batch.ts';
import type { LetterLinks } from '../businesses/letters.ts';
import type { CardLinks } from './card-links.ts';
import { type Claim, renewClaims } from './claim.ts';
import { type HandedOver, type HandOver, handOver } from './handover.ts';
import { settle, type Settlement } from './outcome.ts';
import type { Workshop } from './prepare.ts';
import { room } from './room.ts';

export interface SenderOptions {
  db: Db;
  now: () => Date;
  /** Real mail of businesses without a mail server of their own; without it those practise. */
  mailer?: Mailer;
  /** Real mail of the others; without it they go by `mailer` too. */
  ownMailers?: OwnMailers;
  /** Where practice goes. */
  outbox: Mailer;
  links: CardLinks & LetterLinks;
  messageIdKey: KeyObject;
  /** Fields are ids and codes, never names, addresses or words of a card. */
  log: SenderLog;
  /** How long a claim outlives its worker; renewed while the worker lives. 60 s unless said. */
  leaseMs?: number;
  random?: () => number;
}

export interface SenderLog {
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

/** One process's means of sending: what it holds, its batched writes, and the way to stop. */
export interface Sender extends Workshop {
  db: Db;
  now: () => Date;
  outbox: Mailer;
  links: CardLinks & LetterLinks;
  /** By which a business's mail leaves now: the outbox while it practises, and always for a sample shop. */
  mailerFor(business: Sending): Promise<Mailer>;
  log: SenderLog;
  leaseMs: number;
  random: () => number;
  /** Aborted when no further card may start. */
  stopping: AbortSignal;
  held: Set<Claim>;
  /** What has left and is not yet written down. A line goes on ahead of as many as there are lines: so a death leaves at most two for each in doubt. */
  unwritten: Set<Claim>;
  /** What one worker claims at a time: enough to keep its lines busy, and no more than its death may hold up. */
  room: ReturnType<typeof room>;
  handOver(asked: HandOver): Promise<HandedOver>;
  settle(settlement: Settlement): Promise<boolean>;
  /**
   * Starts nothing more, gives back what has not left, and lets what is leaving end for `waitMs` (20,000); then cuts the lines, so that
   * the rest is known to be uncertain. Leaves the mailers closed.
   */
  stop(waitMs?: number): Promise<void>;
}

const CLAIMS = 40;

export function createSender(options: SenderOptions): Sender {
  const { db, outbox, leaseMs = 60_000, random = Math.random } = options;
  const stopping = new AbortController();
  const held = new Set<Claim>();
  const heartbeat = setInterval(() => void beat(), leaseMs / 3);
  const beat = async (): Promise<void> => {
    if (held.size === 0) return;
    await renewClaims(db, [...held], leaseMs).catch((error: unknown) =>
      options.log.warn({ code: codeIn(error) }, 'Leases could not be renewed'),
    );
  };
  const stop = async (waitMs = 20_000): Promise<void> => {
    stopping.abort();
    await emptied(held, waitMs);
    await Promise.all([options.mailer?.close(0), options.ownMailers?.close(0), outbox.close(0)]);
    await emptied(held, 5000);
    clearInterval(heartbeat);
  };
  return {
    ...options,
    mailerFor: async (business) => {
      if (business.live_at === null || business.sample) return outbox;
      return (await options.ownMailers?.mailerFor(business)) ?? options.mailer ?? outbox;
    },
    leaseMs,
    random,
    stopping: stopping.signal,
    held,
    unwritten: new Set(),
    room: room(CLAIMS + 4 * (options.mailer ?? outbox).state.most),
    wordingFor: recentWordings(db),
    handOver: batch((asked: HandOver[]) => handOver(db, asked, leaseMs)),
    settle: batch((settlements: Settlement[]) => settle(db, settlements)),
    stop,
  };
}

/** The SQLSTATE or system code of an error: all of it that a log may hold. */
export function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

const RECENT_MS = 1000;

/** Thousands of cards a second ask for the same few wordings; which version is the latest is looked up once a second. */
function recentWordings(db: Db): Workshop['wordingFor'] {
  const recent = new Map<string, { at: number; wording: ReturnType<typeof findWording> }>();
  return (businessId, cardId, version, languages) => {
    const key = `${businessId} ${cardId} ${version} ${languages.join(' ')}`;
    const known = recent.get(key);
    if (known && performance.now() - known.at < RECENT_MS) return known.wording;
    if (recent.size > 1000) recent.clear();
    const wording = findWording(db, businessId, cardId, version, languages);
    recent.set(key, { at: performance.now(), wording });
    wording.catch(() => recent.delete(key));
    return wording;
  };
}

async function emptied(held: Set<Claim>, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  while (held.size > 0 && performance.now() < until) await new Promise((wake) => setTimeout(wake, 20));
}
