import { publishGalleryCard } from '../../../src/occasions/cards.ts';
import { addOccasion } from '../../../src/occasions/occasion-add.ts';
import { archiveOccasion, listOccasions } from '../../../src/occasions/occasion.ts';
import type { House } from '../../support/house.ts';
import type { Case, Cases } from './types.ts';

export const occasionsCases: Cases = {
  'GET /occasions': () => ({}),
  'POST /occasions': () => ({
    form: {
      recipe: 'fixed-day',
      name: 'Town fair',
      month: '5',
      day: '1',
      side: 'before',
      days: '3',
      hour: '10:30',
      lateDays: '2',
      card: 'gallery:birthday-letters',
    },
  }),
  'GET /occasions/new': () => ({ query: 'recipe=own-date' }),
  'GET /occasions/:occasion': (house) => birthday(house),
  'POST /occasions/:occasion': async (house) => ({
    ...(await added(house)),
    form: {
      name: 'Fair',
      side: 'after',
      days: '2',
      hour: '8:15',
      lateDays: '3',
      lateHour: '19:00',
      workdayRule: 'after',
      mode: 'ask',
      was: '{"hour":"09:00"}',
      view: 'one',
    },
  }),
  'GET /occasions/:occasion/on': (house) => added(house),
  'GET /occasions/:occasion/preview': (house) => birthday(house),
  'POST /occasions/:occasion/away': (house) => added(house),
  'POST /occasions/:occasion/back': async (house) => {
    const one = await added(house);
    for (const business of [house.business, house.other])
      await archiveOccasion(house.app.db, business.id, one.slugs[business.id] ?? '', { by: 'fondly', now: house.app.now() });
    return { ...one, form: { mode: 'ask' } };
  },
  'POST /occasions/:occasion/turns': async (house) => {
    const { app, business } = house;
    const { cardId } = await publishGalleryCard(app.db, business, 'birthday-midnight', { by: 'fondly', now: app.now() });
    return { ...(await birthday(house)), form: { do: 'in', card: cardId } };
  },
  'POST /occasions/:occasion/move': async (house) => ({ ...(await added(house)), form: { to: 'up' } }),
};

async function birthday({ app: { db }, business, other }: House): Promise<Case> {
  const idIn = async (businessId: string) =>
    (await listOccasions(db, businessId)).find(({ slug }) => slug === 'birthday')?.id ?? '';
  return { params: { occasion: await idIn(business.id) }, foreign: { occasion: await idIn(other.id) } };
}

/** A fair of each shop's, still off. */
async function added(house: House): Promise<Case & { slugs: Record<string, string> }> {
  const [own, others] = [await fairIn(house, house.business), await fairIn(house, house.other)];
  return {
    params: { occasion: own.id },
    foreign: { occasion: others.id },
    slugs: { [house.business.id]: own.slug, [house.other.id]: others.slug },
  };
}

async function fairIn({ app: { db, now } }: House, business: House['business']): Promise<{ id: string; slug: string }> {
  const [{ card_id: cardId } = { card_id: '' }] = await listOccasions(db, business.id);
  const asked = { name: 'Fair', trigger: 'day', month: 5, day: 1, cardId } as const;
  const fair = await addOccasion(db, business, asked, { by: 'fondly', now: now() });
  if (!fair.ok) throw new Error(fair.reason);
  return fair;
}
