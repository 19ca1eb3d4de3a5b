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
  const unusable = cardId === undefined ? undefined : await problemWithCards(db, businessId, [cardId]);
  if (unusable) return unusable;
  const wanted = (await findWording(db, businessId, next.card_id, null, ['en']))?.card.required ?? [];
  const lacking = NEEDS.find(({ path, has }) => wanted.some((field) => path.test(field)) && !has(next));
  return lacking && `“${await nameOf(db, businessId, next.card_id)}” ${lacking.sentence}`;
}

/** Why an occasion cannot send these cards; when it can, none of them is put away before this transaction ends. */
export async function problemWithCards(trx: Db, businessId: string, cardIds: string[]): Promise<string | undefined> {
  const cards = await trx
    .selectFrom('card')
    .select(['id', 'name', 'archived_at'])
    .select((eb) =>
      eb
        .selectFrom('card_version as v')
        .select((v) => v.fn.max('v.n').as('n'))
        .whereRef('v.business_id', '=', 'card.business_id')
        .whereRef('v.card_id', '=', 'card.id')
        .as('n'),
    )
    .where('business_id', '=', businessId)
    .where('id', 'in', cardIds)
    .forShare()
    .execute();
  if (cards.length < cardIds.length) return 'There is no such card.';
  const away = cards.find((card) => card.archived_at !== null);
  if (away) return `“${away.name}” was put away. Bring it back first.`;
  const draft = cards.find((card) => card.n === null);
  return draft && `“${draft.name}” was never published. Publish it first.`;
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

async function nameOf(db: Db, businessId: string, cardId: string): Promise<string | undefined> {
  const query = db.selectFrom('card').select('name').where('business_id', '=', businessId).where('id', '=', cardId);
  return (await query.executeTakeFirst())?.name;
}
