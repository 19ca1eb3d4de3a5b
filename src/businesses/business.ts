import type { Insertable, Selectable } from 'kysely';
import { v7 } from 'uuid';
import { isZone } from '../calendar/instant.ts';
import type { Database } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';
import { difference, keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, type Refusal, refused } from './commit.ts';
import { countryOfZone, localeOfCountry, readCountry, readLocale } from './place.ts';

export type Business = Selectable<Database['business']>;

export interface NewBusiness {
  name: string;
  /** Small letters, digits and '-': how the command line and links name it. */
  slug: string;
  zone: string;
  /** ISO 3166; where the zone is, unless said. */
  country?: string;
  /** BCP 47; what most speak in that country, unless said. */
  locale?: string;
  from: { name: string; address: string };
  replyTo?: string | null;
  alertEmail?: string | null;
  /** Where happy customers may say so: an https address. */
  reviewUrl?: string | null;
  /** A line for happy customers, such as what bringing a friend is worth. */
  referralLine?: string | null;
  /** Why customers leave, as follow-ups are closed with it; a short list of the business's own, in its order. */
  lostReasons?: string[];
  postalAddress: string;
  uncertainPolicy?: 'ask' | 'retry';
  live?: boolean;
  /** For looking around: nothing of it ever leaves this machine. */
  sample?: boolean;
  /** Its owner is still to be led through the first run. */
  setup?: boolean;
}

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
    const business = await trx.selectFrom('business').selectAll().where('id', '=', businessId).forUpdate().executeTakeFirst();
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

function readBusiness(asked: NewBusiness, now: Date): Insertable<Database['business']> | Refusal {
  const from = readAddress(asked.from.address);
  const country = asked.country === undefined ? countryOfZone(asked.zone) : readCountry(asked.country);
  const locale = asked.locale === undefined ? localeOfCountry(country ?? '') : readLocale(asked.locale);
  const problem = problemWith(asked);
  if (problem) return problem;
  if ('reason' in from) return refused(`The address that cards come from is not right. ${from.reason}`, 'from');
  if (country === undefined)
    return refused(`"${asked.country}" is no country code. Use two letters, such as GB or DE.`, 'country');
  if (locale === undefined) return refused(`"${asked.locale}" is no language tag. Use one such as en-GB or de.`, 'locale');
  return {
    id: v7(),
    slug: asked.slug,
    name: asked.name.trim(),
    zone: asked.zone,
    country,
    locale,
    from_name: asked.from.name.trim() || asked.name.trim(),
    from_address: from.address,
    reply_to: asked.replyTo ?? null,
    postal_address: asked.postalAddress.trim(),
    alert_email: asked.alertEmail ?? null,
    review_url: asked.reviewUrl?.trim() || null,
    referral_line: asked.referralLine?.trim() || null,
    ...(asked.lostReasons === undefined
      ? {}
      : { lost_reasons: JSON.stringify(asked.lostReasons.map((reason) => reason.trim())) }),
    live_at: asked.live ? now : null,
    sample: asked.sample ?? false,
    ...(asked.setup ? { setup_step: 'look' as const } : {}),
    uncertain_policy: asked.uncertainPolicy ?? 'ask',
    created_at: now,
  };
}

function problemWith({ name, slug, zone, postalAddress, ...rest }: NewBusiness): Refusal | undefined {
  if (name.trim() === '') return refused('Give the business a name: it stands on every card.', 'name');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug)) {
    const words = `"${slug}" cannot be its short name. Use small letters, digits and "-", starting with a letter or digit, at most 63.`;
    return refused(words, 'slug');
  }
  if (rest.live && rest.sample) return refused('The sample shop never sends anything for real.');
  if (!isZone(zone)) return refused(`"${zone}" is no time zone. Use a name such as Europe/London or America/New_York.`, 'zone');
  if (postalAddress.trim() === '')
    return refused('Give a postal address: the law in many countries wants it under every card.', 'postalAddress');
  if (rest.reviewUrl && !isWebAddress(rest.reviewUrl))
    return refused('The review link must be an address that starts with https://.', 'reviewUrl');
  if ((rest.referralLine?.length ?? 0) > LONGEST_LINE)
    return refused(`The line for happy customers is longer than ${LONGEST_LINE} letters.`, 'referralLine');
  const reasons = rest.lostReasons ?? [];
  if (reasons.length > MOST_REASONS || reasons.some((reason) => reason.trim() === '' || reason.length > LONGEST_REASON))
    return refused(`Give at most ${MOST_REASONS} reasons, each of 1 to ${LONGEST_REASON} letters.`, 'lostReasons');
  for (const about of ['replyTo', 'alertEmail'] as const) {
    const address = rest[about];
    const read = address ? readAddress(address) : undefined;
    if (read && 'reason' in read) return refused(`"${address}" is not an address. ${read.reason}`, about);
  }
  return undefined;
}

const LONGEST_LINE = 300;
const MOST_REASONS = 12;
const LONGEST_REASON = 60;

function isWebAddress(text: string): boolean {
  return text.length <= 500 && URL.canParse(text.trim()) && new URL(text.trim()).protocol === 'https:';
}
