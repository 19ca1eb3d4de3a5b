import { type KillFigures, killWorkers } from '../faults/kill.ts';
import { startRedis } from '../support/redis.ts';
import { benchDatabase } from './bench-database.ts';

const FULL = { cards: 2000, kills: 20, lines: 5, leaseMs: 2000 };

export interface KillBench {
  backend: 'postgres' | 'redis';
  policy: 'ask' | 'retry';
}

/** The worker killed (-9) 20 times during 2,000 sends, with the queue on one backend and uncertain cards treated by one policy. */
export async function benchKill({ backend, policy }: KillBench, size = FULL): Promise<KillFigures> {
  await using bench = await benchDatabase();
  await using redis = backend === 'redis' ? await startRedis({ appendonly: true }) : undefined;
  return await killWorkers(bench.db, bench.url, { ...size, policy, redisUrl: redis?.url });
}

export async function reportKill(): Promise<void> {
  for (const backend of ['postgres', 'redis'] as const) {
    for (const policy of ['retry', 'ask'] as const) {
      const found = await benchKill({ backend, policy });
      const { missing, notDelivered, inFlight, doubles, unexplained, different, untrue, states } = found;
      process.stdout.write(
        `${backend}, ${policy}: ${missing} missing, ${inFlight} in flight at the kills (at most ${FULL.kills * 2 * FULL.lines}), ` +
          `${doubles} doubles, ${unexplained} of them unexplained, ${different} different, ` +
          `${untrue} untrue, ${notDelivered} not at the sink; ${JSON.stringify(states)}\n`,
      );
    }
  }
}
