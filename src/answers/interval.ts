/** From the least to the most that the true figure plausibly is. */
export interface Interval {
  low: number;
  high: number;
}

/** For 95 % confidence. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for a share, from 0 to 1: `hits` of `n`, which is at least 1. It holds what it promises for few answers too, and at
 * 0 and 100 % (Wilson 1927; method 3 of Newcombe 1998, Statistics in Medicine 17, 857–872).
 */
export function shareInterval(hits: number, n: number): Interval {
  const share = hits / n;
  const middle = share + (Z * Z) / (2 * n);
  const reach = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const whole = 1 + (Z * Z) / n;
  // At the ends they meet exactly, but for rounding.
  return { low: hits === 0 ? 0 : (middle - reach) / whole, high: hits === n ? 1 : (middle + reach) / whole };
}

/**
 * The interval of a net promoter score, from -100 to 100. A score is a difference of two shares of the same people, for which Wilson's own
 * interval is not made. This is the adjusted Wald interval: three answers are thought of besides, ¾ of a promoter, ¾ of a detractor and
 * 1½ in between; the best of those compared by Rocks (2016, The American Statistician 70, 365–372; after Agresti and Min 2005).
 */
export function npsInterval({ promoters, detractors, n }: { promoters: number; detractors: number; n: number }): Interval {
  const all = n + 3;
  const for_ = (promoters + 0.75) / all;
  const against = (detractors + 0.75) / all;
  const net = for_ - against;
  const reach = Z * Math.sqrt((for_ + against - net * net) / all);
  return { low: Math.max(-100, 100 * (net - reach)), high: Math.min(100, 100 * (net + reach)) };
}

/**
 * The interval of a mean of answers between `least` and `most`, such as 1 to 5, from how often each was given. Four answers are thought of
 * besides, two at each end (z²/2, to be exact): of a question with two answers this is the interval of Agresti and Coull (1998, The American
 * Statistician 52, 119–126), and it does not shrink to nothing when all say the same.
 */
export function meanInterval(
  counts: readonly { value: number; count: number }[],
  { least, most }: { least: number; most: number },
): Interval {
  const ends = [least, most].map((value) => ({ value, count: (Z * Z) / 2 }));
  const all = [...counts, ...ends];
  const n = all.reduce((sum, { count }) => sum + count, 0);
  const mean = all.reduce((sum, { value, count }) => sum + value * count, 0) / n;
  const variance = all.reduce((sum, { value, count }) => sum + count * (value - mean) ** 2, 0) / n;
  const reach = Z * Math.sqrt(variance / n);
  return { low: Math.max(least, mean - reach), high: Math.min(most, mean + reach) };
}
