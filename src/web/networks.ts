import { getConnInfo } from '@hono/node-server/conninfo';
import { isIP } from 'node:net';
import type { Context } from 'hono';
import { firstHalf } from '../links/visitor.ts';
import type { Site } from './site.ts';

type Trusting = Pick<Site, 'trustedProxies'>;

/** The network that a visitor comes from: the address, of IPv6 its first 64 bits, which one household has. */
export function networkOf(c: Context, site: Trusting): string {
  const address = addressOf(c, site);
  return address.includes(':') ? firstHalf(address) : address;
}

/**
 * The address that a visitor comes from. Behind proxies that we trust, what the outermost of them saw: each writes the one before it at the
 * end of X-Forwarded-For, and whatever stands further left the visitor may have written.
 */
export function addressOf(c: Context, site: Trusting): string {
  const passedOn = (c.req.header('x-forwarded-for') ?? '').split(',').map(plain);
  let address = plain(getConnInfo(c).remote.address ?? '');
  while (isTrusted(address, site)) {
    const before = passedOn.pop() ?? '';
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function isTrusted(address: string, { trustedProxies }: Trusting): boolean {
  const family = isIP(address);
  return family !== 0 && trustedProxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

// Some proxies write a port too, and Node writes IPv4 as IPv6 where it listens to both, and on which wire a local IPv6 is.
function plain(address: string): string {
  return address
    .trim()
    .replace(/^\[(.*)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3')
    .replace(/^::ffff:(?=\d+\.)|%.*$/gi, '');
}
