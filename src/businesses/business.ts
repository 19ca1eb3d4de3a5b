import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';
import { difference, keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';
import { type NewBusiness, readBusiness } from './read-business.ts';

export type Business = Selectable<Database['business']>;

/** Adds a business; it practises until it is switched on, unless `live`. It has no occasions yet. */
export async function addBusiness(db: Db, asked: NewBusiness, actor: Actor): Promise<Outcome<{ id: string }>> {
  const row = readBusiness(asked, actor.now);
  if ('reason' in row) return row;
  return inOneCommit(db, async (trx) => {
    const added = await trx
      .insertInto('business')
      .values(row)
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return refused(`There is already a business named "${row.slug}". Choose another short name.`, 'slug');
    await keepChange(trx, { businessId: row.id, what: 'business added', after: { name: row.name, slug: row.slug } }, actor);
    return { ok: true, id: row.id };
  });
}

export async function findBusiness(db: Db, slug: string): Promise<Business | undefined> {
  return db.selectFrom('business').selectAll().where('slug', '=', slug).executeTakeFirst();
}

export async function businessById(db: Db, businessId: string): Promise<Business | undefined> {
  return db.selectFrom('business').selectAll().where('id', '=', businessId).executeTakeFirst();
}

/** As it is now, and nobody else changes it before this transaction ends. */
export async function holdBusiness(trx: Db, businessId: string): Promise<Business | undefined> {
  return trx.selectFrom('business').selectAll().where('id', '=', businessId).forUpdate().executeTakeFirst();
}

export async function listBusinesses(db: Db): Promise<Business[]> {
  return db.selectFrom('business').selectAll().orderBy('slug').execute();
}

/** What a member may change of a business; what is left out stays. Null takes an address away. */
export interface BusinessChange extends Partial<Omit<NewBusiness, 'slug' | 'live' | 'sample' | 'setup'>> {
  leapRule?: Business['leap_rule'];
}

/** `moved`: days or hours came to be others (zone, country, leap rule), so all its customers are to be planned anew by customers/. */
export async function changeBusiness(
  db: Db,
  businessId: string,
  change: BusinessChange,
  actor: Actor,
): Promise<Outcome<{ changed: boolean; moved: boolean }>> {
  return inOneCommit(db, async (trx): Promise<Outcome<{ changed: boolean; moved: boolean }>> => {
    const business = await holdBusiness(trx, businessId);
    if (!business) return refused('There is no such business.');
    const row = readBusiness(withChange(business, change), business.created_at);
    if ('reason' in row) return row;
    // These are no part of a change: they are set once, by verbs of their own.
    const { id: _id, live_at: _live, sample: _sample, created_at: _created, ...settings } = row;
    const wanted = { ...settings, leap_rule: change.leapRule ?? business.leap_rule };
    const { before, after } = difference<Record<string, unknown>>(business, wanted);
    if (Object.keys(after).length === 0) return { ok: true, changed: false, moved: false };
    await trx.updateTable('business').set(after).where('id', '=', businessId).execute();
    await keepChange(trx, { businessId, what: 'business changed', before, after }, actor);
    return { ok: true, changed: true, moved: 'zone' in after || 'country' in after || 'leap_rule' in after };
  });
}

/** From practice to real mail, for good. `changed` is false when it was live already, and always for a sample shop. What practice left behind is touchpoints/' to clear. */
export async function switchOn(db: Db, businessId: string, actor: Actor): Promise<{ changed: boolean }> {
  return setOnce(db, businessId, 'live_at', { live_at: actor.now }, 'switched on', actor);
}

/** Stops everything of this business at once; `reason` is a sentence for its members. */
export async function pauseBusiness(db: Db, businessId: string, reason: string, actor: Actor): Promise<{ changed: boolean }> {
  return setOnce(db, businessId, 'paused_at', { paused_at: actor.now, paused_reason: reason }, 'business paused', actor);
}

export async function resumeBusiness(db: Db, businessId: string, actor: Actor): Promise<{ changed: boolean }> {
  return inOneCommit(db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('business')
      .set({ paused_at: null, paused_reason: null })
      .where('id', '=', businessId)
      .where('paused_at', 'is not', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return { changed: false };
    await keepChange(trx, { businessId, what: 'business resumed' }, actor);
    return { changed: true };
  });
}

// A fact is a timestamp, set once: whoever comes second changes nothing.
async function setOnce(
  db: Db,
  businessId: string,
  fact: 'live_at' | 'paused_at',
  set: Partial<Pick<Business, 'live_at' | 'paused_at' | 'paused_reason'>>,
  what: string,
  actor: Actor,
): Promise<{ changed: boolean }> {
  return inOneCommit(db, async (trx) => {
    let query = trx.updateTable('business').set(set).where('id', '=', businessId).where(fact, 'is', null);
    if (fact === 'live_at') query = query.where('sample', '=', false);
    const { numUpdatedRows } = await query.executeTakeFirst();
    if (numUpdatedRows === 0n) return { changed: false };
    await keepChange(trx, { businessId, what, after: set }, actor);
    return { changed: true };
  });
}

function withChange(business: Business, change: BusinessChange): NewBusiness {
  const country = change.country ?? business.country;
  const newReasons =
    String(change.lostReasons ?? business.lost_reasons) === String(business.lost_reasons) ? undefined : change.lostReasons;
  return {
    slug: business.slug,
    name: change.name ?? business.name,
    zone: change.zone ?? business.zone,
    ...(country === '' ? {} : { country }),
    locale: change.locale ?? business.locale,
    from: change.from ?? { name: business.from_name, address: business.from_address },
    replyTo: change.replyTo === undefined ? business.reply_to : change.replyTo,
    alertEmail: change.alertEmail === undefined ? business.alert_email : change.alertEmail,
    reviewUrl: change.reviewUrl === undefined ? business.review_url : change.reviewUrl,
    referralLine: change.referralLine === undefined ? business.referral_line : change.referralLine,
    ...(newReasons === undefined ? {} : { lostReasons: newReasons }),
    postalAddress: change.postalAddress ?? business.postal_address,
    uncertainPolicy: change.uncertainPolicy ?? business.uncertain_policy,
  };
}
