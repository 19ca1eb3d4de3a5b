/** How long to gather, how many to take at most, and how many flushes may run at once: one makes the fullest batches. */
export interface BatchOptions {
  waitMs?: number;
  most?: number;
  atOnce?: number;
}

/**
 * One write for many callers: whoever asks within `waitMs` shares a flush. `work` returns one answer for each item, in order.
 * When the database refuses a flush of several, each is tried alone, so that one bad row does not take its neighbours with it.
 * When the connection broke, nobody knows whether the flush was committed: everyone in it gets the error.
 */
export function batch<Item, Answer>(work: (items: Item[]) => Promise<Answer[]>, options: BatchOptions = {}) {
  const { waitMs = 2, most = 100, atOnce = 1 } = options;
  const gathered: Waiting<Item, Answer>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = 0;

  const pump = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (gathered.length > 0 && running < atOnce) {
      running += 1;
      void flush(work, gathered.splice(0, most)).finally(() => {
        running -= 1;
        pump();
      });
    }
  };

  return (item: Item): Promise<Answer> =>
    new Promise((resolve, reject) => {
      gathered.push({ item, resolve, reject });
      if (gathered.length >= most) pump();
      else timer ??= setTimeout(pump, waitMs);
    });
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

async function flush<Item, Answer>(work: (items: Item[]) => Promise<Answer[]>, taken: Waiting<Item, Answer>[]): Promise<void> {
  try {
    const answers = await work(taken.map(({ item }) => item));
    taken.forEach(({ resolve }, at) => resolve(answers[at]!));
  } catch (error) {
    if (taken.length > 1 && isRefusal(error)) for (const one of taken) await flush(work, [one]);
    else for (const { reject } of taken) reject(error);
  }
}

/** Whether the server itself said no, and so rolled back: any SQLSTATE but those of a lost connection or a server going down. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57|EP)/.test(code);
}
