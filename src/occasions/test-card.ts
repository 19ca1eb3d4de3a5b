import { type Actor, type Db, inOneCommit } from '../businesses/commit.ts';
import type { LetterText } from '../businesses/letter-text.ts';
import { addLetter, type Letter } from '../businesses/letters.ts';
import type { RenderedCard } from '../cards/render.ts';

export interface TestCard {
  /** The member's own address. */
  address: string;
  /** BCP 47. */
  language: string;
  /** Made for one of our own people, never for a customer: nothing in it is anybody's to forget. */
  card: Pick<RenderedCard, 'subject' | 'html' | 'text'>;
}

/** Sends a card to the member who is making it; it leaves within seconds, in practice into the outbox. */
export async function sendTestCard(db: Db, businessId: string, test: TestCard, actor: Actor): Promise<void> {
  const { address, language, card } = test;
  await inOneCommit(db, async (trx) => {
    const letterId = await addLetter(trx, businessId, { kind: 'test card', language }, actor);
    const { subject, html, text } = card;
    const row = { business_id: businessId, letter_id: letterId, address, subject: `[Test] ${subject}`, html, text };
    await trx.insertInto('test_card').values(row).execute();
  });
}

/** The writer of such a letter; nothing once what it said was forgotten. */
export async function writeTestCard(db: Db, letter: Letter): Promise<LetterText | undefined> {
  const row = await db
    .selectFrom('test_card')
    .selectAll()
    .where('business_id', '=', letter.business_id)
    .where('letter_id', '=', letter.id)
    .executeTakeFirst();
  if (!row) return undefined;
  const { address, subject, html, text } = row;
  return { subject, title: subject, parts: [], to: { address }, card: { html, text } };
}

const KEPT_MS = 24 * 60 * 60 * 1000;

/** What such letters said, a day after they were written; true when there may be more. */
export async function forgetTestCards(db: Db, now: Date): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('test_card')
    .using('letter')
    .whereRef('letter.business_id', '=', 'test_card.business_id')
    .whereRef('letter.id', '=', 'test_card.letter_id')
    .where('letter.created_at', '<', new Date(now.getTime() - KEPT_MS))
    .executeTakeFirst();
  return numDeletedRows > 1000n;
}
