import { renderCard } from '../../../cards/render.ts';
import { addDays } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { findWording } from '../../../occasions/cards.ts';
import { outlookOf } from '../../../occasions/occasion-outlook.ts';
import type { Occasion } from '../../../occasions/occasion.ts';
import { previewTouchpoint } from '../../../touchpoints/preview.ts';
import { cardPage } from '../../headers.ts';
import type { Visit } from '../../visit.ts';
import { sampleData } from '../cards/samples.ts';
import { askedFor } from './asked.ts';

/** An occasion's card for its frame, as the next customer gets it; with made-up data while there is nobody. */
export async function occasionPreview(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const shown = (await asNext(visit, occasion)) ?? (await asSample(visit, occasion));
  return shown === undefined ? visit.missing() : cardPage(visit.c, shown, true);
}

async function asNext({ db, business, now, site }: Visit, occasion: Occasion): Promise<string | undefined> {
  const today = localDayOf(now, business.zone);
  const next = (await outlookOf(db, business.id, today, addDays(today, 30))).get(occasion.id)?.next;
  const how = { pictures: `${site.publicUrl}/pictures/`, cardId: occasion.card_id };
  const preview = next && (await previewTouchpoint(db, business.id, next.touchpointId, how));
  return preview?.html;
}

async function asSample({ db, business, site }: Visit, { card_id: cardId, name }: Occasion): Promise<string | undefined> {
  const wording = await findWording(db, business.id, cardId, null, [business.locale]);
  if (!wording) return undefined;
  return renderCard(wording.card, { ...sampleData(site, business, 'everyday', wording.language), occasion: { name } }).html;
}
