import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../src/businesses/commit.ts';
import { migrateQueue } from '../../src/queue/connection.ts';
import { type Sink, startSink } from '../support/smtp-sink.ts';
import { addDue, type Due, openShop } from '../touchpoints/send-shop.ts';
import type { WorkerProcessOptions } from './worker-process.ts';

export interface KillRun {
  policy: 'ask' | 'retry';
  cards: number;
  kills: number;
  redisUrl?: string | undefined;
  lines?: number;
  leaseMs?: number;
}

/** What was found when all was quiet: at the sink, and in the ledger. */
export interface KillFigures {
  /** Neither at the sink nor uncertain in the ledger. */
  missing: number;
  /** Not at the sink: with `ask`, these are uncertain. */
  notDelivered: number;
  /** Cards that a kill caught on their way: leaving, or gone and not yet written down. */
  inFlight: number;
  doubles: number;
  /** Copies that went out although the ledger called no earlier try of the card uncertain: a double of our own making. */
  unexplained: number;
  /** Copies whose Message-ID or bytes differ from the first. */
  different: number;
  /** Accepted in the ledger and not at the sink: a lie. */
  untrue: number;
  states: Record<string, number>;
}

/** Sends `cards` with a worker that is killed (-9) `kills` times on the way, evenly spread, each time replaced by another. */
export async function killWorkers(db: Db, databaseUrl: string, run: KillRun): Promise<KillFigures> {
  const { policy, cards, kills, redisUrl, lines = 5, leaseMs = 1500 } = run;
  await migrateQueue({ databaseUrl, redisUrl });
  await using sink = await startSink({ latencyMs: 10 });
  const shop = await openShop(db, { uncertainPolicy: policy });
  const due = await addDue(
    db,
    shop,
    Array.from({ length: cards }, (_, n) => `customer-${n}@example.com`),
  );
  const inFlight = new Set<string>();
  const options = { databaseUrl, port: sink.port, leaseMs, lines, ...(redisUrl ? { redisUrl } : {}) };
  await withWorkers(options, async (next) => {
    for (let kill = 1; kill <= kills; kill++) {
      const worker = await next();
      await hasTaken(sink, Math.floor((cards * kill) / (kills + 2)));
      await killed(worker);
      for (const { id, fence } of await handingOver(db, shop.business.id)) inFlight.add(`${id} ${fence}`);
    }
    await next();
    await quiet(db, shop.business.id);
  });
  return { ...(await figuresOf(db, sink, due)), inFlight: inFlight.size };
}

/** Each worker is started while the one before still runs, so that a kill is followed by work at once. */
async function withWorkers(
  options: WorkerProcessOptions,
  work: (next: () => Promise<ChildProcess>) => Promise<void>,
): Promise<void> {
  const children: ChildProcess[] = [];
  let spare = spawnWorker(options, children);
  const next = async (): Promise<ChildProcess> => {
    const worker = await spare;
    worker.stdin!.write('go\n');
    spare = spawnWorker(options, children);
    return worker;
  };
  try {
    await work(next);
  } finally {
    await spare.catch(() => undefined);
    const left = children.filter((child) => child.exitCode === null && child.signalCode === null);
    await Promise.all(left.map(killed));
  }
}

async function spawnWorker(options: WorkerProcessOptions, children: ChildProcess[]): Promise<ChildProcess> {
  const script = new URL('worker-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function handingOver(db: Db, businessId: string): Promise<{ id: string; fence: number }[]> {
  const open = db.selectFrom('touchpoint').select(['id', 'fence']).where('business_id', '=', businessId);
  return open.where('state', '=', 'handing over').execute();
}

async function hasTaken(sink: Sink, messages: number): Promise<void> {
  const until = performance.now() + 120_000;
  while (sink.messages.length < messages) {
    if (performance.now() > until)
      throw new Error(`The sink has ${sink.messages.length} of ${messages} messages after two minutes`);
    await sleep(5);
  }
}

async function quiet(db: Db, businessId: string): Promise<void> {
  const until = performance.now() + 180_000;
  for (;;) {
    const open = await db
      .selectFrom('touchpoint')
      .select('state')
      .where('business_id', '=', businessId)
      .where('state', 'in', ['planned', 'leased', 'handing over', 'deferred'])
      .execute();
    if (open.length === 0) return;
    if (performance.now() > until)
      throw new Error(
        `${open.length} cards are still open after three minutes: ${[...new Set(open.map(({ state }) => state))].join(', ')}`,
      );
    await sleep(100);
  }
}

async function figuresOf(db: Db, sink: Sink, due: readonly Due[]): Promise<Omit<KillFigures, 'inFlight'>> {
  const rows = await db.selectFrom('touchpoint').select(['id', 'state']).where('business_id', '=', due[0]!.businessId).execute();
  const tries = db.selectFrom('attempt').select('touchpoint_id').where('business_id', '=', due[0]!.businessId);
  const unsure = Map.groupBy(await tries.where('stage', '=', 'uncertain').execute(), (row) => row.touchpoint_id);
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  const copies = Map.groupBy(sink.messages, ({ recipient }) => recipient);
  const notDelivered = due.filter(({ email }) => !copies.has(email));
  const all = [...copies.values()];
  return {
    missing: notDelivered.filter(({ id }) => states.get(id) !== 'uncertain').length,
    notDelivered: notDelivered.length,
    unexplained: due.reduce((sum, { id, email }) => {
      const again = (copies.get(email)?.length ?? 0) - 1;
      return sum + Math.max(0, again - (unsure.get(id)?.length ?? 0));
    }, 0),
    doubles: all.reduce((sum, same) => sum + same.length - 1, 0),
    different: all.filter((same) =>
      same.some(({ messageId, sha256 }) => messageId !== same[0]!.messageId || sha256 !== same[0]!.sha256),
    ).length,
    untrue: notDelivered.filter(({ id }) => states.get(id) === 'accepted').length,
    states: Object.fromEntries(
      Array.from(
        Map.groupBy(rows, ({ state }) => state),
        ([state, those]) => [state, those.length],
      ),
    ),
  };
}
