import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What a link lets its reader do. A link made for one purpose is never valid for another. */
export type LinkPurpose = 'view' | 'unsubscribe' | 'survey' | 'preferences' | 'confirm' | 'invitation' | 'password';

/** What keys are derived for: links, and knowing a visitor again without keeping who it was. */
type KeyPurpose = LinkPurpose | 'visit';

/** One secret: its nibble in a token says which secret to try, and each purpose has a key of its own (RFC 5869). */
interface LinkKey {
  readonly nibble: number;
  readonly forPurpose: (purpose: KeyPurpose) => KeyObject;
}

/** The secrets that links are checked with, newest first. The first one signs. */
export interface LinkKeys {
  readonly newest: LinkKey;
  readonly all: readonly LinkKey[];
}

/** Prepares the SECRET_KEY list, newest first. Throws when it is empty: nothing can be signed then. */
export function linkKeys(secrets: readonly string[]): LinkKeys {
  const all = secrets.map(linkKey);
  const newest = all[0];
  if (!newest) throw new Error('No secret to sign links with');
  return { newest, all };
}

function linkKey(secret: string): LinkKey {
  const derived = new Map<KeyPurpose, KeyObject>();
  return {
    nibble: nibbleOf(secret),
    forPurpose(purpose) {
      const known = derived.get(purpose);
      if (known) return known;
      const key = createSecretKey(derive(secret, `fondly link ${purpose} v1`));
      derived.set(purpose, key);
      return key;
    },
  };
}

function derive(secret: string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', info, 32));
}

// Four bits give away nothing about a secret, and save trying every key on every click.
function nibbleOf(secret: string): number {
  return (createHash('sha256').update(derive(secret, 'fondly link key id v1')).digest()[0] ?? 0) & 0x0f;
}
