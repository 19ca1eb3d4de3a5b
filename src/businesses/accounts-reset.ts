import { sql } from 'kysely';
import { v7 } from 'uuid';
import { emailKey } from './accounts-address.ts';
import type { Business } from './business.ts';
import { type Db, inOneCommit } from './commit.ts';
import type { LetterText } from './letter-text.ts';
import { fillWords, letterWords } from './letter-words.ts';
import { addLetter, type Letter, type LetterLinks, lettersLeave } from './letters.ts';

const MAIL_MINUTES = 60;

/**
 * Sends a link to choose a new password, when the address is an account's and one of its shops can send mail. Nobody is told whether it was:
 * the caller says the same either way.
 */
export async function askReset(db: Db, email: string, { practice }: { practice: boolean }, now: Date): Promise<void> {
  const { rows } = await sql<Business & { user_id: string }>`
    select b.*, m.user_id from auth_user u join member m on m.user_id = u.id join business b on b.id = m.business_id
    where u.email = ${emailKey(email)} and m.ended_at is null order by m.since`.execute(db);
  const business = rows.find((row) => lettersLeave(row, practice));
  if (!business) return;
  await inOneCommit(db, async (trx) => {
    const id = await makeReset(trx, business.user_id, { minutes: MAIL_MINUTES }, now);
    const letter = { kind: 'password', reset: { accountId: business.user_id, id }, language: business.locale } as const;
    await addLetter(trx, business.id, letter, { by: 'fondly', now });
  });
}

/** Lets an account choose a new password, once; the id for its link. */
export async function makeReset(db: Db, accountId: string, { minutes }: { minutes: number }, now: Date): Promise<string> {
  const id = v7();
  const times = { created_at: now, expires_at: new Date(now.getTime() + minutes * 60_000), used_at: null };
  await db
    .insertInto('password_reset')
    .values({ user_id: accountId, id, ...times })
    .execute();
  return id;
}

/** Whose it is; undefined when it was used, is over, or never was. */
export async function findReset(
  db: Db,
  accountId: string,
  id: string,
  now: Date,
): Promise<{ name: string; email: string } | undefined> {
  return db
    .selectFrom('password_reset as r')
    .innerJoin('auth_user as u', 'u.id', 'r.user_id')
    .select(['u.name', 'u.email'])
    .where('r.user_id', '=', accountId)
    .where('r.id', '=', id)
    .where('r.used_at', 'is', null)
    .where('r.expires_at', '>', now)
    .executeTakeFirst();
}

/** The letter with the link. Nothing once it was used. */
export async function writeReset(db: Db, letter: Letter, links: LetterLinks): Promise<LetterText | undefined> {
  const { reset_user_id: accountId, reset_id: id } = letter;
  const found = accountId && id ? await findReset(db, accountId, id, letter.created_at) : undefined;
  if (!accountId || !id || !found) return undefined;
  const words = wordsIn(letter.language);
  const say = (text: string) => fillWords(text, { name: found.name, minutes: String(MAIL_MINUTES) });
  return {
    subject: say(words.subject),
    title: say(words.title),
    parts: [say(words.text), { link: links.password({ accountId, id }), label: say(words.button) }, say(words.mistake)],
    to: { address: found.email },
  };
}

const wordsIn = letterWords<'subject' | 'title' | 'text' | 'button' | 'mistake'>('password');
