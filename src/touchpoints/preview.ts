import type { Db } from '../businesses/commit.ts';
import { fieldInWords } from '../cards/fields.ts';
import { type RenderedCard, type RenderFault, renderCard } from '../cards/render.ts';
import { findWording, type Wording } from '../occasions/cards.ts';
import { type Load, loadTouchpoint } from './load.ts';
import { languagesOf, mergeData, type PaperLinks } from './prepare.ts';

/** A card as it would leave now. */
export interface Preview extends Omit<RenderedCard, 'errors'> {
  /** Plain sentences. A card with any cannot go. */
  errors: string[];
  cardId: string;
  language: string;
  /** The card has room for a line of the member's own. */
  hasLine: boolean;
}

/**
 * A coming card, rendered by what sends it, with the customer's own data; its links lead nowhere. `cardId` tries another card on.
 * Undefined when there is no such touchpoint, no such card, or nobody any more. `pictures` is where pictures are kept.
 */
export async function previewTouchpoint(
  db: Db,
  businessId: string,
  id: string,
  how: { pictures: string; cardId?: string | undefined },
): Promise<Preview | undefined> {
  const load = await loadTouchpoint(db, businessId, id);
  return load && previewLoad(db, load, how);
}

export interface Trial {
  cardId: string;
  name: string;
  /** In the way of giving this customer this card: plain sentences. */
  problems: string[];
}

/** Every card of the shop that could go in place of this one, tried on for this customer: those that fit first, by name. */
export async function tryCards(db: Db, businessId: string, id: string, pictures: string): Promise<Trial[]> {
  const load = await loadTouchpoint(db, businessId, id);
  if (!load) return [];
  const cards = await db
    .selectFrom('card')
    .select(['id', 'name'])
    .where('business_id', '=', businessId)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
  const trials = await Promise.all(
    cards.map(async ({ id: cardId, name }) => ({ cardId, name, card: await previewLoad(db, load, { pictures, cardId }) })),
  );
  return trials
    .filter(({ card }) => card !== undefined)
    .map(({ card, ...trial }) => ({ ...trial, problems: card?.errors ?? [] }))
    .toSorted((a, b) => Number(a.problems.length > 0) - Number(b.problems.length > 0));
}

async function previewLoad(
  db: Db,
  load: Load,
  { pictures, cardId }: { pictures: string; cardId?: string | undefined },
): Promise<Preview | undefined> {
  if (load.person === null) return undefined;
  const wording = await findWording(
    db,
    load.businessId,
    cardId ?? load.cardId,
    cardId === undefined ? load.cardVersion : null,
    languagesOf(load),
  );
  return wording && render(wording, load, pictures);
}

function render(wording: Wording, load: Load, pictures: string): Preview {
  const data = mergeData({ links: paperLinks(pictures) }, load, wording.language);
  const { fields } = wording.card;
  const rendered = renderCard(wording.card, data);
  return {
    ...rendered,
    errors: rendered.errors.map(plainly),
    cardId: wording.cardId,
    language: wording.language,
    hasLine: fields.includes('personalLine'),
  };
}

/** For whoever looks at a card and does not know the names of fields. */
export function plainly({ sentence, missing }: RenderFault): string {
  return missing === undefined ? sentence : `It needs ${fieldInWords(missing)}, which is not known here.`;
}

/** A member who presses a link in a preview must not answer or unsubscribe for the customer. */
export function paperLinks(pictures: string): PaperLinks {
  const nowhere = () => 'https://preview.invalid/';
  return { view: nowhere, unsubscribe: nowhere, preferences: nowhere, answer: nowhere, pictures };
}
