import { Worker } from 'node:worker_threads';
import type { CardSource, Compiled, StoredCard } from './card.ts';
import type { MergeData } from './fields.ts';
import type { RenderedCard } from './render.ts';
import type { Tried, TryPerson } from './try-all.ts';
import type { Answer, Job } from './workshop-thread.ts';

export interface WorkshopOptions {
  /** What one job may take of a processor's time; 1,000 unless said. A busy machine may make of it ten times as much on the clock, no more. */
  timeoutMs?: number;
  /** What a thread may hold; 128 unless said. */
  memoryMb?: number;
  /** Jobs side by side; 2 unless said, so that one long card holds up nobody else. */
  threads?: number;
}

/**
 * Where what a member typed is compiled and filled in: in threads without an environment, each ended when a job takes too long or
 * too much, and replaced. That is an answer like any other, in a sentence; the jobs waiting behind it go on in another thread.
 */
export interface Workshop {
  compile(source: CardSource): Promise<Compiled>;
  render(card: StoredCard, data: MergeData): Promise<RenderedCard>;
  /** Fills in one of the cards for each person and tells only what went wrong and the extremes. A few hundred at a time. */
  tryAll(cards: StoredCard[], people: TryPerson[]): Promise<Tried>;
  /** Ends the threads; a job that still runs is answered as one that could not be done. */
  close(): Promise<void>;
}

const OVERTIME = 'This card takes longer than a second to make. Make it simpler: fewer fields, fewer parts inside each other.';
const OVERSIZE = 'This card takes too much memory to make. Make it simpler: fewer fields, fewer parts inside each other.';
const CLOSED = 'Fondly is stopping. Try again in a moment.';
const BROKEN = 'This card could not be made. Take back what you changed last, and tell us if that does not help.';

export function openWorkshop(options: WorkshopOptions = {}): Workshop {
  const { timeoutMs = 1_000, memoryMb = 128, threads = 2 } = options;
  const shop: Shop = { timeoutMs, memoryMb, most: threads, threads: new Set(), waiting: [], closed: false };
  const ask = async (job: Job, failed: (sentence: string) => Answer): Promise<Answer> =>
    new Promise((resolve) => {
      shop.waiting.push({ job, answer: (answer) => resolve(typeof answer === 'string' ? failed(answer) : answer) });
      assign(shop);
    });
  return {
    compile: async (source) =>
      (await ask({ kind: 'compile', source }, (message) => ({ ok: false, problems: [{ where: 'card', message }] }))) as Compiled,
    render: async (card, data) =>
      (await ask({ kind: 'render', card, data }, (sentence) => ({
        subject: '',
        html: '',
        text: '',
        errors: [{ sentence }],
      }))) as RenderedCard,
    tryAll: async (cards, people) =>
      (await ask({ kind: 'try', cards, people }, (sentence) => ({
        faults: people.map(({ id }) => ({ id, errors: [{ sentence }] })),
        longest: null,
      }))) as Tried,
    close: async () => {
      shop.closed = true;
      for (const { answer } of shop.waiting.splice(0)) answer(CLOSED);
      await Promise.all(Array.from(shop.threads, ({ worker }) => worker.terminate()));
    },
  };
}

interface Waiting {
  job: Job;
  /** An answer, or a sentence why there is none. */
  answer(answer: Answer | string): void;
}

interface Thread {
  worker: Worker;
  /** Loaded, so that a job's time counts from its own start. */
  ready: boolean;
  doing: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

interface Shop {
  timeoutMs: number;
  memoryMb: number;
  most: number;
  threads: Set<Thread>;
  waiting: Waiting[];
  closed: boolean;
}

function assign(shop: Shop): void {
  if (shop.closed) {
    for (const { answer } of shop.waiting.splice(0)) answer(CLOSED);
    return;
  }
  for (const thread of shop.threads) {
    if (shop.waiting.length === 0) return;
    if (thread.ready && !thread.doing) start(shop, thread, shop.waiting.shift()!);
  }
  const coming = [...shop.threads].filter(({ ready }) => !ready).length;
  if (shop.waiting.length > coming && shop.threads.size < shop.most) shop.threads.add(openThread(shop));
}

function start(shop: Shop, thread: Thread, waiting: Waiting): void {
  thread.doing = waiting;
  thread.worker.ref();
  const clock = { before: thread.worker.cpuUsage(), last: performance.now() + 10 * shop.timeoutMs };
  clock.before.catch(() => undefined);
  thread.timer = setTimeout(() => void judge(shop, thread, clock), shop.timeoutMs);
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    thread.worker.postMessage(waiting.job);
  } catch {
    // What cannot be copied into a thread is no card: a function in place of a text, say.
    finish(thread)?.answer(BROKEN);
    assign(shop);
  }
}

interface Clock {
  before: Promise<NodeJS.CpuUsage>;
  /** By performance.now(), when it ends however busy the machine was. */
  last: number;
}

/** Its time is over on the clock; whether it had it, the thread's own processor time tells. A thread that cannot even say that is ended. */
async function judge(shop: Shop, thread: Thread, clock: Clock): Promise<void> {
  const { doing } = thread;
  const silent = new Promise<number>((resolve) => setTimeout(() => resolve(Infinity), shop.timeoutMs).unref());
  const used = await Promise.race([usedBy(thread, clock), silent]);
  if (thread.doing !== doing || doing === undefined) return;
  if (used >= shop.timeoutMs || performance.now() >= clock.last) return end(shop, thread, OVERTIME);
  thread.timer = setTimeout(() => void judge(shop, thread, clock), Math.max(20, shop.timeoutMs - used));
}

/** In milliseconds. */
async function usedBy({ worker }: Thread, { before }: Clock): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage(await before);
    return (user + system) / 1_000;
  } catch {
    return Infinity;
  }
}

/** Without environment, arguments or the parent's options: what would run there could tell nothing and has little to hold. */
function openThread(shop: Shop): Thread {
  const worker = new Worker(new URL('./workshop-thread.ts', import.meta.url), {
    env: {},
    argv: [],
    execArgv: [],
    // MJML writes to the console of things that we say in sentences.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: shop.memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const thread: Thread = { worker, ready: false, doing: undefined, timer: undefined };
  worker.on('message', (message: Answer | 'ready') => {
    if (message === 'ready') thread.ready = true;
    else finish(thread)?.answer(message);
    if (!shop.waiting.length) worker.unref();
    assign(shop);
  });
  worker.on('error', (error: Error & { code?: string }) =>
    end(shop, thread, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? OVERSIZE : BROKEN),
  );
  worker.on('exit', () => end(shop, thread, shop.closed ? CLOSED : BROKEN));
  return thread;
}

function finish(thread: Thread): Waiting | undefined {
  clearTimeout(thread.timer);
  const { doing } = thread;
  thread.doing = undefined;
  return doing;
}

/** A thread that could not be started at all gives up the first job in line, so that nobody waits for ever. */
function end(shop: Shop, thread: Thread, sentence: string): void {
  const doing = finish(thread) ?? (shop.threads.has(thread) && !thread.ready ? shop.waiting.shift() : undefined);
  shop.threads.delete(thread);
  void thread.worker.terminate();
  doing?.answer(sentence);
  assign(shop);
}
