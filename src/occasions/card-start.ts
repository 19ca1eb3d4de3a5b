import { v7 } from 'uuid';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { readGalleryCard } from '../cards/gallery.ts';
import { type DraftContent, problemWithDraft } from './card-drafts-changes.ts';
import { contentOf, insertDraft, readDraft } from './card-drafts.ts';
import { lockCard, readCardVersion } from './card-versions.ts';

/** A new card that nobody gets yet: from a card of the gallery, or like another of the shop's, in its words. */
export async function startCard(
  db: Db,
  businessId: string,
  from: ({ gallery: string } | { copyOf: string }) & { name?: string },
  actor: Actor,
): Promise<Outcome<{ cardId: string }>> {
  return inOneCommit(db, async (trx) => {
    const origin = await originOf(trx, businessId, from);
    if (!origin) return refused('There is no such card to begin with.');
    const { content, madeFrom } = origin;
    const name = from.name?.trim() || content.name;
    const problem = problemWithDraft({ name });
    if (problem) return refused(problem);
    const row = { business_id: businessId, id: v7(), name, gallery: null, made_from: madeFrom, created_at: actor.now };
    await trx.insertInto('card').values(row).execute();
    await insertDraft(trx, businessId, row.id, content, null, actor);
    await keepChange(trx, { businessId, what: 'card added', after: { cardId: row.id, name } }, actor);
    return { ok: true, cardId: row.id };
  });
}

async function originOf(
  db: Db,
  businessId: string,
  from: { gallery: string } | { copyOf: string },
): Promise<{ madeFrom: string | null; content: DraftContent } | undefined> {
  if ('gallery' in from) {
    const ready = await readGalleryCard(from.gallery);
    return (
      ready && {
        madeFrom: ready.name,
        content: { name: ready.title, mjml: ready.mjml, words: ready.words, look: {}, source: 'slots' },
      }
    );
  }
  const card = await lockCard(db, businessId, from.copyOf);
  const draft = card && (await readDraft(db, businessId, from.copyOf));
  const version = card && (await readCardVersion(db, businessId, from.copyOf, null));
  const content = draft?.changed || !version ? draft : contentOf(card.name, version);
  if (!card || !content) return undefined;
  const { mjml, words, look, source } = content;
  return {
    madeFrom: card.gallery ?? card.made_from,
    content: { name: `${card.name.slice(0, 90)} (copy)`, mjml, words, look, source },
  };
}
