import { createMailer, type Mailer, type MailerOptions, type Unavailable } from '../mail/mailer.ts';
import type { Db } from './commit.ts';
import { hasSafeLinks, readSmtp, serverOf } from './smtp.ts';

/** Whose mail is to leave: what the row says of it. */
export interface Sending {
  id: string;
  live_at: Date | string | null;
  sample: boolean;
  smtp_rev: number | null;
}

export interface OwnMailersOptions {
  db: Db;
  secretKeys: readonly string[];
  publicUrl: string;
  /** For tests of slow servers. */
  mailerOptions?: Partial<MailerOptions>;
}

/** One mailer for each business that has a mail server of its own, made when first needed, and anew when its settings change. */
export interface OwnMailers {
  /** The mailer of the business's own server; undefined when it has none. */
  mailerFor(business: Sending): Promise<Mailer | undefined>;
  /** As Mailer.close, of all. */
  close(waitMs?: number): Promise<void>;
}

const MOST = 200;
/** So many may wait for a server that has not answered yet; the others are told to come again, so that they hold up nobody. */
const MOST_WAITING = 8;
const COME_AGAIN_MS = 1000;

interface Known {
  rev: number;
  mailer: Promise<Mailer>;
}

export function openOwnMailers(options: OwnMailersOptions): OwnMailers {
  const known = new Map<string, Known>();
  const leaving = new Set<Promise<void>>();
  const drop = (id: string): void => {
    const closing = known.get(id)?.mailer.then((mailer) => mailer.close());
    known.delete(id);
    if (!closing) return;
    leaving.add(closing);
    void closing.finally(() => leaving.delete(closing));
  };
  return {
    mailerFor: async ({ id, live_at: live, sample, smtp_rev: rev }) => {
      if (live === null || sample || rev === null || !hasSafeLinks(options.publicUrl)) return undefined;
      const kept = known.get(id);
      // A row that was read before the last change must not bring the former server back.
      if (kept && kept.rev >= rev) return kept.mailer;
      drop(id);
      const made = { rev, mailer: openMailer(options, id) };
      known.set(id, made);
      made.mailer.catch(() => known.get(id) === made && known.delete(id));
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) drop(oldest);
      return made.mailer;
    },
    close: async (waitMs) => {
      const all = [...known.values()].map(({ mailer }) => mailer.then((open) => open.close(waitMs)));
      known.clear();
      await Promise.allSettled([...all, ...leaving]);
    },
  };
}

async function openMailer({ db, secretKeys, mailerOptions }: OwnMailersOptions, businessId: string): Promise<Mailer> {
  const own = await readSmtp(db, businessId, secretKeys);
  // Never another way instead: what was to go by this server must not leave by one that its owner did not choose.
  if (!own) return closedMailer;
  return patient(createMailer({ ...serverOf(own), timeouts: { connect: 15_000 }, ...mailerOptions }));
}

/** The same mailer, which does not let many wait while it has no line at all. */
function patient(mailer: Mailer): Mailer {
  return {
    ...mailer,
    get state() {
      return mailer.state;
    },
    reserve: (signal) => {
      const { free, busy, waiting } = mailer.state;
      return free + busy === 0 && waiting >= MOST_WAITING ? Promise.resolve(comeAgain) : mailer.reserve(signal);
    },
  };
}

const nothing = { kind: 'unavailable', stage: 'connect', retryInMs: COME_AGAIN_MS } as const;
const comeAgain: Unavailable = { ...nothing, cause: 'connection', reply: 'The mail server has not answered yet.' };
const noKey: Unavailable = { ...nothing, cause: 'auth', reply: 'The password could not be opened.', retryInMs: 60_000 };

const closedMailer: Mailer = {
  reserve: () => Promise.resolve(noKey),
  state: { free: 0, busy: 0, opening: 0, waiting: 0, most: 1 },
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
