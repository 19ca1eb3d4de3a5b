import { sql, type Transaction } from 'kysely';
import { keepChanges } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Refusal, refused } from '../businesses/commit.ts';
import { markForReplan } from '../customers/replan.ts';
import type { Database, TouchpointState } from '../database/schema.ts';
import { planCustomers } from './plan.ts';

type Trx = Transaction<Database>;

/** A row that a decision reached, with what the history keeps of it. */
export interface Decided {
  id: string;
  customer_id: string;
  before?: object;
  after?: object;
}

export interface Decision {
  /** The history's few fixed words. */
  what: string;
  /** The ids that were asked for. */
  ids: string[];
  /** Plans its customers in the same commit, for who must see at once what came of it; a few at a time. */
  planNow?: boolean;
}

/**
 * What a person decides about cards that are still to go: their customers are locked before their rows, as everywhere, and planned anew,
 * because a card that stays away frees its day for another. Returns the ids that `write` reached; whatever has started it leaves alone.
 */
export function decide(
  db: Db,
  businessId: string,
  { what, ids, planNow = false }: Decision,
  actor: Actor,
  write: (trx: Trx) => Promise<Decided[]>,
): Promise<string[]> {
  return inOneCommit(db, async (trx) => {
    const plan = planNow ? await planCustomers(trx, businessId, await customersOf(trx, businessId, ids), actor.now) : undefined;
    if (!plan) await markForReplan(trx, businessId, await customersOf(trx, businessId, ids), actor.now);
    const rows = await write(trx);
    await plan?.();
    const changes = rows.map(({ id, customer_id: customerId, before, after }) => ({
      businessId,
      customerId,
      what,
      ...(before && { before: { touchpoint: id, ...before } }),
      after: { touchpoint: id, ...after },
    }));
    await keepChanges(trx, changes, actor);
    return rows.map((row) => row.id);
  });
}

/** Nothing is decided any more for somebody who was erased a moment ago. */
export const somebody = sql<boolean>`exists (select from person p where p.business_id = t.business_id and p.customer_id = t.customer_id)`;

/** Nothing of it was ever handed over: a message means that it has started, whatever the state says. */
export const unstarted = sql<boolean>`not exists (select from message m where m.business_id = t.business_id and m.touchpoint_id = t.id)`;

/** The newest version of the card of `t`. */
export const newestVersion = sql<number>`(select max(v.n) from card_version v where v.business_id = t.business_id and v.card_id = t.card_id)`;

/** What a member looks at who looks at `t`: its card and that card's newest version. A yes counts for nothing else. */
export const shownNow = sql<string>`concat(t.card_id, '.', ${newestVersion})`;

/** `t` is still as one of these showed it. */
export function asShown(shown: readonly string[]) {
  return sql<boolean>`${shownNow} = any(${[...shown]}::text[])`;
}

/** Why a card can no longer be decided about, for the person who tried; `shown` is what they looked at, where that counts. */
export async function tooLate(db: Db, businessId: string, id: string, shown?: string): Promise<Refusal> {
  const { rows } = await sql<Standing>`select t.state, not ${somebody} as gone, ${shownNow} as shown
    from touchpoint t where t.business_id = ${businessId} and t.id = ${id}`.execute(db);
  const row = rows[0];
  if (row === undefined) return refused('There is no such card.');
  if (row.gone) return refused('This customer was erased at their own wish.');
  if (shown !== undefined && row.shown !== shown && OPEN.has(row.state)) return refused(changedSince(shown, row.shown), 'shown');
  return refused(sentences[row.state] ?? 'This card has just left.');
}

interface Standing {
  state: TouchpointState;
  gone: boolean;
  shown: string;
}

const OPEN: ReadonlySet<TouchpointState> = new Set(['planned', 'waiting', 'held']);

function changedSince(shown: string, now: string): string {
  const [before, after] = [shown, now].map((text) => text.split('.')[0]);
  return before === after
    ? 'A newer version of this card was published after you looked. This is how it would go now.'
    : 'Another card was chosen after you looked. This is the one that would go now.';
}

const sentences: Partial<Record<TouchpointState, string>> = {
  planned: 'This card goes by itself already.',
  waiting: 'This card waits for approval.',
  held: 'This card is held back already.',
  blocked: 'This card cannot go now. Its page says why.',
  deferred: 'This card is on its way already: the mail server asked us to try later.',
  rejected: 'This card was refused by the mail server.',
  uncertain: 'This card has left, and may have arrived.',
  skipped: 'Somebody decided against this card a moment ago.',
  expired: 'The day of this card has passed.',
  cancelled: 'This card is no longer planned.',
};

async function customersOf(trx: Trx, businessId: string, ids: string[]): Promise<string[]> {
  const rows = await trx
    .selectFrom('touchpoint')
    .select('customer_id')
    .distinct()
    .where('business_id', '=', businessId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  return rows.map((row) => row.customer_id);
}
