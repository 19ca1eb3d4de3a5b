import { createHmac } from 'node:crypto';
import type { LinkKeys } from './keys.ts';

/** Who opens links, as far as it must be known again: where from, by which program, and for which business. */
export interface Visitor {
  business: string;
  /** An IP address; IPv4 as such, never as IPv6. */
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

/** The first 64 bits of an IPv6 address, which one household has. */
export function firstHalf(address: string): string {
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':').toLowerCase();
}

function networkOf(address: string): string {
  return address.includes(':') ? firstHalf(address) : address.split('.').slice(0, 3).join('.');
}
