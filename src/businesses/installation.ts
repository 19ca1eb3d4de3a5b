import { hkdfSync, randomBytes } from 'node:crypto';
import { type Db, inOneCommit, type Outcome, refused } from './commit.ts';

/**
 * Makes the installation's salt once, and holds the secrets (newest first) against the ones this database was used with:
 * with others, every link in every card already sent would be dead.
 */
export async function prepareInstallation(
  db: Db,
  secretKeys: readonly string[],
  random: (bytes: number) => Buffer = randomBytes,
): Promise<Outcome> {
  const fingerprints = secretKeys.map(fingerprintOf);
  const [newest] = fingerprints;
  if (newest === undefined) return refused('SECRET_KEY is empty. Give it at least one long random text.');
  return inOneCommit(db, async (trx) => {
    const row = { salt: random(32).toString('hex'), key_fingerprint: newest };
    await trx
      .insertInto('installation')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const kept = await trx.selectFrom('installation').select('key_fingerprint').forUpdate().executeTakeFirstOrThrow();
    if (kept.key_fingerprint !== null && !fingerprints.includes(kept.key_fingerprint)) return refused(otherKey);
    if (kept.key_fingerprint !== newest) await trx.updateTable('installation').set({ key_fingerprint: newest }).execute();
    return { ok: true };
  });
}

const otherKey =
  'This database was used with another SECRET_KEY, and links in cards already sent would stop working. ' +
  'Give the former key again; to change keys, put the new one first and keep the former after it, with a comma between.';

// Tells keys apart and gives nothing of them away.
function fingerprintOf(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'fondly key fingerprint v1', 16)).toString('hex');
}
