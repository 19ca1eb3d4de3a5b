import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { sql } from 'kysely';
import { addAccount, type MadeAccount, type NewAccount } from './accounts.ts';
import { type Db, inOneCommit, refused } from './commit.ts';
import { addMember } from './members.ts';

/** The first page leads to making an account until there is one. */
export async function hasAccounts(db: Db): Promise<boolean> {
  return (await db.selectFrom('auth_user').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/**
 * What lets somebody who is not at the machine itself make the first account: 'k7mq2-…', 25 letters, made of the newest secret. Worth nothing
 * once there is an account.
 */
export function setupKey(secretKeys: readonly string[]): string {
  const bytes = Buffer.from(hkdfSync('sha256', secretKeys[0] ?? '', '', 'fondly set-up key v1', 25));
  const letters = Array.from(bytes, (byte) => EASY[byte % EASY.length]).join('');
  return (letters.match(/.{5}/g) ?? []).join('-');
}

// 31 signs, none of which looks like another.
const EASY = 'abcdefghjkmnpqrstuvwxyz23456789';

export function isSetupKey(secretKeys: readonly string[], typed: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return timingSafeEqual(digest(plain(typed)), digest(plain(setupKey(secretKeys))));
}

/**
 * Makes the first account of the installation; of several who try at once one succeeds. Shops that nobody is a member of yet, such as
 * those made on the command line, are theirs.
 */
export async function makeFirstAccount(db: Db, asked: NewAccount, now: Date): Promise<MadeAccount> {
  // Before the lock: it takes its time.
  const hashed = await hashPassword(asked.password);
  return inOneCommit(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('fondly first account'))`.execute(trx);
    if (await hasAccounts(trx))
      return refused('Somebody made the first account a moment ago. Sign in, or ask them to invite you.');
    const added = await addAccount(trx, asked, now, async () => hashed);
    if (!added.ok) return added;
    for (const { id } of await shopsOfNobody(trx)) {
      await addMember(trx, id, { accountId: added.id, role: 'owner' }, { by: 'fondly', now });
    }
    return added;
  });
}

async function shopsOfNobody(db: Db): Promise<{ id: string }[]> {
  return db
    .selectFrom('business as b')
    .select('b.id')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('member as m').select('m.id').whereRef('m.business_id', '=', 'b.id').where('m.ended_at', 'is', null)),
      ),
    )
    .execute();
}
