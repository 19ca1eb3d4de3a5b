import { raceStops } from '../faults/stop-race.ts';
import { openShop } from '../touchpoints/send-shop.ts';
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
}
