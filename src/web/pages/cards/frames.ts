import { compileCard } from '../../../cards/compile.ts';
import { readGalleryCard } from '../../../cards/gallery.ts';
import { type RenderedCard, renderCard } from '../../../cards/render.ts';
import { lookFrom } from '../../../businesses/look.ts';
import { findWording } from '../../../occasions/cards.ts';
import { cardPage } from '../../headers.ts';
import type { Visit } from '../../visit.ts';
import { sampleData } from './samples.ts';

/** A published card for its frame: `version`, `language` and `as` (one of SAMPLES) say which and to whom. */
export async function cardPreview(visit: Visit): Promise<Response> {
  const shown = await renderPublished(visit, visit.id('card'));
  return shown ? cardPage(visit.c, shown.html, true) : visit.missing();
}

/** A ready card in this shop's colours, for its frame. */
export async function galleryPreview(visit: Visit): Promise<Response> {
  const { c, site, business } = visit;
  const design = await readGalleryCard(c.req.param('name') ?? '');
  const wanted = c.req.query('language') ?? business.locale.split('-')[0] ?? 'en';
  const language = design?.words[wanted] ? wanted : 'en';
  const words = design?.words[language];
  if (!design || !words) return visit.missing();
  const compiled = await compileCard({ mjml: design.mjml, words, language, look: lookFrom(business) });
  if (!compiled.ok) return visit.missing();
  return cardPage(c, renderCard(compiled.card, sampleData(site, business, 'everyday', language)).html, true);
}

export interface Published extends RenderedCard {
  language: string;
  version: number;
}

export async function renderPublished(visit: Visit, cardId: string | undefined): Promise<Published | undefined> {
  const { c, site, db, business } = visit;
  const version = Number(c.req.query('version') ?? 0);
  if (cardId === undefined || !Number.isInteger(version) || version < 0 || version > 1_000_000) return undefined;
  const wanted = [c.req.query('language') ?? '', business.locale].filter(Boolean);
  const wording = await findWording(db, business.id, cardId, version === 0 ? null : version, wanted);
  if (!wording) return undefined;
  const data = sampleData(site, business, c.req.query('as') ?? 'everyday', wording.language);
  return { ...renderCard(wording.card, data), language: wording.language, version: wording.version };
}
