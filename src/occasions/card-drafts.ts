import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { Look } from '../cards/look.ts';
import { type CardVersionContent, latestCardVersion, lockCard, readCardVersion } from './card-versions.ts';
import {
  applyChange,
  type DraftChange,
  type DraftContent,
  type Marks,
  problemWithDraft,
  type Theirs,
  theirsSince,
} from './card-drafts-changes.ts';

/** A card as its members are writing it. `look` is what the card itself sets, above the shop's. */
export interface Draft extends DraftContent {
  cardId: string;
  rev: number;
  /** It says something else than version `fromVersion`, or there is none yet. */
  changed: boolean;
  /** The version that it was begun from; null for a card that was never published. */
  fromVersion: number | null;
  by: string;
  at: Date;
}

/** `theirs`: what others changed since the rev that was sent, to be taken over; when refused, what both changed. */
export type Saved = { ok: true; rev: number; theirs: Theirs[] } | { ok: false; reason: string; rev: number; theirs: Theirs[] };

/** The draft of a card, begun from its newest version where nobody changed anything since; undefined if there is no such card. */
export async function openDraft(db: Db, businessId: string, cardId: string, actor: Actor): Promise<Draft | undefined> {
  const draft = await readDraft(db, businessId, cardId);
  if (draft?.changed) return draft;
  const latest = await latestCardVersion(db, businessId, cardId);
  if (draft && draft.fromVersion === (latest?.n ?? null)) return draft;
  return inOneCommit(db, async (trx) => {
    const card = await lockCard(trx, businessId, cardId);
    const version = card && (await readCardVersion(trx, businessId, cardId, null));
    const now = card && (await readDraft(trx, businessId, cardId));
    if (!card || !version || now?.changed) return now;
    if (now) await replaceDraft(trx, businessId, now, version, now.rev + 1, actor);
    else await insertDraft(trx, businessId, cardId, contentOf(card.name, version), version.n, actor);
    return readDraft(trx, businessId, cardId);
  });
}

/**
 * Keeps what somebody wrote. `rev` is the draft as they last saw it: what others changed since is kept too, word by word; where both
 * changed the same word, nothing is written and both texts are told. Sent again with the new rev, theirs is overwritten knowingly.
 */
export async function saveDraft(
  db: Db,
  businessId: string,
  cardId: string,
  { rev, change }: { rev: number; change: DraftChange },
  actor: Actor,
): Promise<Saved> {
  const problem = problemWithDraft(change);
  if (problem) return { ok: false, reason: problem, rev, theirs: [] };
  return inOneCommit(db, async (trx): Promise<Saved> => {
    const card = await lockCard(trx, businessId, cardId);
    const draft = card && (await readMarked(trx, businessId, cardId));
    if (!draft) return { ok: false, reason: 'There is no such card. It may have been opened in another shop.', rev, theirs: [] };
    const theirs = theirsSince(draft, rev, actor.by);
    const made = applyChange(draft, change, rev, actor.by);
    if (!made.ok) return { ok: false, reason: made.reason, rev: draft.rev, theirs: made.theirs };
    if (JSON.stringify(made.draft.words).length > MAX_WORDS_BYTES)
      return { ok: false, reason: 'The card has more words than it can keep. Take some away first.', rev: draft.rev, theirs: [] };
    if (made.changed) await writeDraft(trx, businessId, made.draft, actor);
    return { ok: true, rev: made.draft.rev, theirs };
  });
}

const MAX_WORDS_BYTES = 1_000_000;

/** A version as the new draft; the newest throws away what was not published. What the draft said is kept in the history. */
export async function bringBack(
  db: Db,
  businessId: string,
  cardId: string,
  n: number,
  actor: Actor,
): Promise<Outcome<{ rev: number }>> {
  await openDraft(db, businessId, cardId, actor);
  return inOneCommit(db, async (trx) => {
    const card = await lockCard(trx, businessId, cardId);
    const version = card && (await readCardVersion(trx, businessId, cardId, n));
    const draft = version && (await readDraft(trx, businessId, cardId));
    if (!draft || !version) return refused('There is no such version of this card.');
    const { mjml, words, look, rev } = draft;
    await keepChange(
      trx,
      { businessId, what: 'draft replaced', before: { cardId, rev, mjml, words, look }, after: { cardId, version: version.n } },
      actor,
    );
    const newest = await latestCardVersion(trx, businessId, cardId);
    await replaceDraft(trx, businessId, draft, version, newest?.n === version.n ? rev + 1 : 0, actor);
    return { ok: true, rev: rev + 1 };
  });
}

/** The draft's `rev` was published as version `n`. */
export async function settleDraft(db: Db, businessId: string, cardId: string, rev: number, n: number): Promise<void> {
  await db
    .updateTable('card_draft')
    .set({ clean_rev: rev, from_n: n })
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .execute();
}

export async function readDraft(db: Db, businessId: string, cardId: string): Promise<Draft | undefined> {
  const marked = await readMarked(db, businessId, cardId);
  if (!marked) return undefined;
  const { marks: _marks, ...draft } = marked;
  return draft;
}

/** A version as a draft to begin with. */
export function contentOf(name: string, { mjml, words, ownLook, source }: CardVersionContent): DraftContent {
  return { name, mjml, words, look: ownLook, source };
}

/** The first of a card; one that it has stays. */
export async function insertDraft(
  db: Db,
  businessId: string,
  cardId: string,
  { mjml, words, look, source }: DraftContent,
  fromVersion: number | null,
  actor: Actor,
): Promise<void> {
  const key = { business_id: businessId, card_id: cardId, rev: 1, clean_rev: fromVersion === null ? 0 : 1, from_n: fromVersion };
  const texts = { source, mjml, words: JSON.stringify(words), own_look: JSON.stringify(look), marks: '{}' };
  await db
    .insertInto('card_draft')
    .values({ ...key, ...texts, by: actor.by, at: actor.now })
    .onConflict((conflict) => conflict.columns(['business_id', 'card_id']).doNothing())
    .execute();
}

interface Marked extends Draft {
  marks: Marks;
}

async function readMarked(db: Db, businessId: string, cardId: string): Promise<Marked | undefined> {
  const row = await db
    .selectFrom('card_draft as d')
    .innerJoin('card as c', (join) => join.onRef('c.business_id', '=', 'd.business_id').onRef('c.id', '=', 'd.card_id'))
    .selectAll('d')
    .select('c.name')
    .where('d.business_id', '=', businessId)
    .where('d.card_id', '=', cardId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { rev, source, mjml, words, own_look: look, marks, from_n: fromVersion, clean_rev: clean, by, at, name } = row;
  return { cardId, name, rev, changed: rev !== clean, source, mjml, words, look: look as Look, marks, fromVersion, by, at };
}

/** Everything counts as written now: whoever still has an older rev on the screen is told. */
async function replaceDraft(
  db: Db,
  businessId: string,
  { cardId, rev }: Draft,
  version: CardVersionContent,
  cleanRev: number,
  actor: Actor,
): Promise<void> {
  const { mjml, words, ownLook, source, n } = version;
  const marks = JSON.stringify({ '*': [rev + 1, actor.by] });
  await db
    .updateTable('card_draft')
    .set({ rev: rev + 1, clean_rev: cleanRev, from_n: n, source, mjml, marks, by: actor.by, at: actor.now })
    .set({ words: JSON.stringify(words), own_look: JSON.stringify(ownLook) })
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .execute();
}

async function writeDraft(db: Db, businessId: string, draft: Marked, actor: Actor): Promise<void> {
  const { cardId, rev, source, mjml, words, look, marks, name } = draft;
  await db
    .updateTable('card_draft')
    .set({ rev, source, mjml, words: JSON.stringify(words), own_look: JSON.stringify(look), marks: JSON.stringify(marks) })
    .set({ by: actor.by, at: actor.now })
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .execute();
  await db.updateTable('card').set({ name }).where('business_id', '=', businessId).where('id', '=', cardId).execute();
}
