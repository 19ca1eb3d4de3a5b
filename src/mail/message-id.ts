import { createHmac, hkdfSync } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The key that Message-IDs are made with, from the newest of the SECRET_KEY list (RFC 5869). */
export function messageIdKey(secrets: readonly string[]): Buffer {
  const newest = secrets[0];
  if (!newest) throw new Error('No secret to make Message-IDs with');
  return Buffer.from(hkdfSync('sha256', newest, '', 'fondly message-id v1', 32));
}

/** `<26 letters@domain>`, the same for a touchpoint each time it is asked, and no one else can make or guess it (RFC 5322, 3.6.4). */
export function messageIdOf(key: Buffer, touchpoint: string, domain: string): string {
  if (!/^[a-z0-9.-]{1,253}$/i.test(domain)) throw new TypeError('A Message-ID needs an ASCII domain');
  return `<${fingerprint(key, `id ${touchpoint}`)}@${domain.toLowerCase()}>`;
}

/** The line between a message's parts. `=_` never occurs in quoted-printable text, so no card can contain it (RFC 2045, 6.7). */
export function boundaryOf(key: Buffer, touchpoint: string): string {
  return `=_${fingerprint(key, `boundary ${touchpoint}`)}`;
}

function fingerprint(key: Buffer, text: string): string {
  return base32(createHmac('sha256', key).update(text).digest().subarray(0, 16));
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
