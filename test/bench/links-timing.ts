import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type LinkKeys, linkKeys } from '../../src/links/keys.ts';
import { readLink, signLink } from '../../src/links/token.ts';

const TAG = 16;
/** The slowest readings are the machine's own pauses: one bound for all kinds leaves them out. */
const KEPT = 0.95;

const kinds = ['right', 'first byte wrong', 'last byte wrong', 'other purpose'] as const;
type Kind = (typeof kinds)[number];

const pairs: [Kind, Kind][] = [
  ['first byte wrong', 'last byte wrong'],
  ['first byte wrong', 'other purpose'],
  ['right', 'last byte wrong'],
];

export interface Compared {
  one: Kind;
  two: Kind;
  /** Welch's t, without its sign. Beyond 4.5 the two can be told apart (the bound of dudect: Reparaz, Balasch and Verbauwhede, 2017). */
  t: number;
}

/**
 * Whether the time in which a link is read tells how much of its signature is right: so many readings of each kind, each of a new link, in
 * random order. A right one takes longer, since then it is read whose it is; that it was right its answer tells anyway.
 */
export function compareTimes(samples: number): Compared[] {
  const keys = linkKeys([randomBytes(32).toString('hex')]);
  timeAll(keys, samples / 10); // To be warm.
  const times = timeAll(keys, samples);
  const all = kinds.flatMap((kind) => times[kind]).toSorted((a, b) => a - b);
  const bound = all[Math.floor(all.length * KEPT)] ?? Infinity;
  const kept = (kind: Kind): number[] => times[kind].filter((took) => took <= bound);
  return pairs.map(([one, two]) => ({ one, two, t: Math.abs(welch(kept(one), kept(two))) }));
}

/** Nanoseconds. */
function timeAll(keys: LinkKeys, samples: number): Record<Kind, number[]> {
  const times: Record<Kind, number[]> = { right: [], 'first byte wrong': [], 'last byte wrong': [], 'other purpose': [] };
  for (let n = 0; n < samples * kinds.length; n++) {
    const kind = kinds[randomInt(kinds.length)] ?? 'right';
    const token = tokenOf(keys, kind);
    const start = process.hrtime.bigint();
    const found = readLink(keys, 'unsubscribe', token);
    times[kind].push(Number(process.hrtime.bigint() - start));
    if ((found !== undefined) !== (kind === 'right')) throw new Error(`Read wrongly: a link with ${kind}`);
  }
  return times;
}

/** All kinds are made by the same steps, or how they lie in memory would be measured. */
function tokenOf(keys: LinkKeys, kind: Kind): string {
  const purpose = kind === 'other purpose' ? 'view' : 'unsubscribe';
  const token = signLink(keys, { purpose, business: randomUUID(), touchpoint: randomUUID() });
  const bytes = Buffer.from(token, 'base64url');
  const at = bytes.length - (kind === 'first byte wrong' ? TAG : 1);
  const change = kind === 'first byte wrong' || kind === 'last byte wrong' ? 1 + randomInt(255) : 0;
  bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
  return bytes.toString('base64url');
}

function welch(one: readonly number[], two: readonly number[]): number {
  const [a, b] = [spreadOf(one), spreadOf(two)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / two.length);
}

function spreadOf(all: readonly number[]): { mean: number; variance: number } {
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  return { mean, variance: all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (all.length - 1) };
}
