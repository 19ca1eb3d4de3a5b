import { sql, type Transaction } from 'kysely';
import { type Actor, type Db, type Outcome, refused } from '../businesses/commit.ts';
import type { Database } from '../database/schema.ts';
import { decide, type Decided, somebody, tooLate, unstarted } from './decision.ts';
import { previewTouchpoint } from './preview.ts';
import { askAgain } from './swap.ts';

/** Letters that a line of a member's own may have. */
export const LONGEST_LINE = 300;

/**
 * Writes a line for this one customer into their card, up to 300 letters; blank takes it away. What was approved before is asked about
 * again, where the occasion asks first. `before` is what stood there, '' for nothing.
 */
export async function writeLine(
  db: Db,
  businessId: string,
  id: string,
  words: string,
  actor: Actor,
): Promise<Outcome<{ before: string; changed: boolean }>> {
  const line = tidy(words);
  const length = Array.from(line).length;
  if (length > LONGEST_LINE) return refused(`Keep it to ${LONGEST_LINE} letters; these are ${length}.`);
  if (line !== '' && !(await hasRoom(db, businessId, id)))
    return refused('This card has no room for a line of your own. Swap it for one that has.');
  const before = await lineOf(db, businessId, id);
  if (line === before) return { ok: true, before, changed: false };
  const reached = await decide(db, businessId, { what: 'line written', ids: [id], planNow: true }, actor, async (trx) => {
    const rows = await reopen(trx, businessId, id);
    for (const row of rows) await store(trx, businessId, row, line, actor);
    return rows.map((row) => ({ ...row, before: { line: before }, after: { line } }));
  });
  return reached.length === 0 ? tooLate(db, businessId, id) : { ok: true, before, changed: true };
}

/** What a member wrote for this one card; '' for nothing. */
export async function lineOf(db: Db, businessId: string, id: string): Promise<string> {
  const query = db.selectFrom('personal_line').select('words').where('business_id', '=', businessId);
  return (await query.where('touchpoint_id', '=', id).executeTakeFirst())?.words ?? '';
}

// At most two line breaks in a row, and no signs that nobody sees.
function tidy(words: string): string {
  return words
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

async function hasRoom(db: Db, businessId: string, id: string): Promise<boolean> {
  const preview = await previewTouchpoint(db, businessId, id, { pictures: 'https://preview.invalid/' });
  return preview?.hasLine ?? true;
}

async function reopen(trx: Transaction<Database>, businessId: string, id: string): Promise<Decided[]> {
  const { rows } = await sql<Decided>`update touchpoint t set ${askAgain}
    from occasion o where o.business_id = t.business_id and o.id = t.occasion_id
      and t.business_id = ${businessId} and t.id = ${id} and t.state in ('planned', 'waiting', 'held', 'blocked')
      and ${somebody} and ${unstarted}
    returning t.id, t.customer_id`.execute(trx);
  return rows;
}

async function store(
  trx: Transaction<Database>,
  businessId: string,
  { id, customer_id }: Decided,
  words: string,
  actor: Actor,
): Promise<void> {
  if (words === '') {
    await trx.deleteFrom('personal_line').where('business_id', '=', businessId).where('touchpoint_id', '=', id).execute();
    return;
  }
  const set = { customer_id, words, by: actor.by, at: actor.now };
  await trx
    .insertInto('personal_line')
    .values({ business_id: businessId, touchpoint_id: id, ...set })
    .onConflict((conflict) => conflict.columns(['business_id', 'touchpoint_id']).doUpdateSet(set))
    .execute();
}
