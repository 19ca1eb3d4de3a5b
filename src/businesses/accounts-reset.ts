import { sql } from 'kysely';
import { v7 } from 'uuid';
import { accountAt } from './accounts-address.ts';
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
  const account = await accountAt(db, email);
  const business = account && (await carriersOf(db, account.id)).find((shop) => lettersLeave(shop, practice));
  if (!business) return;
  await inOneCommit(db, async (trx) => {
    const id = await makeReset(trx, account.id, { minutes: MAIL_MINUTES }, now);
    const letter = { kind: 'password', reset: { accountId: account.id, id }, language: business.locale } as const;
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
  // The shop may have another mail server by now than when the letter was asked for.
  if (!(await carriersOf(db, accountId)).some((shop) => shop.id === letter.business_id)) return undefined;
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

/**
 * Shops of an account by whose mail its link may travel, the installation's own mail server first. Whoever runs a mail server reads what
 * passes: the owner of one shop must not get into another one through somebody who works in both.
 */
async function carriersOf(db: Db, accountId: string): Promise<Business[]> {
  const { rows } = await sql<Business>`
    select b.* from member m join business b on b.id = m.business_id
    where m.user_id = ${accountId} and m.ended_at is null and (
      b.smtp_rev is null
      or exists (select from smtp s where s.business_id = b.id and s.by = 'member:' || m.id)
      or not exists (select from member o join business x on x.id = o.business_id
        where o.user_id = m.user_id and o.ended_at is null and o.business_id <> b.id and not x.sample))
    order by b.smtp_rev is not null, m.since`.execute(db);
  return rows;
}
