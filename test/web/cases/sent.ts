import { v7 } from 'uuid';
import { addLetter } from '../../../src/businesses/letters.ts';
import { itArrived } from '../../../src/touchpoints/doubt.ts';
import { sendAtOnce } from '../../support/approve.ts';
import type { House } from '../../support/house.ts';
import { coming } from './home.ts';
import type { Case, Cases } from './types.ts';

export const sentCases: Cases = {
  'GET /sent': () => ({ query: 'q=maria&state=arrived' }),
  'GET /sent/missed': () => ({}),
  'GET /sent/letters': (house) => letter(house).then(() => ({})),
  'GET /sent/letters/:letter': (house) => letter(house),
  'GET /sent/letters/:letter/card': async (house) => ({ ...(await letter(house)), expect: 404 }),
  'GET /sent/:touchpoint': (house) => sent(house),
  'GET /sent/:touchpoint/card': (house) => sent(house),
  'POST /sent/:touchpoint/arrived': (house) => uncertain(house),
  'POST /sent/:touchpoint/unsure': async (house) => {
    const one = await uncertain(house);
    const actor = { by: 'fondly', now: house.app.now() };
    await itArrived(house.app.db, house.business.id, one.params?.['touchpoint'] ?? '', actor);
    return one;
  },
  'POST /sent/:touchpoint/again': (house) => uncertain(house),
};

/** A card that practice sent in Rosa's shop, and one in the other. */
async function sent(house: House): Promise<Case> {
  const one = await coming(house);
  const actor = { by: 'fondly', now: house.app.now() };
  await sendAtOnce(house.app.db, house.business.id, one.params['touchpoint'] ?? '', actor);
  await sendAtOnce(house.app.db, house.other.id, one.foreign['touchpoint'] ?? '', actor);
  await house.shop.live(new Date(actor.now.getTime() + 1000).toISOString());
  return one;
}

async function uncertain(house: House): Promise<Case> {
  const one = await sent(house);
  const ids = [one.params?.['touchpoint'] ?? '', one.foreign?.['touchpoint'] ?? ''];
  await house.app.db.updateTable('touchpoint').set({ state: 'uncertain', reason: 'no answer' }).where('id', 'in', ids).execute();
  await house.app.db.updateTable('attempt').set({ stage: 'uncertain', code: null }).where('touchpoint_id', 'in', ids).execute();
  return one;
}

async function letter(house: House): Promise<Case> {
  const { db, now } = house.app;
  const ids: string[] = [];
  for (const business of [house.business.id, house.other.id]) {
    await addLetter(db, business, { kind: 'low answer', language: 'en' }, { by: 'fondly', now: now() });
    const row = await db
      .updateTable('letter')
      .set({ state: 'sent', message_id: `<${v7()}@rosa.example>` })
      .where('business_id', '=', business)
      .where('state', '=', 'planned')
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(row.id);
  }
  return { params: { letter: ids[0] ?? '' }, foreign: { letter: ids[1] ?? '' } };
}
