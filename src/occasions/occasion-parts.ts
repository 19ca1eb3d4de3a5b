import type { Db } from '../businesses/commit.ts';
import { findWording } from './cards.ts';
import { columnsOf, type Occasion, type OccasionChange } from './occasion-shape.ts';

/** Why this card and survey cannot belong to this occasion, as a sentence; undefined when they can, or are left as they are. */
export async function problemWithParts(db: Db, occasion: Occasion, change: OccasionChange): Promise<string | undefined> {
  const { cardId, surveyId } = change;
  if (cardId === undefined && surveyId === undefined) return undefined;
  const { business_id: businessId } = occasion;
  if (surveyId && !(await hasSurvey(db, businessId, surveyId))) return 'There is no such survey.';
  const next = { ...occasion, ...columnsOf(change) };
  const card = await findCard(db, businessId, next.card_id);
  if (cardId !== undefined && (!card || card.archived)) return 'There is no such card.';
  const wanted = (await findWording(db, businessId, next.card_id, null, ['en']))?.card.required ?? [];
  const lacking = NEEDS.find(({ path, has }) => wanted.some((field) => path.test(field)) && !has(next));
  return lacking && `“${card?.name}” ${lacking.sentence}`;
}

// What a card may be unable to do without, and which occasions have it. Such a card would reach nobody.
const NEEDS: readonly { path: RegExp; has: (occasion: Occasion) => boolean; sentence: string }[] = [
  {
    path: /^survey\./,
    has: ({ survey_id: survey }) => survey !== null,
    sentence: 'asks a question. Choose a survey to go with it, or another card.',
  },
  {
    path: /^purchase\./,
    has: ({ trigger }) => trigger === 'purchase',
    sentence: 'speaks of what was bought, which is not known here. Choose another card.',
  },
  {
    path: /^date\./,
    has: ({ trigger }) => trigger === 'date',
    sentence: 'speaks of a yearly date, which is not known here. Choose another card.',
  },
  {
    path: /^years$/,
    has: ({ trigger }) => trigger === 'years',
    sentence: 'speaks of the years with you, which are not counted here. Choose another card.',
  },
];

async function hasSurvey(db: Db, businessId: string, id: string): Promise<boolean> {
  const query = db.selectFrom('survey').select('id').where('business_id', '=', businessId).where('id', '=', id);
  return (await query.executeTakeFirst()) !== undefined;
}

async function findCard(db: Db, businessId: string, id: string): Promise<{ name: string; archived: boolean } | undefined> {
  const query = db.selectFrom('card').select(['name', 'archived_at']).where('business_id', '=', businessId).where('id', '=', id);
  const row = await query.executeTakeFirst();
  return row && { name: row.name, archived: row.archived_at !== null };
}
