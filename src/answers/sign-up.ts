import { readFileSync, readdirSync } from 'node:fs';
import { type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import type { LetterText } from '../businesses/letter-text.ts';
import { fillWords } from '../businesses/letter-words.ts';
import { addLetter, type Letter, type LetterLinks } from '../businesses/letters.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { addCustomer, changeCustomer } from '../customers/customer.ts';
import { readDate, setDate } from '../customers/dates.ts';
import { readPerson } from '../customers/read-person.ts';
import { liftBySignUp } from '../customers/stops.ts';
import type { Database } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';

/** What somebody writes on a business's form. */
export interface NewSignUp {
  email: string;
  givenName: string;
  familyName: string;
  birthday: { month: number; day: number; year?: number };
  /** The page's. */
  language: string;
  /** The sentence that they agreed to, as it stood there. */
  wording: string;
}

/** What is wrong with a form: the field that is to be mended. */
export type SignUpFault = 'email' | 'name' | 'day';

const KEPT_MS = 7 * MS_PER_DAY;
/** So many letters a day to one address, whoever asks for them; so many an hour in all, for one business. */
const MOST_LETTERS_A_DAY = 3;
const MOST_AN_HOUR = 300;
const HOUR_MS = 3_600_000;

/**
 * Keeps what somebody wrote, and asks their address by a letter whether it is true; nothing else happens until they confirm. Whether
 * the address is a customer's, unsubscribed or new is never looked at, so nobody can find that out here. `busy`: too many in an hour.
 */
export async function signUp(
  db: Db,
  businessId: string,
  asked: NewSignUp,
  now: Date,
): Promise<{ ok: true } | { ok: false; fault: SignUpFault | 'busy' }> {
  const fault = faultIn(asked, now);
  const address = readAddress(asked.email);
  if (fault || 'reason' in address) return { ok: false, fault: fault ?? 'email' };
  return inOneCommit(db, async (trx) => {
    // One after the other for a business: the limits are counted.
    await sql`select pg_advisory_xact_lock(hashtext('sign-up'), hashtext(${businessId}))`.execute(trx);
    const { lately, theirs } = await countSignUps(trx, businessId, address.key, now);
    if (lately >= MOST_AN_HOUR) return { ok: false, fault: 'busy' };
    if (theirs >= MOST_LETTERS_A_DAY) return { ok: true };
    const id = await insertSignUp(trx, businessId, { ...asked, email: address.address, key: address.key }, now);
    await addLetter(trx, businessId, { kind: 'sign-up', signUpId: id, language: asked.language }, { by: 'customer', now });
    return { ok: true };
  });
}

/** What a confirmation link leads to, for a week; undefined when there is no such sign-up any more. */
export async function findSignUp(
  db: Db,
  target: { business: string; touchpoint: string },
  now: Date,
): Promise<{ shop: string; language: string; confirmed: boolean } | undefined> {
  const { rows } = await sql<{ shop: string; language: string; confirmed: boolean }>`
    select b.name as shop, s.language, s.confirmed_at is not null as confirmed from sign_up s join business b on b.id = s.business_id
    where s.business_id = ${target.business} and s.id = ${target.touchpoint} and s.created_at > ${new Date(now.getTime() - KEPT_MS)}`.execute(
    db,
  );
  return rows[0];
}

/**
 * The person confirmed their address: they become a customer, or the one that they are already learns what they wrote, and what they or
 * their address had stopped is lifted. Confirming again changes nothing.
 */
export async function confirmSignUp(db: Db, target: { business: string; touchpoint: string }, now: Date): Promise<Outcome> {
  const actor = { by: 'customer', now };
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const row = await lockSignUp(trx, target, now);
    if (!row) return refused('There is no such sign-up.');
    if (row.confirmed_at !== null) return { ok: true };
    const customerId = await welcome(trx, row, actor);
    if (customerId === undefined) return refused('This person cannot be added.');
    const lifted = await liftBySignUp(trx, target.business, customerId, actor);
    if (!lifted.ok) return lifted;
    const personal = { email: null, email_key: null, given_name: null, family_name: null, wording: null };
    await trx
      .updateTable('sign_up')
      .set({ ...personal, month: null, day: null, year: null, confirmed_at: now, customer_id: customerId })
      .where('business_id', '=', target.business)
      .where('id', '=', target.touchpoint)
      .execute();
    return { ok: true };
  });
}

/** Forgets sign-ups of more than a week ago, with their letters; true when there may be more. */
export async function forgetSignUps(db: Db, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from sign_up where ctid = any(array(
      select ctid from sign_up where created_at <= ${new Date(now.getTime() - KEPT_MS)} limit 1000))`.execute(db);
  return numAffectedRows === 1000n;
}

/** Asks the address whether it was they who signed up. Nothing once that was answered. */
export async function writeConfirmation(db: Db, letter: Letter, links: LetterLinks): Promise<LetterText | undefined> {
  const { rows } = await sql<{ id: string; shop: string; email: string; given: string | null }>`
    select s.id, b.name as shop, s.email, s.given_name as given from sign_up s join business b on b.id = s.business_id
    where s.business_id = ${letter.business_id} and s.id = ${letter.sign_up_id} and s.confirmed_at is null`.execute(db);
  const found = rows[0];
  if (!found) return undefined;
  const words = wordsIn(letter.language);
  // The name was typed by whoever filled in the form: it is not repeated to the address, which may be somebody else's.
  const say = (text: string) => fillWords(text, { shop: found.shop });
  return {
    subject: say(words.subject),
    title: say(words.title),
    parts: [
      say(words.text),
      { link: links.confirm({ businessId: letter.business_id, id: found.id }), label: words.button },
      words.mistake,
    ],
    to: { address: found.email },
  };
}

type SignUpRow = Selectable<Database['sign_up']>;

function faultIn({ email, givenName, familyName, birthday }: NewSignUp, now: Date): SignUpFault | undefined {
  if ('reason' in readAddress(email)) return 'email';
  if (givenName.trim() === '' || typeof readPerson({ givenName, familyName }) === 'string') return 'name';
  return typeof readDate({ kind: 'birthday', ...birthday }, now) === 'string' ? 'day' : undefined;
}

async function countSignUps(trx: Db, businessId: string, key: string, now: Date): Promise<{ lately: number; theirs: number }> {
  const since = (ms: number) => new Date(now.getTime() - ms);
  const { rows } = await sql<{ lately: number; theirs: number }>`
    select (count(*) filter (where created_at > ${since(HOUR_MS)}))::int as lately, (count(*) filter (where email_key = ${key}))::int as theirs
    from sign_up where business_id = ${businessId} and created_at > ${since(MS_PER_DAY)}`.execute(trx);
  return rows[0] ?? { lately: 0, theirs: 0 };
}

async function insertSignUp(
  trx: Db,
  businessId: string,
  { givenName, familyName, birthday, email, key, language, wording }: NewSignUp & { key: string },
  now: Date,
): Promise<string> {
  const id = v7();
  const names = readPerson({ givenName, familyName });
  if (typeof names === 'string') throw new Error('A checked name is no name');
  const { given_name = null, family_name = null } = names.person;
  const { month, day, year = null } = birthday;
  const row = {
    business_id: businessId,
    id,
    email,
    email_key: key,
    given_name,
    family_name,
    month,
    day,
    year,
    language,
    wording,
  };
  await trx
    .insertInto('sign_up')
    .values({ ...row, created_at: now, confirmed_at: null, customer_id: null })
    .execute();
  return id;
}

async function lockSignUp(
  trx: Db,
  { business, touchpoint }: { business: string; touchpoint: string },
  now: Date,
): Promise<SignUpRow | undefined> {
  return trx
    .selectFrom('sign_up')
    .selectAll()
    .where('business_id', '=', business)
    .where('id', '=', touchpoint)
    .where('created_at', '>', new Date(now.getTime() - KEPT_MS))
    .forUpdate()
    .executeTakeFirst();
}

/** Adds them, or tells the customer that they are already what they wrote; the id either way. */
async function welcome(trx: Db, row: SignUpRow, actor: Actor): Promise<string | undefined> {
  const { business_id: businessId, language } = row;
  const { zone } = await trx.selectFrom('business').select('zone').where('id', '=', businessId).executeTakeFirstOrThrow();
  const today = localDayOf(actor.now, zone);
  const basis = { kind: 'consent', source: 'sign-up form', on: today, wording: row.wording } as const;
  const names = { givenName: row.given_name, familyName: row.family_name };
  const added = await addCustomer(trx, businessId, { ...names, email: row.email, language, basis }, actor);
  const id = added.ok ? added.id : added.existing;
  if (id === undefined || row.month === null || row.day === null) return undefined;
  if (!added.ok) {
    const told = await changeCustomer(trx, businessId, id, { basis, ...(await gapsOf(trx, row, id, today)) }, actor);
    if (!told.ok) return undefined;
  }
  const { month, day, year } = row;
  const set = await setDate(trx, businessId, id, { kind: 'birthday', month, day, year, source: 'sign-up form' }, actor);
  return set.ok ? id : undefined;
}

/** What is not known of a customer yet. Since when they are one stays as it was. */
async function gapsOf(trx: Db, row: SignUpRow, id: string, today: string) {
  const known = await trx
    .selectFrom('customer as c')
    .innerJoin('person as p', (join) => join.onRef('p.business_id', '=', 'c.business_id').onRef('p.customer_id', '=', 'c.id'))
    .select(['c.since_on', 'p.given_name', 'p.family_name', 'p.language'])
    .where('c.business_id', '=', row.business_id)
    .where('c.id', '=', id)
    .executeTakeFirst();
  return {
    ...(known?.since_on ? {} : { joinedOn: today }),
    ...(known?.given_name ? {} : { givenName: row.given_name }),
    ...(known?.family_name || !row.family_name ? {} : { familyName: row.family_name }),
    ...(known?.language ? {} : { language: row.language }),
  };
}

type ConfirmationWords = Record<'subject' | 'title' | 'text' | 'button' | 'mistake', string>;

const folder = new URL('../../templates/letters/sign-up/', import.meta.url);
const allWords = new Map(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ConfirmationWords,
  ]),
);

function wordsIn(language: string): ConfirmationWords {
  const words = allWords.get(language) ?? allWords.get(language.split('-')[0] ?? '') ?? allWords.get('en');
  if (!words) throw new Error('The letters have no English words');
  return words;
}
