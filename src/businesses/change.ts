import { v7 } from 'uuid';
import type { Actor, Db } from './commit.ts';

/** One entry of the history: whom it is about (nobody for a business's own settings), what was done, and how it was before and after. */
export interface Change {
  businessId: string;
  customerId?: string;
  /** A few fixed words, such as 'date set'. Never a name or an address: those go into `before` and `after`, which go with the person. */
  what: string;
  before?: unknown;
  after?: unknown;
}

/** Writes the history in the same transaction as the change itself. */
export async function keepChange(db: Db, change: Change, actor: Actor): Promise<void> {
  await keepChanges(db, [change], actor);
}

/** The same for many, in one statement. */
export async function keepChanges(db: Db, changes: Change[], actor: Actor): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    business_id: change.businessId,
    id: v7(),
    customer_id: change.customerId ?? null,
    by: actor.by,
    what: change.what,
    before: asJson(change.before),
    after: asJson(change.after),
    at: actor.now,
  }));
  await db.insertInto('change').values(rows).execute();
}

/** Only what differs: `before` and `after` with the keys whose values changed. */
export function difference<T extends object>(before: T, after: Partial<T>): { before: Partial<T>; after: Partial<T> } {
  const keys = (Object.keys(after) as (keyof T)[]).filter((key) => asJson(before[key]) !== asJson(after[key]));
  return { before: pick(before, keys), after: pick(after, keys) };
}

function pick<T extends object>(from: Partial<T>, keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}

function asJson(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
