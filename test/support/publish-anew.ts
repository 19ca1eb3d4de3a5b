import { sql } from 'kysely';
import type { Db } from '../../src/businesses/commit.ts';

/** Publishes a card of the gallery, with the words that it has, as its next version. */
export async function publishAnew(db: Db, businessId: string, gallery: string): Promise<void> {
  await sql`with former as (
      select v.* from card_version v join card k on k.business_id = v.business_id and k.id = v.card_id
      where k.business_id = ${businessId} and k.gallery = ${gallery}
    ), next as (
      insert into card_version (business_id, card_id, n, mjml, look, by, at)
      select business_id, card_id, n + 1, mjml, look, by, at from former
    )
    insert into card_wording (business_id, card_id, n, language, words, subject, html, text, hash)
    select w.business_id, w.card_id, w.n + 1, w.language, w.words, w.subject, w.html, w.text, w.hash
    from card_wording w join former using (business_id, card_id, n)`.execute(db);
}
