import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { codeOf } from '../database/trouble.ts';

/** A pool or a transaction: every verb takes either. */
export type Db = Kysely<Database>;

/** Who changes something, and when: 'fondly', 'customer', `member:${id}` or `import:${id}`. */
export interface Actor {
  by: string;
  now: Date;
}

/** What a verb answers: what it made, or a sentence for the person who asked. */
export type Outcome<T = object> = ({ ok: true } & T) | Refusal;

/** `reason` is a plain sentence; `about` names what of the request it is about, where a form may want to say it there. */
export interface Refusal {
  ok: false;
  reason: string;
  about?: string;
}

const ATTEMPTS = 5;
const lostRaces = new Set(['40001', '40P01']);

/**
 * Does `work` in one transaction: the caller's when it has one, else its own, done again when it lost a race against another one.
 * A lost connection is not tried again here, because the commit may have happened.
 */
export async function inOneCommit<T>(db: Db, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Transaction<Database>);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !lostRaces.has(codeOf(error))) throw error;
    }
  }
}

export function refused(reason: string, about?: string): Refusal {
  return { ok: false, reason, ...(about === undefined ? {} : { about }) };
}
