import type { Insertable, Updateable } from 'kysely';
import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { difference, keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, type Refusal, refused } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Database } from '../database/schema.ts';
import { refuseAutomatic } from './card-checks.ts';
import { listVariants } from './cards-variants.ts';
import { publishGalleryCard } from './cards.ts';
import { DEFAULT_OCCASIONS, type DefaultOccasion } from './defaults.ts';
import { problemWithCards, problemWithParts } from './occasion-parts.ts';
import {
  columnsOf,
  compareWithShown,
  type Conflict,
  type Occasion,
  type OccasionChange,
  problemWithOccasion,
} from './occasion-shape.ts';
import { publishSurvey, SATISFACTION } from './surveys.ts';

export type { Occasion, OccasionChange } from './occasion-shape.ts';

/** Gives a new business its occasions, their cards from the gallery, and a survey. Those that it already has, or put away, stay as they are. */
export async function addDefaultOccasions(db: Db, business: Pick<Business, 'id' | 'zone'>, actor: Actor): Promise<void> {
  await inOneCommit(db, async (trx) => {
    await trx.selectFrom('business').select('id').where('id', '=', business.id).forUpdate().execute();
    const rows = await trx.selectFrom('occasion').select('slug').where('business_id', '=', business.id).execute();
    const present = new Set(rows.map(({ slug }) => slug));
    for (const occasion of DEFAULT_OCCASIONS) {
      if (!present.has(occasion.slug)) await addDefault(trx, business, occasion, actor);
    }
  });
}

/** In the order in which they go first; those that were put away are not among them. */
export async function listOccasions(db: Db, businessId: string): Promise<Occasion[]> {
  const query = db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('archived_at', 'is', null);
  return query.orderBy('rank').orderBy('slug').execute();
}

/** Those that were put away, the latest first. */
export async function listArchived(db: Db, businessId: string): Promise<Occasion[]> {
  const query = db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('archived_at', 'is not', null);
  return query.orderBy('archived_at', 'desc').orderBy('slug').execute();
}

export async function findOccasion(db: Db, businessId: string, id: string): Promise<Occasion | undefined> {
  return db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('id', '=', id).executeTakeFirst();
}

/**
 * Changes an occasion and has its touchpoints planned anew. Switched on again after its day, it answers only to what happens from then on.
 * `seen` is what the member had before their eyes: where somebody else changed the same field meanwhile, nothing is changed and
 * `conflicts` has both values.
 */
export async function changeOccasion(
  db: Db,
  businessId: string,
  slug: string,
  asked: OccasionChange,
  actor: Actor,
  seen?: OccasionChange,
): Promise<Outcome<{ changed: boolean }> | (Refusal & { conflicts: Conflict[] })> {
  const unfit = await unfitCard(db, businessId, slug, asked, actor.now);
  if (unfit) return refused(unfit);
  return inOneCommit(db, async (trx) => {
    const occasion = await lockOccasion(trx, businessId, slug);
    if (!occasion) return refused(`There is no occasion "${slug}".`);
    const { change, conflicts } = compareWithShown(occasion, asked, seen);
    if (conflicts.length > 0) return { ...refused('Somebody else changed this meanwhile.'), conflicts };
    const problem = (await problemWithChange(trx, occasion, change)) ?? (await problemWithParts(trx, occasion, change));
    if (problem) return refused(problem);
    return { ok: true, changed: await keepChanged(trx, occasion, change, actor) };
  });
}

/** What stops a card from going by itself, where the change would let it. Before the transaction: all customers are tried, which may take seconds. */
async function unfitCard(
  db: Db,
  businessId: string,
  slug: string,
  { mode, cardId }: OccasionChange,
  now: Date,
): Promise<string | undefined> {
  if (mode !== 'automatic' && cardId === undefined) return undefined;
  const query = db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('slug', '=', slug);
  const occasion = await query.executeTakeFirst();
  if (!occasion || (mode ?? occasion.mode) !== 'automatic') return undefined;
  const asItIs = (await listVariants(db, businessId, occasion.id)).map((card) => card.cardId);
  const others = occasion.mode === 'automatic' ? [] : asItIs.filter((id) => id !== occasion.card_id || cardId === undefined);
  const changed = cardId === undefined || cardId === occasion.card_id ? [] : [cardId];
  for (const card of [...changed, ...others]) {
    const unfit = await refuseAutomatic(db, businessId, { cardId: card, occasionId: occasion.id }, now);
    if (unfit) return unfit;
  }
  return undefined;
}

/** Puts an occasion away: it is off, and no longer listed. What was sent for it stays. */
export async function archiveOccasion(
  db: Db,
  businessId: string,
  slug: string,
  actor: Actor,
): Promise<Outcome<{ mode: Occasion['mode'] }>> {
  return inOneCommit(db, async (trx) => {
    const occasion = await lockOccasion(trx, businessId, slug);
    if (!occasion) return refused(`There is no occasion "${slug}".`);
    if (occasion.archived_at !== null) return { ok: true, mode: 'off' };
    const offAt = occasion.mode === 'off' ? occasion.off_at : actor.now;
    await writeOccasion(trx, occasion, { mode: 'off', off_at: offAt, archived_at: actor.now, replan_at: actor.now });
    await replanOthers(trx, occasion, actor);
    await keepChange(
      trx,
      { businessId, what: 'occasion archived', before: { slug, mode: occasion.mode }, after: { slug } },
      actor,
    );
    return { ok: true, mode: occasion.mode };
  });
}

/** Brings an occasion back that was put away, in the mode given; it stays away when it cannot go so. */
export async function restoreOccasion(
  db: Db,
  businessId: string,
  slug: string,
  mode: Occasion['mode'],
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const unfit = await unfitCard(db, businessId, slug, { mode }, actor.now);
  if (unfit) return refused(unfit);
  return inOneCommit(db, async (trx) => {
    const occasion = await lockOccasion(trx, businessId, slug);
    if (!occasion) return refused(`There is no occasion "${slug}".`);
    if (occasion.archived_at === null) return { ok: true, changed: false };
    const cards = (await listVariants(trx, businessId, occasion.id)).map(({ cardId }) => cardId);
    const problem = await problemWithCards(trx, businessId, cards);
    if (problem) return refused(problem);
    await writeOccasion(trx, occasion, { archived_at: null });
    await keepChange(trx, { businessId, what: 'occasion restored', after: { slug } }, actor);
    await keepChanged(trx, occasion, { mode }, actor);
    return { ok: true, changed: true };
  });
}

/** Changes places with the occasion that goes just before or after it, when two meet on one day. False at either end. */
export async function moveOccasion(
  db: Db,
  businessId: string,
  slug: string,
  to: 'up' | 'down',
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return inOneCommit(db, async (trx) => {
    await trx.selectFrom('occasion').select('id').where('business_id', '=', businessId).orderBy('id').forUpdate().execute();
    const list = await listOccasions(trx, businessId);
    const at = list.findIndex((one) => one.slug === slug);
    if (at < 0) return refused(`There is no occasion "${slug}".`);
    const other = to === 'up' ? at - 1 : at + 1;
    if (other < 0 || other >= list.length) return { ok: true, changed: false };
    const order = list.with(at, list[other]!).with(other, list[at]!);
    for (const [n, one] of order.entries()) {
      const rank = (n + 1) * 10;
      if (one.rank !== rank) await writeOccasion(trx, one, { rank, replan_at: actor.now });
    }
    const after = { slug, [to === 'up' ? 'above' : 'below']: list[other]!.name };
    await keepChange(trx, { businessId, what: 'occasion moved', after }, actor);
    return { ok: true, changed: true };
  });
}

async function addDefault(
  db: Db,
  business: Pick<Business, 'id' | 'zone'>,
  occasion: DefaultOccasion,
  actor: Actor,
): Promise<void> {
  const { gallery, survey, ...own } = occasion;
  const { cardId } = await publishGalleryCard(db, business, gallery, actor);
  const asked = survey ? await publishSurvey(db, business.id, 'Satisfaction', SATISFACTION, actor) : undefined;
  const row: Insertable<Database['occasion']> = {
    ...own,
    business_id: business.id,
    id: v7(),
    hour: '09:00',
    mode: 'automatic',
    active_since: localDayOf(actor.now, business.zone),
    card_id: cardId,
    survey_id: asked?.surveyId ?? null,
    replan_at: actor.now,
  };
  await db.insertInto('occasion').values(row).execute();
  await keepChange(db, { businessId: business.id, what: 'occasion added', after: { slug: own.slug } }, actor);
}

async function lockOccasion(db: Db, businessId: string, slug: string): Promise<Occasion | undefined> {
  const query = db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('slug', '=', slug);
  return query.forUpdate().executeTakeFirst();
}

async function problemWithChange(db: Db, occasion: Occasion, change: OccasionChange): Promise<string | undefined> {
  if (occasion.archived_at !== null) return 'This occasion was put away. Bring it back first.';
  const day = change.month === undefined && change.day === undefined ? {} : { month: occasion.month!, day: occasion.day! };
  const problem = problemWithOccasion({ ...day, ...change }, occasion.trigger);
  if (problem) return problem;
  const moved = change.dateKind !== undefined || change.month !== undefined || change.day !== undefined;
  // A card's cause is made of the day: another day would bring everybody a second card.
  return moved && (await hasGone(db, occasion))
    ? 'Cards have gone out for this day already. Add a new occasion for the other day.'
    : undefined;
}

async function hasGone(db: Db, { business_id, id }: Occasion): Promise<boolean> {
  const gone = ['leased', 'handing over', 'accepted', 'deferred', 'uncertain', 'rejected', 'posted'] as const;
  const query = db.selectFrom('touchpoint').select('id').where('business_id', '=', business_id).where('occasion_id', '=', id);
  return (await query.where('state', 'in', gone).limit(1).executeTakeFirst()) !== undefined;
}

/** False when it is so already. */
async function keepChanged(trx: Db, occasion: Occasion, change: OccasionChange, actor: Actor): Promise<boolean> {
  const { before, after } = difference(occasion, { ...columnsOf(change), ...(await switching(trx, occasion, change, actor)) });
  if (Object.keys(after).length === 0) return false;
  await writeOccasion(trx, occasion, { ...after, replan_at: actor.now });
  await replanOthers(trx, occasion, actor);
  const { business_id: businessId, slug } = occasion;
  const what = { businessId, what: 'occasion changed', before: { slug, ...before }, after: { slug, ...after } };
  await keepChange(trx, what, actor);
  return true;
}

async function switching(db: Db, occasion: Occasion, { mode }: OccasionChange, { now }: Actor): Promise<Partial<Occasion>> {
  if (mode === undefined || mode === occasion.mode) return {};
  if (mode === 'off') return { off_at: now };
  if (occasion.mode !== 'off') return {};
  const { zone } = await db
    .selectFrom('business')
    .select('zone')
    .where('id', '=', occasion.business_id)
    .executeTakeFirstOrThrow();
  const today = localDayOf(now, zone);
  // Off and on again within a day was a slip: nothing that happened before is forgotten for it.
  const slip = occasion.off_at !== null && localDayOf(occasion.off_at, zone) === today;
  return { off_at: null, ...(slip ? {} : { active_since: today }) };
}

/** What has an occasion of its own is none of the occasion for all other dates. */
async function replanOthers(db: Db, { business_id, id, trigger, date_kind }: Occasion, { now }: Actor): Promise<void> {
  if (trigger !== 'date' || date_kind === '*' || date_kind === 'birthday') return;
  const query = db.updateTable('occasion').set({ replan_at: now }).where('business_id', '=', business_id);
  await query.where('date_kind', '=', '*').where('id', '!=', id).where('mode', '!=', 'off').execute();
}

async function writeOccasion(db: Db, { business_id, id }: Occasion, set: Updateable<Database['occasion']>): Promise<void> {
  await db.updateTable('occasion').set(set).where('business_id', '=', business_id).where('id', '=', id).execute();
}
