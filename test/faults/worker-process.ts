import { connectDatabase } from '../../src/database/connect.ts';
import { recurringThings } from '../../src/queue/clockwork.ts';
import { openQueue } from '../../src/queue/connection.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { MORNING, openSender } from '../touchpoints/send-shop.ts';

// A worker that a test may kill: `node worker-process.ts '{"databaseUrl": …, "port": …, "leaseMs": …}'`. Says "ready", and starts when told "go".
const { databaseUrl, redisUrl, port, leaseMs, lines } = JSON.parse(process.argv[2] ?? '{}') as WorkerProcessOptions;

export interface WorkerProcessOptions {
  databaseUrl: string;
  redisUrl?: string;
  /** The sink's. */
  port: number;
  leaseMs: number;
  lines: number;
}

const db = connectDatabase(databaseUrl, { applicationName: 'killable worker' });
const now = () => MORNING;
const set = openSender(db, port, { leaseMs, mailer: { maxConnections: lines, maxMessages: 1e6 } });
const queue = openQueue({ databaseUrl, redisUrl }, () => undefined);
process.stdin.once('data', () => {
  const things = recurringThings({ db, queue, now, markMs: leaseMs, pauseMs: 200 }).filter(({ name }) => name !== 'plan');
  const recurring = things.map((thing) => ({ ...thing, everyMs: Math.min(thing.everyMs, leaseMs / 4) }));
  const worker = startWorker({ db, queue, sender: set.sender, now, log: set.sender.log, recurring });
  process.once('SIGTERM', () => void worker.close().then(() => process.exit(0)));
});
process.stdout.write('ready\n');
