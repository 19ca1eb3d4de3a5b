import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { addressOf, networkOf } from '../../src/web/networks.ts';

const alone = readConfig({});
const behind = readConfig({ TRUSTED_PROXIES: '10.0.0.5, 172.18.0.0/16,2001:db8:1::/48' });

/** Where a request comes from, by its connection and by what it says. */
async function seen(config: Pick<typeof alone, 'trustedProxies'>, remote: string, passedOn?: string): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(addressOf(c, config)));
  const headers: Record<string, string> = passedOn === undefined ? {} : { 'x-forwarded-for': passedOn };
  return (await app.request('/', { headers }, { incoming: { socket: { remoteAddress: remote } } })).text();
}

it.each([
  ['by their connection', '203.0.113.9', undefined, '203.0.113.9'],
  ['by their connection, whatever they say', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['by the word of a proxy on this machine', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['by its word through a socket for both families', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['by its word in IPv6', '::1', '2001:db8:9::1', '2001:db8:9::1'],
  ['by the last of its words, as the visitor may have written the others', '127.0.0.1', '8.8.8.8, 198.51.100.1', '198.51.100.1'],
  ['not by the word of a proxy that nobody named', '10.0.0.5', '198.51.100.1', '10.0.0.5'],
])('a visitor is known %s', async (_, remote, passedOn, address) => {
  expect(await seen(alone, remote, passedOn)).toBe(address);
});

it.each([
  ['one of them', '10.0.0.5', '198.51.100.1', '198.51.100.1'],
  ['one in a container', '::ffff:172.18.0.3', '198.51.100.1', '198.51.100.1'],
  ['several in a row', '10.0.0.5', '8.8.8.8, 198.51.100.1, 172.18.0.3', '198.51.100.1'],
  ['this machine before one of them', '127.0.0.1', '198.51.100.1, 10.0.0.5', '198.51.100.1'],
  ['one that writes a port', '10.0.0.5', '198.51.100.1:4711', '198.51.100.1'],
  ['one that writes a port after IPv6', '2001:db8:1::7', '[2001:db8:9::1]:4711', '2001:db8:9::1'],
  ['one that says nothing', '10.0.0.5', undefined, '10.0.0.5'],
  ['one that says no address', '10.0.0.5', 'unknown', '10.0.0.5'],
  ['none, but an address beside them', '10.0.0.6', '198.51.100.1', '10.0.0.6'],
  ['none, on a wire of this network', 'fe80::1%eth0', '198.51.100.1', 'fe80::1'],
])('with proxies named, a visitor comes by %s', async (_, remote, passedOn, address) => {
  expect(await seen(behind, remote, passedOn)).toBe(address);
});

it('visitors behind a named proxy are limited each by their own network', async () => {
  const app = new Hono().get('/', (c) => c.text(networkOf(c, behind)));
  const from = async (address: string) =>
    (
      await app.request('/', { headers: { 'x-forwarded-for': address } }, { incoming: { socket: { remoteAddress: '10.0.0.5' } } })
    ).text();
  expect(await from('198.51.100.1')).not.toBe(await from('198.51.100.2'));
  expect(await from('2001:db8:9:1::1')).toBe(await from('2001:db8:9:1:aaaa::2'));
});
