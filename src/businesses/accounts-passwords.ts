import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { sql } from 'kysely';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './accounts-better-auth.ts';
import { findReset } from './accounts-reset.ts';
import { worstPasswords } from './accounts-worst-passwords.ts';
import { type Db, inOneCommit, type Outcome, refused } from './commit.ts';

/**
 * What is wrong with a password, in a sentence; undefined when it will do. Length counts, and that it is none of the first ones that anybody
 * tries (NIST SP 800-63B-4, 3.1.1): no rule asks for digits or signs. `known` are words that others know: the address, names, the shop.
 */
export function passwordProblem(password: string, known: readonly string[]): string | undefined {
  const letters = Array.from(password).length;
  if (letters < SHORTEST_PASSWORD)
    return `Use at least ${SHORTEST_PASSWORD} letters. Three or four words in a row are good, and easy to keep.`;
  if (password.length > LONGEST_PASSWORD) return `Use at most ${LONGEST_PASSWORD} letters.`;
  const plain = plainly(password);
  if (isRow(plain) || worstPasswords.has(plain) || worstPasswords.has(bare(plain)))
    return 'That is one of the first passwords that anybody tries. Choose another.';
  if (known.flatMap(guesses).some((word) => plain === word || bare(plain) === word))
    return 'Others could guess that from your name, your address or your shop. Choose another.';
  return undefined;
}

/** Changes one's own password. Every session but this one ends. */
export async function changePassword(
  db: Db,
  who: { accountId: string; sessionId: string; known: readonly string[] },
  { current, next }: { current: string; next: string },
  now: Date,
): Promise<Outcome | { ok: false; reason: string; at: 'current' | 'next' }> {
  const problem = passwordProblem(next, who.known);
  if (problem) return { ...refused(problem), at: 'next' };
  if (!(await isPassword(db, who.accountId, current))) return { ...refused('That is not your password.'), at: 'current' };
  await setPassword(db, who.accountId, { password: next, keep: who.sessionId }, now);
  return { ok: true };
}

/** Sets the new password, and ends every session. A second factor stays as it is. Of two who use a link at the same moment one does. */
export async function resetPassword(
  db: Db,
  { accountId, id }: { accountId: string; id: string },
  password: string,
  now: Date,
): Promise<Outcome> {
  const whose = await findReset(db, accountId, id, now);
  const problem = whose && passwordProblem(password, [whose.email, whose.name]);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const { numUpdatedRows } = await trx
      .updateTable('password_reset')
      .set({ used_at: now })
      .where('user_id', '=', accountId)
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return refused('This link is good for nothing any more. Ask for a new one.');
    await setPassword(trx, accountId, { password }, now);
    return { ok: true };
  });
}

/** Sets a new password and ends every other session, every trusted device, and every link for a new one. */
async function setPassword(
  db: Db,
  accountId: string,
  { password, keep = '' }: { password: string; keep?: string },
  now: Date,
  hash = hashPassword,
): Promise<void> {
  const hashed = await hash(password);
  await inOneCommit(db, async (trx) => {
    await sql`update auth_account set password = ${hashed}, updated_at = ${now}
      where user_id = ${accountId} and provider_id = 'credential'`.execute(trx);
    await sql`delete from auth_session where user_id = ${accountId} and id::text <> ${keep}`.execute(trx);
    await sql`delete from auth_verification where value = ${accountId}`.execute(trx);
    await sql`update password_reset set used_at = ${now} where user_id = ${accountId} and used_at is null`.execute(trx);
  });
}

/** Whether this is the account's password; takes a tenth of a second on purpose. */
async function isPassword(db: Db, accountId: string, password: string): Promise<boolean> {
  if (password.length > LONGEST_PASSWORD) return false;
  const row = await db
    .selectFrom('auth_account')
    .select('password')
    .where('user_id', '=', accountId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst();
  return row?.password ? verifyPassword({ hash: row.password, password }) : false;
}

function plainly(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

/** Without what is put at the end to please a rule: "passwordpassword1!" is no better than the word. */
function bare(plain: string): string {
  return plain.replace(/[^\p{L}]+$/u, '');
}

/** "aaaaaaaaaa", "1234567890", "abababababab": at most two different signs, or each the next one. */
function isRow(plain: string): boolean {
  const codes = Array.from(plain, (sign) => sign.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  return new Set(codes).size <= 2 || steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** An address as a whole, both its sides, and a name with and without its spaces. */
function guesses(word: string): string[] {
  const plain = plainly(word);
  const parts = plain.split('@');
  return [plain, ...parts, ...parts.map((part) => part.replaceAll(/[^\p{L}\p{Nd}]/gu, ''))].filter((part) => part.length >= 4);
}
