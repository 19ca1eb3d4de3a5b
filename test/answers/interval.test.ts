import { describe, expect, it } from 'vitest';
import { meanInterval, npsInterval, shareInterval } from '../../src/answers/interval.ts';

describe('a share', () => {
  // Newcombe (1998), Table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i has the published interval', (hits, n, low, high) => {
    const interval = shareInterval(hits, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is between none and all, and the same from either side', () => {
    for (let n = 1; n <= 60; n++) {
      for (let hits = 0; hits <= n; hits++) {
        const { low, high } = shareInterval(hits, n);
        const other = shareInterval(n - hits, n);
        expect(0 <= low && low <= hits / n && hits / n <= high && high <= 1).toBe(true);
        expect(low).toBeCloseTo(1 - other.high, 10);
      }
    }
  });
});

describe('a net promoter score', () => {
  // By hand: shares 15.75/33 and 6.75/33, net 9/33, variance (22.5/33 - (9/33)²)/33.
  it('has the interval of its formula', () => {
    const { low, high } = npsInterval({ promoters: 15, detractors: 6, n: 30 });
    expect(low).toBeCloseTo(100 * (9 / 33 - 1.959964 * Math.sqrt((22.5 / 33 - (9 / 33) ** 2) / 33)), 3);
    expect((low + high) / 2).toBeCloseTo(27.2727, 3);
  });

  // Rocks (2016) asks how often the true score lies inside: here over every outcome of n answers, exactly.
  it.each([
    [20, 0.5, 0.2],
    [20, 0.3, 0.3],
    [20, 0.8, 0.05],
    [50, 0.6, 0.1],
    [50, 0.1, 0.6],
    [100, 0.34, 0.33],
  ])('holds the true one in about 95 of 100 cases: %i answers, %f for, %f against', (n, p, q) => {
    expect(coverage(n, p, q)).toBeGreaterThan(0.925);
    expect(coverage(n, p, q)).toBeLessThan(0.985);
  });

  it('stays between -100 and 100', () => {
    expect(npsInterval({ promoters: 20, detractors: 0, n: 20 }).high).toBeLessThanOrEqual(100);
    expect(npsInterval({ promoters: 0, detractors: 20, n: 20 }).low).toBeGreaterThanOrEqual(-100);
  });
});

describe('the interval of a mean', () => {
  // Agresti and Coull (1998) for two answers: of 10, 4 "yes".
  it('is theirs for a question with two answers', () => {
    const z2 = 1.959963984540054 ** 2;
    const [n, share] = [10 + z2, (4 + z2 / 2) / (10 + z2)];
    const reach = Math.sqrt(z2) * Math.sqrt((share * (1 - share)) / n);
    const counts = [
      { value: 0, count: 6 },
      { value: 1, count: 4 },
    ];
    const { low, high } = meanInterval(counts, { least: 0, most: 1 });
    expect(low).toBeCloseTo(share - reach, 10);
    expect(high).toBeCloseTo(share + reach, 10);
  });

  it('does not shrink to nothing when all say the same', () => {
    const { low, high } = meanInterval([{ value: 5, count: 20 }], { least: 1, most: 5 });
    expect(low).toBeLessThan(4.6);
    expect(high).toBe(5);
  });

  // Over every outcome of 20 answers from 1 to 5, exactly.
  it.each([
    [[0.02, 0.03, 0.1, 0.35, 0.5]],
    [[0.01, 0.01, 0.03, 0.15, 0.8]],
    [[0.2, 0.2, 0.2, 0.2, 0.2]],
    [[0.4, 0.1, 0, 0.1, 0.4]],
  ])('holds the true one in about 95 of 100 cases: %j', (shares) => {
    expect(meanCoverage(20, shares)).toBeGreaterThan(0.94);
  });
});

function meanCoverage(n: number, shares: number[]): number {
  const truth = shares.reduce((sum, share, at) => sum + share * (at + 1), 0);
  const factorial = [0];
  for (let i = 1; i <= n; i++) factorial.push(factorial[i - 1]! + Math.log(i));
  let covered = 0;
  const walk = (left: number, counts: number[]): void => {
    if (counts.length === 4) {
      const all = [...counts, left].map((count, at) => ({ value: at + 1, count }));
      const { low, high } = meanInterval(all, { least: 1, most: 5 });
      if (truth < low || truth > high) return;
      const parts = all.map(({ count, value }) => (count === 0 ? 0 : count * Math.log(shares[value - 1]!)) - factorial[count]!);
      covered += Math.exp(factorial[n]! + parts.reduce((sum, part) => sum + part, 0));
      return;
    }
    for (let count = 0; count <= left; count++) walk(left - count, [...counts, count]);
  };
  walk(n, []);
  return covered;
}

function coverage(n: number, p: number, q: number): number {
  const logs = [0];
  for (let i = 1; i <= n; i++) logs.push(logs[i - 1]! + Math.log(i));
  const truth = 100 * (p - q);
  let covered = 0;
  for (let promoters = 0; promoters <= n; promoters++) {
    for (let detractors = 0; detractors <= n - promoters; detractors++) {
      const rest = n - promoters - detractors;
      const { low, high } = npsInterval({ promoters, detractors, n });
      const ways = logs[n]! - logs[promoters]! - logs[detractors]! - logs[rest]!;
      const chance = ways + promoters * Math.log(p) + detractors * Math.log(q) + rest * Math.log(1 - p - q);
      if (low <= truth && truth <= high) covered += Math.exp(chance);
    }
  }
  return covered;
}
