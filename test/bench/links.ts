import { siteOf } from '../support/site.ts';
import { tryChangedBits, tryMadeUp } from '../faults/forged-links.ts';
import { addDue, MORNING, openShop } from '../touchpoints/send-shop.ts';
import { benchDatabase } from './bench-database.ts';
import { compareTimes } from './links-timing.ts';

const READINGS = 200_000;

/** Every single-bit change of 100 links, and 100,000 made-up ones, each pressed; and what the time to read a link tells of its signature. */
export async function reportLinks(): Promise<void> {
  await reportPressed();
  reportTimes();
}

async function reportPressed(): Promise<void> {
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

function reportTimes(): void {
  const lines = compareTimes(READINGS).map(({ one, two, t }) => `  ${one} / ${two}: |t| = ${t.toFixed(1)}`);
  process.stdout.write(
    `the time to read a link (Welch's t, n = ${READINGS} of each kind; beyond 4.5 it tells; that a link is right, its answer tells anyway):\n${lines.join('\n')}\n`,
  );
}
