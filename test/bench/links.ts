import { siteOf } from '../support/site.ts';
import { tryChangedBits, tryMadeUp } from '../faults/forged-links.ts';
import { addDue, MORNING, openShop } from '../touchpoints/send-shop.ts';
import { benchDatabase } from './bench-database.ts';

/** Every single-bit change of 100 links, and 100,000 made-up ones, each pressed. */
export async function reportLinks(): Promise<void> {
  await using bench = await benchDatabase();
  const shop = await openShop(bench.db);
  const site = siteOf(bench.db, MORNING);
  const emails = Array.from({ length: 100 }, (_, n) => `link-${n}@example.com`);
  const dues = await addDue(bench.db, shop, emails);
  const bits = await tryChangedBits(
    site,
    shop.business.id,
    dues.map(({ id }) => id),
  );
  const madeUp = await tryMadeUp(site, 100_000);
  const { stops } = await bench.db
    .selectFrom('stop')
    .select(({ fn }) => fn.countAll<string>().as('stops'))
    .executeTakeFirstOrThrow();
  process.stdout.write(
    `${bits.tried} links with one bit changed: ${bits.accepted} accepted; ${madeUp.tried} made-up links: ${madeUp.accepted} accepted; ${stops} stops\n`,
  );
}
