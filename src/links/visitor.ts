import { createHmac } from 'node:crypto';
import type { LinkKeys } from './keys.ts';

/** Who opens links, as far as it must be known again: where from, by which program, and for which business. */
export interface Visitor {
  business: string;
  /** An IP address. */
  address: string;
  /** The User-Agent header. */
  agent: string;
}

/**
 * 32 letters of base64url that are the same for one program in one network (IPv4 /24, IPv6 /64: mail filters come from many addresses of one),
 * and tell nobody without our key who it was.
 */
export function visitorHash(keys: LinkKeys, { business, address, agent }: Visitor): string {
  const key = keys.newest.forPurpose('visit');
  return createHmac('sha256', key)
    .update(JSON.stringify([business, networkOf(address), agent]))
    .digest('base64url')
    .slice(0, 32);
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (/^\d+(\.\d+){3}$/.test(plain)) return plain.split('.').slice(0, 3).join('.');
  const [head = '', tail] = plain.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const between = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...between, ...last].slice(0, 4).join(':');
}
