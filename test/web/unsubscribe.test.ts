import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LinkPurpose } from '../../src/links/keys.ts';
import { signLink } from '../../src/links/token.ts';
import { presser, tryChangedBits, tryMadeUp } from '../faults/forged-links.ts';
import { raceOneClicks } from '../faults/one-click.ts';
import { testDatabase } from '../support/database.ts';
import { siteOf } from '../support/site.ts';
import { addDue, MORNING, openShop } from '../touchpoints/send-shop.ts';

const { db } = await testDatabase();
const shop = await openShop(db);
const site = siteOf(db, MORNING);

const tokenOf = (touchpoint: string, purpose: LinkPurpose) =>
  signLink(site.keys, { business: shop.business.id, touchpoint, purpose });

// A hundredth of 10,000, which `npm run bench -- race` runs.
it('a one-click POST that races the sender wins, or the card had been handed over before', async () => {
  const race = await raceOneClicks(db, shop, site, 100);
  expect(race).toMatchObject({ handedOverAfterStop: 0, lost: 0, refused: 0 });
  // It takes 10 ms for each command; a busy machine is let off.
  expect(race.latestMs).toBeLessThan(20_000);
  expect(Math.min(race.stopped, race.sent)).toBeGreaterThan(0);
  const stops = await db.selectFrom('stop').select('customer_id').where('customer_id', 'is not', null).execute();
  expect(new Set(stops.map((stop) => stop.customer_id)).size).toBe(100);
});

// A hundredth of what `npm run bench -- links` tries.
describe('a link that we did not make', () => {
  const statusOf = presser(site);

  it('is accepted by no page with any of its bits changed, and stops nothing', async () => {
    const [due] = await addDue(db, shop, ['bits@example.com']);
    const before = await db.selectFrom('stop').select('id').execute();
    const forged = await tryChangedBits(site, shop.business.id, [due!.id]);
    expect(forged).toEqual({ tried: expect.any(Number), accepted: 0 });
    expect(forged.tried).toBeGreaterThan(1500);
    expect(await db.selectFrom('stop').select('id').execute()).toEqual(before);
    expect(await statusOf(`/u/${tokenOf(due!.id, 'unsubscribe')}`)).toBe(200);
  });

  it('is accepted by no page when it is made up, or signed for nobody', async () => {
    expect(await tryMadeUp(site, 1000)).toEqual({ tried: 1000, accepted: 0 });
    const nobody = signLink(site.keys, { business: shop.business.id, touchpoint: randomUUID(), purpose: 'unsubscribe' });
    const stranger = signLink(site.keys, { business: randomUUID(), touchpoint: randomUUID(), purpose: 'unsubscribe' });
    const odd = [nobody, stranger, '', '%00', '..%2f..', 'a'.repeat(5000), '\u{1F382}'];
    expect(new Set(await Promise.all(odd.map((token) => statusOf(`/u/${token}`))))).toEqual(new Set([404]));
  });
});
