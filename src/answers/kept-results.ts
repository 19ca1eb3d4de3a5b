import type { Db } from '../businesses/commit.ts';
import { type Range, type SurveyResult, surveyResults } from './results.ts';

/** Quick figures are counted anew each time; slow ones are kept for so many times as long as they took. */
const QUICK_MS = 40;
const KEPT_FOR = 500;
const LONGEST_MS = 15 * 60_000;
const MOST_KEPT = 100;

interface Kept {
  results: Promise<SurveyResult[]>;
  countedAt: Date;
  /** By the process's own clock; Infinity while it is being counted, so that many who look at once share one count. */
  until: number;
}

const kept = new Map<string, Kept>();

/**
 * Survey results for a page: of a shop with very many answers they may be some minutes old, and `countedAt` says since when they
 * stand. A shop whose figures are counted in a blink always gets the latest.
 */
export async function keptResults(
  db: Db,
  businessId: string,
  range: Range,
  now: Date,
): Promise<{ results: SurveyResult[]; countedAt: Date }> {
  const key = `${businessId} ${range.from} ${range.to}`;
  const known = kept.get(key);
  const fresh = known !== undefined && performance.now() < known.until ? known : count(db, businessId, range, { key, now });
  return { results: await fresh.results, countedAt: fresh.countedAt };
}

function count(db: Db, businessId: string, range: Range, { key, now }: { key: string; now: Date }): Kept {
  const since = performance.now();
  const entry: Kept = { results: surveyResults(db, businessId, range), countedAt: now, until: Infinity };
  kept.set(key, entry);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
  const end = (ms: number): void => {
    entry.until = performance.now() + ms;
    if (ms === 0 && kept.get(key) === entry) kept.delete(key);
  };
  entry.results.then(
    () => {
      const took = performance.now() - since;
      end(took < QUICK_MS ? 0 : Math.min(LONGEST_MS, took * KEPT_FOR));
    },
    () => end(0),
  );
  return entry;
}
