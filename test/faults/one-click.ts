import type { Db } from '../../src/businesses/commit.ts';
import { signLink } from '../../src/links/token.ts';
import type { Site } from '../../src/web/site.ts';
import { startWeb } from '../../src/web/server.ts';
import type { SendShop } from '../touchpoints/send-shop.ts';
import { raceStops, type StopRace } from './stop-race.ts';

export interface OneClickRace extends StopRace {
  /** Presses that were not answered with 200 and the one word. None may be. */
  refused: number;
}

/** Mailbox providers press "unsubscribe" for as many customers as cards are being sent, by a real POST in both encodings of RFC 8058. */
export async function raceOneClicks(db: Db, shop: SendShop, site: Site, cards: number): Promise<OneClickRace> {
  const web = await startWeb(site, { host: '127.0.0.1', port: 0 });
  let refused = 0;
  const race = await raceStops(db, shop, cards, async ({ id }, n) => {
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const body = n % 2 ? multipart : new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const token = signLink(site.keys, { business: shop.business.id, touchpoint: id, purpose: 'unsubscribe' });
    const answer = await fetch(`http://127.0.0.1:${web.port}/u/${token}`, { method: 'POST', redirect: 'manual', body });
    if (answer.status !== 200 || (await answer.text()) !== 'Unsubscribed.\n') refused++;
  });
  await web.close(0);
  return { ...race, refused };
}
