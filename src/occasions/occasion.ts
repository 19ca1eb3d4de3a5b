import type { Insertable, Selectable, Updateable } from 'kysely';
import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { difference, keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import type { Database } from '../database/schema.ts';
import { publishGalleryCard } from './cards.ts';
import { DEFAULT_OCCASIONS, type DefaultOccasion } from './defaults.ts';
import { publishSurvey, SATISFACTION } from './surveys.ts';

export type Occasion = Selectable<Database['occasion']>;

/** What a member may change about an occasion; its trigger is what it is, and stays. */
export interface OccasionChange {
  name?: string;
  offsetDays?: number;
  /** Local, 'HH:MM'. */
  hour?: string;
  lateDays?: number;
  lateHour?: string;
  workdayRule?: 'before' | 'after' | null;
  mode?: Occasion['mode'];
  rank?: number;
  minGapDays?: number | null;
  cardId?: string;
  surveyId?: string | null;
  /** A survey that nobody answered is asked once more after so many days; never for null. */
  reminderDays?: number | null;
}

/** Gives a new business its occasions, their cards from the gallery, and a survey. Those that it already has stay as they are. */
export async function addDefaultOccasions(db: Db, business: Pick<Business, 'id' | 'zone'>, actor: Actor): Promise<void> {
  await inOneCommit(db, async (trx) => {
    await trx.selectFrom('business').select('id').where('id', '=', business.id).forUpdate().execute();
    const present = new Set((await listOccasions(trx, business.id)).map(({ slug }) => slug));
    for (const occasion of DEFAULT_OCCASIONS) {
      if (!present.has(occasion.slug)) await addDefault(trx, business, occasion, actor);
    }
  });
}

/** In the order in which they go first. */
export async function listOccasions(db: Db, businessId: string): Promise<Occasion[]> {
  return db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).orderBy('rank').orderBy('slug').execute();
}

/** Changes an occasion and has its touchpoints planned anew. Switched on again, it answers only to what happens from that day on. */
export async function changeOccasion(
  db: Db,
  businessId: string,
  slug: string,
  change: OccasionChange,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const problem = problemWith(change);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    const occasion = await lockOccasion(trx, businessId, slug);
    if (!occasion) return refused(`There is no occasion "${slug}".`);
    const missing = await missingParts(trx, businessId, change);
    if (missing) return refused(missing);
    const { before, after } = difference(occasion, await columnsOf(trx, occasion, change, actor));
    if (Object.keys(after).length === 0) return { ok: true, changed: false };
    await writeOccasion(trx, occasion, { ...after, replan_at: actor.now });
    await keepChange(
      trx,
      { businessId, what: 'occasion changed', before: { slug, ...before }, after: { slug, ...after } },
      actor,
    );
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

function problemWith(change: OccasionChange): string | undefined {
  if (change.name?.trim() === '') return 'Give the occasion a name.';
  if (!isWhole(change.offsetDays, -180, 180)) return 'A card can go at most 180 days before or after the day.';
  if (!isWhole(change.lateDays, 0, 180)) return 'A card can be at most 180 days late.';
  if (!isWhole(change.rank, 0, 1_000_000)) return 'The rank is a whole number; the lower one goes first.';
  if (!isWhole(change.minGapDays ?? undefined, 0, 3_650)) return 'The days between two cards are a whole number, or nothing.';
  if (!isWhole(change.reminderDays ?? undefined, 1, 30)) return 'A reminder goes 1 to 30 days after the survey, or never.';
  const hours = [change.hour, change.lateHour].filter((hour) => hour !== undefined);
  const wrong = hours.find((hour) => !/^([01]\d|2[0-3]):[0-5]\d(:00)?$/.test(hour));
  return wrong === undefined ? undefined : `"${wrong}" is no time of day. Write it like 09:00.`;
}

function isWhole(number: number | undefined, least: number, most: number): boolean {
  return number === undefined || (Number.isInteger(number) && number >= least && number <= most);
}

async function lockOccasion(db: Db, businessId: string, slug: string): Promise<Occasion | undefined> {
  const query = db.selectFrom('occasion').selectAll().where('business_id', '=', businessId).where('slug', '=', slug);
  return query.forUpdate().executeTakeFirst();
}

async function missingParts(db: Db, businessId: string, { cardId, surveyId }: OccasionChange): Promise<string | undefined> {
  const has = async (table: 'card' | 'survey', id: string) =>
    (await db.selectFrom(table).select('id').where('business_id', '=', businessId).where('id', '=', id).executeTakeFirst()) !==
    undefined;
  if (cardId !== undefined && !(await has('card', cardId))) return 'There is no such card.';
  if (surveyId && !(await has('survey', surveyId))) return 'There is no such survey.';
  return undefined;
}

async function columnsOf(db: Db, occasion: Occasion, change: OccasionChange, actor: Actor): Promise<Partial<Occasion>> {
  const columns: Record<keyof OccasionChange, keyof Occasion> = {
    name: 'name',
    offsetDays: 'offset_days',
    hour: 'hour',
    lateDays: 'late_days',
    lateHour: 'late_hour',
    workdayRule: 'workday_rule',
    mode: 'mode',
    rank: 'rank',
    minGapDays: 'min_gap_days',
    cardId: 'card_id',
    surveyId: 'survey_id',
    reminderDays: 'reminder_days',
  };
  const asked = Object.entries(change).filter(([, value]) => value !== undefined);
  const named = asked.map(([key, value]) => [columns[key as keyof OccasionChange], withSeconds(key, value)]);
  const switchedOn = occasion.mode === 'off' && change.mode !== undefined && change.mode !== 'off';
  return { ...Object.fromEntries(named), ...(switchedOn ? { active_since: await today(db, occasion.business_id, actor) } : {}) };
}

// PostgreSQL gives times back with seconds: written alike, an unchanged hour is seen as unchanged.
function withSeconds(key: string, value: unknown): unknown {
  return (key === 'hour' || key === 'lateHour') && typeof value === 'string' && value.length === 5 ? `${value}:00` : value;
}

async function today(db: Db, businessId: string, { now }: Actor): Promise<string> {
  const { zone } = await db.selectFrom('business').select('zone').where('id', '=', businessId).executeTakeFirstOrThrow();
  return localDayOf(now, zone);
}

async function writeOccasion(db: Db, { business_id, id }: Occasion, set: Updateable<Database['occasion']>): Promise<void> {
  await db.updateTable('occasion').set(set).where('business_id', '=', business_id).where('id', '=', id).execute();
}
