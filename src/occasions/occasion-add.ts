import { v7 } from 'uuid';
import type { Business } from '../businesses/business.ts';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { localDayOf } from '../calendar/instant.ts';
import { problemWithParts } from './occasion-parts.ts';
import { type Occasion, type OccasionChange, problemWithOccasion } from './occasion-shape.ts';

export interface NewOccasion extends Omit<OccasionChange, 'rank' | 'mode'> {
  name: string;
  trigger: Occasion['trigger'];
  cardId: string;
}

/** Adds an occasion. It is off until somebody has seen whom it reaches, and goes last when two meet on one day. */
export async function addOccasion(
  db: Db,
  business: Pick<Business, 'id' | 'zone'>,
  asked: NewOccasion,
  actor: Actor,
): Promise<Outcome<{ id: string; slug: string }>> {
  const problem = problemWithNew(asked);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx) => {
    // One at a time, so that two of one name get two short names.
    await trx.selectFrom('business').select('id').where('id', '=', business.id).forUpdate().execute();
    const taken = await trx.selectFrom('occasion').select(['slug', 'rank']).where('business_id', '=', business.id).execute();
    const slug = freeSlug(asked.name, new Set(taken.map((one) => one.slug)));
    const row = { ...draftOccasion(business, asked, actor.now), slug, rank: Math.max(0, ...taken.map(({ rank }) => rank)) + 10 };
    const unfit = await problemWithParts(trx, row, { cardId: asked.cardId });
    if (unfit) return refused(unfit);
    await trx.insertInto('occasion').values(row).execute();
    await keepChange(trx, { businessId: business.id, what: 'occasion added', after: { slug } }, actor);
    return { ok: true, id: row.id, slug };
  });
}

/** The row that a proposal would become. Pure but for its id. */
export function draftOccasion(business: Pick<Business, 'id' | 'zone'>, asked: NewOccasion, now: Date): Occasion {
  return {
    business_id: business.id,
    id: v7(),
    slug: '',
    name: asked.name.trim(),
    trigger: asked.trigger,
    date_kind: asked.trigger === 'date' ? (asked.dateKind ?? 'birthday') : null,
    month: asked.trigger === 'day' ? (asked.month ?? null) : null,
    day: asked.trigger === 'day' ? (asked.day ?? null) : null,
    offset_days: asked.offsetDays ?? 0,
    hour: asked.hour ?? '09:00',
    late_days: asked.lateDays ?? 0,
    late_hour: asked.lateHour ?? '20:00',
    workday_rule: asked.workdayRule ?? null,
    mode: 'off',
    rank: 0,
    min_gap_days: asked.minGapDays ?? null,
    active_since: localDayOf(now, business.zone),
    card_id: asked.cardId,
    survey_id: asked.surveyId ?? null,
    replan_at: null,
    reminder_days: asked.reminderDays ?? null,
    off_at: null,
    archived_at: null,
  };
}

function problemWithNew(asked: NewOccasion): string | undefined {
  if (asked.trigger === 'date' && asked.dateKind === undefined) return 'Say which day of theirs it is, such as "name day".';
  if (asked.trigger === 'day' && (asked.month === undefined || asked.day === undefined)) return 'Say on which day it is.';
  return problemWithOccasion(asked, asked.trigger);
}

/** Links and the command line name an occasion so: small Latin letters, digits and '-'. */
function freeSlug(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const base =
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 40) || 'occasion';
  for (let n = 1; ; n++) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}
