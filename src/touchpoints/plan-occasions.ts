import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Occasion } from '../occasions/occasion.ts';
import type { PlanCard, PlanOccasion } from './candidates.ts';

/** A business's occasions as planning needs them, the best rank first, each with its card's newest version. */
export async function loadOccasions(db: Db, businessId: string): Promise<PlanOccasion[]> {
  const rows = await db
    .selectFrom('occasion as o')
    .selectAll('o')
    .select((eb) =>
      eb
        .selectFrom('card_version as v')
        .select((v) => v.fn.max('v.n').as('n'))
        .whereRef('v.business_id', '=', 'o.business_id')
        .whereRef('v.card_id', '=', 'o.card_id')
        .as('card_version'),
    )
    .select(variants.as('variants'))
    .where('o.business_id', '=', businessId)
    .orderBy('o.rank')
    .orderBy('o.id')
    .execute();
  return withOwnKinds(rows.map(planOccasionOf));
}

const variants = sql<PlanCard[]>`coalesce((
  select jsonb_agg(jsonb_build_object('id', x.card_id, 'version', (
      select max(v.n) from card_version v where v.business_id = x.business_id and v.card_id = x.card_id)) order by x.position)
  from occasion_card x where x.business_id = o.business_id and x.occasion_id = o.id), '[]')`;

/** Tells the occasion for all other dates which kinds have one of their own on the day itself. */
export function withOwnKinds(occasions: PlanOccasion[]): PlanOccasion[] {
  const own = occasions.filter(({ mode, dateKind, offsetDays }) => mode !== 'off' && dateKind !== '*' && offsetDays === 0);
  const kinds = own.map(({ dateKind }) => dateKind).filter((kind) => kind !== null);
  return occasions.map((occasion) => (occasion.dateKind === '*' ? { ...occasion, ownKinds: kinds } : occasion));
}

/** A row, which may be no more than proposed, with its card's newest version. */
export function planOccasionOf(row: Occasion & { card_version: number | null; variants?: PlanCard[] }): PlanOccasion {
  return {
    id: row.id,
    trigger: row.trigger,
    dateKind: row.date_kind,
    month: row.month,
    day: row.day,
    offsetDays: row.offset_days,
    hour: row.hour,
    lateDays: row.late_days,
    lateHour: row.late_hour,
    workdayRule: row.workday_rule,
    mode: row.mode,
    rank: row.rank,
    minGapDays: row.min_gap_days,
    activeSince: row.active_since,
    reminderDays: row.reminder_days,
    cardId: row.card_id,
    cardVersion: row.card_version,
    variants: row.variants ?? [],
  };
}
