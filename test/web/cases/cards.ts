import sharp from 'sharp';
import { openDraft, readDraft } from '../../../src/occasions/card-drafts.ts';
import { startCard } from '../../../src/occasions/card-start.ts';
import { publishDraft } from '../../../src/occasions/cards-publish.ts';
import { slotsOf } from '../../../src/cards/slots.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

/** A card that is being written, in Rosa's shop; the other shop has one too. */
async function withDraft(house: House): Promise<Case & { card: string; rev: number }> {
  const card = await draftIn(house, house.business.id);
  const foreign = await draftIn(house, house.other.id);
  const draft = await readDraft(house.app.db, house.business.id, card);
  return { params: { card }, foreign: { card: foreign }, card, rev: draft?.rev ?? 0 };
}

async function draftIn({ app: { db, now } }: House, businessId: string): Promise<string> {
  const started = await startCard(db, businessId, { gallery: 'birthday-balloons' }, { by: 'fondly', now: now() });
  if (!started.ok) throw new Error(started.reason);
  return started.cardId;
}

async function withVersion(house: House): Promise<Case & { card: string; rev: number }> {
  const one = await withDraft(house);
  await publishIn(house, house.business.id, one.card);
  await publishIn(house, house.other.id, one.foreign?.['card'] ?? '');
  const draft = await openDraft(house.app.db, house.business.id, one.card, { by: 'fondly', now: house.app.now() });
  return { ...one, rev: draft?.rev ?? 0 };
}

async function publishIn({ app }: House, businessId: string, cardId: string): Promise<void> {
  const draft = await readDraft(app.db, businessId, cardId);
  const about = { cardId, rev: draft?.rev ?? 0 };
  const published = await publishDraft(app.db, app.workshop, businessId, about, { by: 'fondly', now: app.now() });
  if (!published.ok) throw new Error(published.reason);
}

const only = ({ params = {}, foreign = {} }: Case): Case => ({ params, foreign });

export const cardsCases: Cases = {
  'GET /cards': () => ({}),
  'GET /cards/gallery': () => ({ query: 'for=birthday' }),
  'GET /cards/gallery/:name/preview': () => ({ params: { name: 'birthday-midnight' }, foreign: { name: 'no-such-card' } }),
  'POST /cards/gallery/:name': () => ({ params: { name: 'birthday-midnight' }, foreign: { name: 'no-such-card' } }),
  'GET /cards/:card': async (house) => only(await withVersion(house)),
  'GET /cards/:card/preview': async (house) => ({ ...only(await withVersion(house)), query: 'as=no%20name&language=de' }),
  'POST /cards/:card/edit': async (house) => only(await withVersion(house)),
  'GET /cards/:card/edit': async (house) => ({ ...only(await withDraft(house)), query: 'language=fr' }),
  'POST /cards/:card/draft': async (house) => {
    const one = await withDraft(house);
    return { ...only(one), form: { rev: one.rev, language: 'en', 'w.headline': 'All the best' } };
  },
  'GET /cards/:card/draft/preview': async (house) => ({ ...only(await withDraft(house)), query: 'language=ar&as=emoji' }),
  'POST /cards/:card/draft/preview': async (house) => ({
    ...only(await withDraft(house)),
    form: { language: 'en', as: 'everyday', 'w.headline': 'All the best' },
    expect: 200,
  }),
  'POST /cards/:card/here': async (house) => ({ ...only(await withDraft(house)), expect: 200 }),
  'POST /cards/:card/name': async (house) => {
    const one = await withDraft(house);
    return { ...only(one), form: { rev: one.rev, name: 'Balloons for spring' } };
  },
  'POST /cards/:card/languages': async (house) => {
    const one = await withDraft(house);
    return { ...only(one), form: { rev: one.rev, language: 'nl', do: 'add' } };
  },
  'POST /cards/:card/design': async (house) => {
    const one = await withDraft(house);
    const draft = await readDraft(house.app.db, house.business.id, one.card);
    const block = slotsOf(draft?.mjml ?? '').blocks[0]?.name ?? '';
    return { ...only(one), form: { rev: one.rev, block, do: 'hide' } };
  },
  'POST /cards/:card/picture': async (house) => {
    const one = await withDraft(house);
    const picture = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#987' } })
      .png()
      .toBuffer();
    const file = new Blob([picture], { type: 'image/png' });
    return { ...only(one), form: { rev: one.rev, picture: 'picture1', alt: 'A field', src: '', file } };
  },
  'POST /cards/:card/colours': async (house) => {
    const one = await withDraft(house);
    return { ...only(one), form: { rev: one.rev, accent: '#2f6b4f', second: '#cfe3c4', do: 'set' } };
  },
  'GET /cards/:card/source': async (house) => only(await withDraft(house)),
  'POST /cards/:card/source': async (house) => {
    const one = await withDraft(house);
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-text>[[headline]]</mj-text></mj-column></mj-section></mj-body></mjml>';
    return { ...only(one), form: { rev: one.rev, language: 'en', mjml, understood: '1' } };
  },
  'POST /cards/:card/source/check': async (house) => ({
    ...only(await withDraft(house)),
    form: { language: 'en', mjml: '<mjml><mj-include path="/etc/passwd" /></mjml>' },
    expect: 200,
  }),
  'GET /cards/:card/publish': async (house) => only(await withDraft(house)),
  'POST /cards/:card/publish': async (house) => {
    const one = await withDraft(house);
    return { ...only(one), form: { rev: one.rev } };
  },
  'GET /cards/:card/checks': async (house) => only(await withDraft(house)),
  'POST /cards/:card/test': async (house) => ({
    ...only(await withDraft(house)),
    form: { language: 'en' },
  }),
  'GET /cards/:card/compare': async (house) => ({ ...only(await withVersion(house)), query: 'from=1&to=1' }),
  'POST /cards/:card/versions/:n': async (house) => {
    const { params, foreign } = await withVersion(house);
    return { params: { ...params, n: '1' }, foreign: { ...foreign, n: '1' } };
  },
  'POST /cards/:card/copy': async (house) => only(await withVersion(house)),
  'POST /cards/:card/archive': async (house) => ({ ...only(await withVersion(house)), form: { do: 'away' } }),
};
