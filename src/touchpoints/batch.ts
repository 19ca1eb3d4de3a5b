/** How long to gather, how many to take at most, and how many flushes may run at once. */
export interface BatchOptions {
  waitMs?: number;
  most?: number;
  atOnce?: number;
}

/**
 * One write for many callers: whoever asks within `waitMs` shares a flush. `work` returns one answer for each item, in order.
 * When a flush of several fails, each is tried alone, so that one bad row does not take its neighbours with it; `work` must
 * therefore have written nothing when it throws.
 */
export function batch<Item, Answer>(work: (items: Item[]) => Promise<Answer[]>, options: BatchOptions = {}) {
  const { waitMs = 2, most = 100, atOnce = 2 } = options;
  let gathered: Waiting<Item, Answer>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running = 0;

  const pump = (): void => {
    timer = undefined;
    while (gathered.length > 0 && running < atOnce) {
      const taken = gathered.slice(0, most);
      gathered = gathered.slice(most);
      running += 1;
      void flush(work, taken).finally(() => {
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
    if (taken.length === 1) taken[0]!.reject(error);
    else for (const one of taken) await flush(work, [one]);
  }
}
