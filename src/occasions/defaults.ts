import type { Insertable } from 'kysely';
import type { Database } from '../database/schema.ts';

type OccasionRow = Insertable<Database['occasion']>;

/** What a new business starts with, as rows that still lack business, card, survey and day. `gallery` names the card. */
export type DefaultOccasion = Pick<
  OccasionRow,
  'slug' | 'name' | 'trigger' | 'date_kind' | 'offset_days' | 'late_days' | 'rank' | 'min_gap_days'
> & { gallery: string; survey?: true };

/**
 * Ranks leave room between them; the lower goes first when two would meet on one day.
 * Yearly days are late after the same evening: a birthday card of yesterday is worse than none.
 */
export const DEFAULT_OCCASIONS: readonly DefaultOccasion[] = [
  yearly({ slug: 'birthday', name: 'Birthday', trigger: 'date', date_kind: 'birthday', rank: 10, gallery: 'birthday-balloons' }),
  // '*' is every yearly kind but birthday: a wedding, a name day, whatever a business calls it.
  yearly({ slug: 'anniversary', name: 'Anniversary', trigger: 'date', date_kind: '*', rank: 20, gallery: 'anniversary-rings' }),
  yearly({ slug: 'years-with-us', name: 'Years with us', trigger: 'years', date_kind: null, rank: 30, gallery: 'years-with-us' }),
  after('purchase', { slug: 'thank-you', name: 'Thank you', offset_days: 1, late_days: 3, rank: 40, min_gap_days: 14 }),
  after('joined', { slug: 'welcome', name: 'Welcome', offset_days: 1, late_days: 7, rank: 50, min_gap_days: null }),
  {
    ...after('purchase', { slug: 'survey', name: 'How did we do?', offset_days: 7, late_days: 7, rank: 60, min_gap_days: 30 }),
    survey: true,
  },
];

function yearly(own: Pick<DefaultOccasion, 'slug' | 'name' | 'trigger' | 'date_kind' | 'rank' | 'gallery'>): DefaultOccasion {
  return { ...own, offset_days: 0, late_days: 0, min_gap_days: null };
}

// These go by the card of their own name.
function after(
  trigger: 'purchase' | 'joined',
  own: Pick<DefaultOccasion, 'slug' | 'name' | 'offset_days' | 'late_days' | 'rank' | 'min_gap_days'>,
): DefaultOccasion {
  return { ...own, trigger, date_kind: null, gallery: own.slug };
}
