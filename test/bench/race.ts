import { raceOneClicks } from '../faults/one-click.ts';
import { raceStops } from '../faults/stop-race.ts';
import { siteOf } from '../support/site.ts';
import { MORNING, openShop } from '../touchpoints/send-shop.ts';
import { benchDatabase } from './bench-database.ts';

/** 2,000 customers unsubscribe while their 2,000 cards are being sent. */
export async function reportRace(): Promise<void> {
  await using bench = await benchDatabase();
  const { stopped, sent, handedOverAfterStop, lost, latestMs, states } = await raceStops(
    bench.db,
    await openShop(bench.db),
    2000,
  );
  process.stdout.write(
    `2000 stops racing 2000 cards: ${stopped} stopped, ${sent} sent, ${handedOverAfterStop} handed over after the stop's commit, ` +
      `${lost} lost, the latest mail ${latestMs} ms after a stop; ${JSON.stringify(states)}\n`,
  );
  await reportOneClicks();
}

/** 10,000 one-click presses by POST while the 10,000 cards are being sent. */
async function reportOneClicks(): Promise<void> {
  await using bench = await benchDatabase();
  const shop = await openShop(bench.db);
  const { stopped, sent, handedOverAfterStop, lost, refused, latestMs } = await raceOneClicks(
    bench.db,
    shop,
    siteOf(bench.db, MORNING),
    10_000,
  );
  process.stdout.write(
    `10000 one-click presses racing 10000 cards: ${stopped} stopped, ${sent} sent, ${handedOverAfterStop} handed over after the press was ` +
      `answered, ${lost} lost, ${refused} refused, the latest mail ${latestMs} ms after a press\n`,
  );
}
