import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { MergeData } from '../cards/fields.ts';
import { type RenderedCard, renderCard } from '../cards/render.ts';
import { findWording } from '../occasions/cards.ts';
import { loadTouchpoint } from './load.ts';
import { remakeMessage } from './prepare.ts';

interface Kept {
  card_id: string;
  card_version: number;
  language: string;
  data: MergeData;
}

/** A card that was sent, made again from what was frozen with it; undefined when there is none, or the customer was erased. */
export async function showMessage(
  db: Db,
  businessId: string,
  touchpointId: string,
): Promise<(RenderedCard & { language: string }) | undefined> {
  const { rows } = await sql<Kept>`
    select m.card_id, m.card_version, m.language, md.data from message m
    join message_data md on md.business_id = m.business_id and md.touchpoint_id = m.touchpoint_id
    where m.business_id = ${businessId} and m.touchpoint_id = ${touchpointId}`.execute(db);
  const kept = rows[0];
  if (kept === undefined) return undefined;
  const wording = await findWording(db, businessId, kept.card_id, kept.card_version, [kept.language]);
  return wording && { ...renderCard(wording.card, kept.data), language: kept.language };
}

/** The very bytes of a mail, made again and held against the hash of those that left; undefined when they can no longer be made. */
export async function exactMail(db: Db, businessId: string, touchpointId: string): Promise<Buffer | undefined> {
  const load = await loadTouchpoint(db, businessId, touchpointId);
  if (!load?.frozen) return undefined;
  const wordingFor = (ofBusiness: string, cardId: string, version: number | null, languages: string[]) =>
    findWording(db, ofBusiness, cardId, version, languages);
  return (await remakeMessage({ wordingFor }, load.frozen))?.bytes;
}
