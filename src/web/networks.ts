import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** The network that a visitor comes from: the address, of IPv6 its first 64 bits, which one household has. */
export function networkOf(c: Context): string {
  const address = addressOf(c);
  return address.includes(':') ? firstHalf(address) : address;
}

/**
 * The address that a visitor comes from. Behind a proxy on this machine, what that proxy saw: the last it wrote, because the visitor
 * may have written the others.
 */
export function addressOf(c: Context): string {
  const remote = getConnInfo(c).remote.address ?? '';
  const seen = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return (isLoopback(remote) && seen ? seen : remote).replace(/^::ffff:(?=\d+\.)/i, '');
}

const MOST_KNOWN = 10_000;

/** A limit of `most` for each key in any `ms` counted from its first; kept in this process. True while there is room. */
export function limitFor(most: number, ms: number): (key: string, now: Date) => boolean {
  const counted = new Map<string, { count: number; until: number }>();
  return (key, now) => {
    const known = counted.get(key);
    const fresh = known === undefined || known.until <= now.getTime();
    const entry = fresh ? { count: 1, until: now.getTime() + ms } : { ...known, count: known.count + 1 };
    if (fresh) counted.delete(key);
    counted.set(key, entry);
    // The longest known go first: a flood of new ones makes room at most for itself.
    if (counted.size > MOST_KNOWN) counted.delete(counted.keys().next().value ?? '');
    return entry.count <= most;
  };
}

function isLoopback(address: string): boolean {
  return /^(::1|127\.|::ffff:127\.)/.test(address);
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':').toLowerCase();
}
