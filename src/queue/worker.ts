import type { Db } from '../businesses/commit.ts';
import { codeIn, type Sender, type SenderLog } from '../touchpoints/sender.ts';
import { type Recurring, recurringThings, startClockwork } from './clockwork.ts';
import type { JobQueue } from './connection.ts';
import { handlersFor, runJob } from './handlers.ts';

export interface WorkerParts {
  db: Db;
  queue: JobQueue;
  sender: Sender;
  now: () => Date;
  log: SenderLog;
  /** Where practice keeps its mail; without it nothing is taken out there. */
  outboxFolder?: string;
  /** Slices at a time: enough to keep every mail line busy. */
  concurrency?: number;
  /** Instead of every recurring thing. */
  recurring?: Recurring[];
}

export interface RunningWorker {
  /** Claims nothing more, lets what is leaving end, gives back the rest; within 30 s. The sender is stopped with it. */
  close(): Promise<void>;
}

const LEAVING_MS = 20_000;
const QUEUE_MS = 3000;

/** Plans, sends, recovers and expires until closed. Neither a database nor a queue that goes away for a while ends it. */
export function startWorker(parts: WorkerParts): RunningWorker {
  const { queue, sender, log, concurrency = 8, recurring = recurringThings(parts) } = parts;
  const handlers = handlersFor(sender);
  const clockwork = startClockwork(recurring, (task, error) =>
    log.warn({ task, code: codeIn(error) }, 'A recurring task failed and will be tried again'),
  );
  const worker = queue.startWorker((job) => runJob(handlers, job), {
    concurrency,
    onError: rarely((error) => log.warn({ code: codeIn(error) }, 'The queue had trouble and will be tried again')),
  });
  return {
    close: async () => {
      const closing = Promise.all([clockwork.stop(), worker.close()]);
      await sender.stop(LEAVING_MS);
      await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, QUEUE_MS).unref())]);
      await worker.close(true);
    },
  };
}

/** A store that is down fails again and again; once in ten seconds is enough to know. */
function rarely(tell: (error: Error) => void): (error: Error) => void {
  let told = -Infinity;
  return (error) => {
    if (performance.now() - told < 10_000) return;
    told = performance.now();
    tell(error);
  };
}
