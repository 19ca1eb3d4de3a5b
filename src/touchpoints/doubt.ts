import { sql } from 'kysely';
import { type Actor, type Db, type Outcome, refused } from '../businesses/commit.ts';
import { findWording } from '../occasions/cards.ts';
import { decide, type Decided, somebody, tooLate } from './decision.ts';
import { type Load, loadTouchpoint } from './load.ts';
import { obstacleTo, remakeMessage } from './prepare.ts';
import { sentenceFor } from './reasons.ts';

// A card whose fate nobody knows: only a member can say what it came to, and nothing sends it again by itself.

/** It arrived: somebody asked the customer, or saw the server's own log. */
export async function itArrived(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const reached = await decide(db, businessId, { what: 'card arrived', ids: [id] }, actor, async (trx) => {
    const { rows } = await sql<Decided & { reason: string | null }>`
      update touchpoint t set state = 'accepted', reason = null, next_at = null, queued_until = null from touchpoint was
      where t.business_id = ${businessId} and t.id = ${id} and was.business_id = t.business_id and was.id = t.id and t.state = 'uncertain'
      returning t.id, t.customer_id, was.reason`.execute(trx);
    return rows.map((row) => ({ ...row, before: { reason: row.reason } }));
  });
  return reached.length === 0 ? settled(db, businessId, id) : { ok: true };
}

/** Takes "it arrived" back: nobody knows after all. Never of a card that the server itself confirmed. */
export async function doubtArrival(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const reached = await decide(db, businessId, { what: 'card in doubt', ids: [id] }, actor, async (trx) => {
    const { rows } = await sql<Decided>`
      update touchpoint t set state = 'uncertain', reason = coalesce(said.reason, 'no answer')
      from (select c.before ->> 'reason' as reason from change c join touchpoint k on k.business_id = c.business_id and k.customer_id = c.customer_id
        where k.business_id = ${businessId} and k.id = ${id} and c.what = 'card arrived' and c.after ->> 'touchpoint' = k.id::text
        order by c.at desc limit 1) said
      where t.business_id = ${businessId} and t.id = ${id} and t.state = 'accepted' and not ${confirmed}
      returning t.id, t.customer_id`.execute(trx);
    return rows;
  });
  return reached.length === 0 ? settled(db, businessId, id) : { ok: true };
}

/**
 * Sends it once more, with the very bytes that may have arrived: who got it twice sees one mail. Whatever has changed in the way (a stop,
 * another address, a card that cannot be made the same again) is said, and nothing is changed.
 */
export async function sendAgain(db: Db, businessId: string, id: string, actor: Actor): Promise<Outcome> {
  const load = await loadTouchpoint(db, businessId, id);
  if (!load) return refused('There is no such card.');
  const problem = await obstacle(db, load, actor.now);
  if (problem) return refused(problem);
  const reached = await decide(db, businessId, { what: 'card sent again', ids: [id] }, actor, async (trx) => {
    const { rows } = await sql<Decided>`
      update touchpoint t set ${load.frozen ? deferred(actor) : planned(actor)}, queued_until = null,
        late_at = greatest(t.late_at, ${new Date(actor.now.getTime() + DAY_MS)}::timestamptz)
      where t.business_id = ${businessId} and t.id = ${id} and t.state = 'uncertain' and ${somebody}
      returning t.id, t.customer_id`.execute(trx);
    return rows;
  });
  return reached.length === 0 ? settled(db, businessId, id) : { ok: true };
}

const DAY_MS = 86_400_000;

/** The server said yes to a try of this card. */
const confirmed = sql<boolean>`exists (select from attempt a where a.business_id = t.business_id and a.touchpoint_id = t.id and a.stage = 'accepted')`;

const deferred = (actor: Actor) => sql`state = 'deferred', reason = null, next_at = ${actor.now}`;

/** After a restore there may be no message yet: then it is made anew, at this hour. */
const planned = (actor: Actor) =>
  sql`state = 'planned', reason = null, next_at = null, due_at = ${actor.now}, hurried_at = ${actor.now}, hurried_by = ${actor.by}`;

async function obstacle(db: Db, load: Load, now: Date): Promise<string | undefined> {
  if (load.business.paused_at !== null) return 'Sending is paused. Resume it first.';
  const reason = obstacleTo(load, now);
  if (reason) return sentenceFor(reason);
  if (!load.frozen) return undefined;
  if (load.frozen.addresses?.to.address !== load.person?.email) return sentenceFor('address changed');
  const wordingFor = (businessId: string, cardId: string, version: number | null, languages: string[]) =>
    findWording(db, businessId, cardId, version, languages);
  return (await remakeMessage({ wordingFor }, load.frozen)) ? undefined : sentenceFor('bytes differ');
}

async function settled(db: Db, businessId: string, id: string): Promise<Outcome> {
  const query = db.selectFrom('touchpoint').select('state').where('business_id', '=', businessId).where('id', '=', id);
  const state = (await query.executeTakeFirst())?.state;
  if (state === 'accepted') return refused('This card has arrived: that is settled.');
  if (state === 'deferred' || state === 'planned') return refused('This card is being sent again already.');
  return tooLate(db, businessId, id);
}
