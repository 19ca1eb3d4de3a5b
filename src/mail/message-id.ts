import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The key that Message-IDs are made with, from the newest of the SECRET_KEY list (RFC 5869). */
export function messageIdKey(secrets: readonly string[]): KeyObject {
  const newest = secrets[0];
  if (!newest) throw new Error('No secret to make Message-IDs with');
  // A key object: Node 24 takes ten times as long over an HMAC whose key comes as bytes.
  return createSecretKey(Buffer.from(hkdfSync('sha256', newest, '', 'fondly message-id v1', 32)));
}

/** `<26 letters@domain>`, the same for a touchpoint each time it is asked, and no one else can make or guess it (RFC 5322, 3.6.4). */
export function messageIdOf(key: KeyObject, touchpoint: string, domain: string): string {
  if (!/^[a-z0-9.-]{1,253}$/i.test(domain)) throw new TypeError('A Message-ID needs an ASCII domain');
  return `<${fingerprint(key, `id ${touchpoint}`)}@${domain.toLowerCase()}>`;
}

/** The line between a message's parts. `=_` never occurs in quoted-printable text, so no card can contain it (RFC 2045, 6.7). */
export function boundaryOf(key: KeyObject, touchpoint: string): string {
  return `=_${fingerprint(key, `boundary ${touchpoint}`)}`;
}

function fingerprint(key: KeyObject, text: string): string {
  return base32(createHmac('sha256', key).update(text).digest().subarray(0, 16));
}

/** RFC 4648 without padding, in small letters. */
function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31];
}
