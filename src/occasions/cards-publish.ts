import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { Workshop } from '../cards/workshop.ts';
import { checkBeforePublishing, type Checked, type Finding } from './card-checks.ts';
import { occasionsWith } from './cards-archive.ts';
import { type Draft, readDraft, settleDraft } from './card-drafts.ts';
import { isStillWorn } from './card-look.ts';
import { lockCard, storeNextVersion } from './card-versions.ts';

export type Published = Outcome<{ version: number }> & { findings: Finding[] };

/**
 * Publishes the draft as the card's next version, which is never changed again. `rev` is the draft that was looked at: one that somebody changed since is
 * refused, and one in a look that the shop has left; so is one whose check stops it, with the list.
 */
export async function publishDraft(
  db: Db,
  workshop: Workshop,
  businessId: string,
  { cardId, rev }: { cardId: string; rev: number },
  actor: Actor,
): Promise<Published> {
  const draft = await readDraft(db, businessId, cardId);
  if (!draft) return { ...refused('There is no such card.'), findings: [] };
  const outdated = { ...refused(CHANGED), findings: [] };
  if (draft.rev !== rev) return outdated;
  const checked = await checkBeforePublishing(db, workshop, businessId, draft, { cardId }, actor.now);
  const stops = checked.findings.filter(({ kind }) => kind === 'stops').map(({ sentence }) => sentence);
  if (stops.length > 0) return { ...refused(stops.join('\n')), findings: checked.findings };
  return inOneCommit(db, async (trx): Promise<Published> => {
    const version = await storeDraft(trx, businessId, draft, checked, actor);
    return version === undefined ? outdated : { ok: true, version, findings: checked.findings };
  });
}

const CHANGED = 'Somebody changed this card, or the shop’s look, just now. Look at it once more, then publish it.';

/** Undefined when the draft, or the shop's look, became another one while it was checked. */
async function storeDraft(
  trx: Db,
  businessId: string,
  { cardId, rev, mjml, words, look: ownLook, source }: Draft,
  { cards, look }: Checked,
  actor: Actor,
): Promise<number | undefined> {
  if (!(await isStillWorn(trx, businessId, { look, ownLook }))) return undefined;
  const card = await lockCard(trx, businessId, cardId);
  if (!card || (await readDraft(trx, businessId, cardId))?.rev !== rev) return undefined;
  const n = await storeNextVersion(trx, { businessId, cardId, mjml, words, look, ownLook, source, cards }, actor);
  await settleDraft(trx, businessId, cardId, rev, n);
  // From now on it is the shop's own: what comes with Fondly never takes its place.
  if (card.gallery !== null)
    await trx
      .updateTable('card')
      .set({ gallery: null, made_from: card.gallery })
      .where('business_id', '=', businessId)
      .where('id', '=', cardId)
      .execute();
  await wakeOccasions(trx, businessId, cardId, actor);
  return n;
}

/** An approval was given for the version before: planning asks again. */
async function wakeOccasions(db: Db, businessId: string, cardId: string, { now }: Actor): Promise<void> {
  const ids = (await occasionsWith(db, businessId, cardId)).filter(({ mode }) => mode === 'ask').map(({ id }) => id);
  if (ids.length === 0) return;
  await db.updateTable('occasion').set({ replan_at: now }).where('business_id', '=', businessId).where('id', 'in', ids).execute();
}
