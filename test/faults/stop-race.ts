import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../src/businesses/commit.ts';
import { addStop } from '../../src/customers/stops.ts';
import { sendTouchpoints } from '../../src/touchpoints/send.ts';
import { startSink } from '../support/smtp-sink.ts';
import { addDue, type Due, ledger, MORNING, openSender, type SendShop } from '../touchpoints/send-shop.ts';

export interface StopRace {
  /** Stops that came before the hand-over, so that the card never left; and those that came after. */
  stopped: number;
  sent: number;
  /** At the sink though it was not handed over when the stop had been committed. None may be. */
  handedOverAfterStop: number;
  /** Neither at the sink nor blocked by its stop. None may be. */
  lost: number;
  /** The longest that a mail arrived after the commit of a stop, in milliseconds; negative when none did. */
  latestMs: number;
  states: Record<string, number>;
}

const SLICE = 5;

/** As many customers unsubscribe as cards are sent, each stop at its own moment in the course of the sending; by `unsubscribe` when given. */
export async function raceStops(
  db: Db,
  shop: SendShop,
  cards: number,
  unsubscribe?: (due: Due, n: number) => Promise<void>,
): Promise<StopRace> {
  const stop =
    unsubscribe ??
    (async ({ customerId }: Due) => {
      await addStop(db, shop.business.id, { kind: 'unsubscribed', customerId }, { by: 'customer', now: MORNING });
    });
  await using sink = await startSink({ latencyMs: 10 });
  await using set = openSender(db, sink.port);
  const emails = Array.from({ length: cards }, (_, n) => `race-${n}@example.com`);
  const dues = await addDue(db, shop, emails);
  await sendTouchpoints(set.sender, await addDue(db, shop, ['first@example.com']));
  const slices = Array.from({ length: Math.ceil(cards / SLICE) }, () => Promise.withResolvers<void>());
  let lastTook = 0;
  const sending = async () => {
    for (const [n, slice] of slices.entries()) {
      const start = performance.now();
      slice.resolve();
      await sendTouchpoints(set.sender, dues.slice(n * SLICE, (n + 1) * SLICE));
      lastTook = performance.now() - start;
    }
  };
  const stops = new Map<string, { handedOver: boolean; at: number }>();
  const stopping = async (due: Due, n: number) => {
    // Half of them at any moment, half of them close to their card's.
    const chance = ((n * 61) % 97) / 97;
    const moment = n % 4 < 2 ? chance * slices.length : Math.max(0, n / SLICE - 1 + 2 * chance);
    await slices[Math.min(slices.length - 1, Math.floor(moment))]!.promise;
    await sleep((moment % 1) * lastTook);
    await stop(due, n);
    // From here on the stop is committed: a card that is not handed over by now must never be.
    const at = Date.now();
    // One that a busy machine handed over too late to leave was not sent, and is handed over anew.
    const handedOver = db.selectFrom('attempt').select('n').where('touchpoint_id', '=', due.id).where('stage', '<>', 'not sent');
    stops.set(due.email, { handedOver: (await handedOver.executeTakeFirst()) !== undefined, at });
  };
  await Promise.all([sending(), ...dues.map(stopping)]);
  const statesNow = () => Promise.all(dues.map(async (due) => (await ledger(db, due)).state));
  const settled = ['accepted', 'blocked', 'uncertain', 'rejected'];
  while ((await statesNow()).some((state) => !settled.includes(state))) await sendTouchpoints(set.sender, dues);
  const arrived = new Map(sink.messages.map((message) => [message.recipient, message.at]));
  const all = [...stops].map(([email, stop]) => ({ ...stop, arrivedAt: arrived.get(email) }));
  const states = await statesNow();
  return {
    stopped: all.filter(({ arrivedAt }) => arrivedAt === undefined).length,
    sent: all.filter(({ arrivedAt }) => arrivedAt !== undefined).length,
    handedOverAfterStop: all.filter(({ handedOver, arrivedAt }) => !handedOver && arrivedAt !== undefined).length,
    lost: dues.filter(({ email }, n) => !arrived.has(email) && states[n] !== 'blocked').length,
    latestMs: Math.max(...all.map(({ at, arrivedAt }) => (arrivedAt ?? -Infinity) - at)),
    states: Object.fromEntries(
      Object.entries(Object.groupBy(states, (state) => state)).map(([state, rows]) => [state, rows?.length ?? 0]),
    ),
  };
}
