import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LinkPurpose } from '../../src/links/keys.ts';
import { signLink } from '../../src/links/token.ts';
import { routes } from '../../src/web/routes.ts';
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
  const race = await raceOneClicks(db, shop, site, 100, 6);
  expect(race).toMatchObject({ handedOverAfterStop: 0, lost: 0, refused: 0 });
  expect(race.latestMs).toBeLessThan(1000);
  expect(Math.min(race.stopped, race.sent)).toBeGreaterThan(0);
  const stops = await db.selectFrom('stop').select('customer_id').where('customer_id', 'is not', null).execute();
  expect(new Set(stops.map((stop) => stop.customer_id)).size).toBe(100);
});

// A hundredth of all single-bit changes of 100 tokens, and of 100,000 random ones.
describe('a link that we did not make', () => {
  const doors: Partial<Record<LinkPurpose, string>> = {
    unsubscribe: 'u',
    preferences: 'p',
    survey: 'a',
    confirm: 'c',
    view: 'v',
  };
  const app = routes(site);
  const body = () => new URLSearchParams({ do: 'stop', answer: '1', 'List-Unsubscribe': 'One-Click' });
  const statusOf = async (path: string) =>
    (await app.request(path, { method: path.startsWith('/v') ? 'GET' : 'POST', body: path.startsWith('/v') ? null : body() }))
      .status;

  it('is accepted by no page with any of its bits changed, and stops nothing', async () => {
    const [due] = await addDue(db, shop, ['bits@example.com']);
    const before = await db.selectFrom('stop').select('id').execute();
    for (const [purpose, door] of Object.entries(doors) as [LinkPurpose, string][]) {
      const bytes = Buffer.from(tokenOf(due!.id, purpose), 'base64url');
      const changed = Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const copy = Buffer.from(bytes);
        copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        return `/${door}/${copy.toString('base64url')}`;
      });
      expect([door, new Set(await Promise.all(changed.map(statusOf)))]).toEqual([door, new Set([404])]);
    }
    expect(await db.selectFrom('stop').select('id').execute()).toEqual(before);
    expect(await statusOf(`/u/${tokenOf(due!.id, 'unsubscribe')}`)).toBe(200);
  }, 60_000);

  it('is accepted by no page when it is made up, or signed for nobody', async () => {
    const made = Array.from({ length: 1000 }, (_, n) => randomBytes(49 + (n % 3)).toString('base64url'));
    const nobody = signLink(site.keys, { business: shop.business.id, touchpoint: randomUUID(), purpose: 'unsubscribe' });
    const stranger = signLink(site.keys, { business: randomUUID(), touchpoint: randomUUID(), purpose: 'unsubscribe' });
    const odd = ['', '%00', '..%2f..', 'a'.repeat(5000), '\u{1F382}'];
    const paths = [...made, nobody, stranger, ...odd].map(
      (token, n) => `/${n < 1000 ? Object.values(doors)[n % 5] : 'u'}/${token}`,
    );
    expect(new Set(await Promise.all(paths.map(statusOf)))).toEqual(new Set([404]));
  });
});
