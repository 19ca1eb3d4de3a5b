import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + 4 + NONCE;

/**
 * Seals a text with the newest secret (AES-256-GCM, NIST SP 800-38D; a key of its own by HKDF, RFC 5869). `bound` is what it belongs to: moved to
 * another row it does not open. Bytes: version (1), which secret (4), nonce (12), ciphertext, tag (16).
 */
export function seal(secrets: readonly string[], text: string, bound: string, random = randomBytes): Buffer {
  const [newest] = secrets;
  if (newest === undefined) throw new Error('No secret to seal with');
  const head = Buffer.concat([Buffer.of(VERSION), markOf(newest), random(NONCE)]);
  const cipher = createCipheriv('aes-256-gcm', keyOf(newest), head.subarray(-NONCE));
  cipher.setAAD(Buffer.concat([head, Buffer.from(bound)]));
  return Buffer.concat([head, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what one of these secrets sealed for the same `bound`; undefined when none of them did, or a byte of it changed. */
export function unseal(secrets: readonly string[], sealed: Buffer, bound: string): string | undefined {
  if (sealed.length < HEAD + TAG || sealed[0] !== VERSION) return undefined;
  const secret = secrets.find((known) => markOf(known).equals(sealed.subarray(1, 5)));
  if (secret === undefined) return undefined;
  const head = sealed.subarray(0, HEAD);
  const cipher = createDecipheriv('aes-256-gcm', keyOf(secret), head.subarray(-NONCE), { authTagLength: TAG });
  cipher.setAAD(Buffer.concat([head, Buffer.from(bound)]));
  cipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(HEAD, -TAG)), cipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Whether it was sealed with the newest secret. */
export function isSealedAnew(secrets: readonly string[], sealed: Buffer): boolean {
  return secrets[0] !== undefined && markOf(secrets[0]).equals(sealed.subarray(1, 5));
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'fondly smtp v1', 32));
}

// Four bytes that tell secrets apart and give nothing of them away.
function markOf(secret: string): Buffer {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'fondly smtp key id v1', 16));
  return createHash('sha256').update(derived).digest().subarray(0, 4);
}
