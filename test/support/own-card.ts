import type { Actor, Db } from '../../src/businesses/commit.ts';
import { compileCard } from '../../src/cards/compile.ts';
import { renderCard } from '../../src/cards/render.ts';
import { tryAll } from '../../src/cards/try-all.ts';
import type { Words } from '../../src/cards/words.ts';
import type { Workshop } from '../../src/cards/workshop.ts';
import { openDraft, saveDraft } from '../../src/occasions/card-drafts.ts';
import { startCard } from '../../src/occasions/card-start.ts';
import { publishDraft } from '../../src/occasions/cards-publish.ts';

/** A workshop without threads, for cards that the test itself wrote. */
export const benchtop: Workshop = {
  compile: compileCard,
  render: (card, data) => Promise.resolve(renderCard(card, data)),
  tryAll: (cards, people) => Promise.resolve(tryAll(cards, people)),
  close: () => Promise.resolve(),
};

export interface OwnCard {
  name: string;
  mjml: string;
  words: Record<string, Words>;
  colours?: Record<string, string>;
}

/** A card of the shop's own, written and published as members do it; the next version of `known` where that is given. */
export async function publishOwn(db: Db, businessId: string, card: OwnCard, actor: Actor, known?: string) {
  const { name, mjml, words, colours = {} } = card;
  const started = known ?? (await startCard(db, businessId, { gallery: 'thank-you', name }, actor));
  const cardId = typeof started === 'string' ? started : started.ok ? started.cardId : '';
  const draft = (await openDraft(db, businessId, cardId, actor))!;
  const without = Object.fromEntries(Object.keys(draft.words).map((language) => [language, null]));
  const change = { mjml, words: { ...without, ...words }, colours };
  const saved = await saveDraft(db, businessId, cardId, { rev: draft.rev, change }, actor);
  return { cardId, ...(await publishDraft(db, benchtop, businessId, { cardId, rev: saved.rev }, actor)) };
}
