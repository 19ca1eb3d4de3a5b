import { sql } from 'kysely';
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
  const rows = changes.map(({ businessId, customerId, what, before, after }) => ({
    business_id: businessId,
    id: v7(),
    customer_id: customerId ?? null,
    what,
    before: before ?? null,
    after: after ?? null,
  }));
  // One parameter, however many rows: an import writes thousands at once.
  await sql`insert into change (business_id, id, customer_id, by, what, before, after, at)
    select x.business_id, x.id, x.customer_id, ${actor.by}, x.what, nullif(x.before, 'null'), nullif(x.after, 'null'), ${actor.now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(business_id uuid, id uuid, customer_id uuid, what text, before jsonb, after jsonb)`.execute(db);
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
