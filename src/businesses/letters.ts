import type { KeyObject } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../database/schema.ts';
import { nextTry } from '../mail/backoff.ts';
import { wireAddress } from '../mail/address.ts';
import type { Mailer, SendResult, Slot } from '../mail/mailer.ts';
import { boundaryOf, messageIdOf } from '../mail/message-id.ts';
import { composeMessage } from '../mail/message.ts';
import type { Business } from './business.ts';
import type { Actor, Db } from './commit.ts';
import { type LetterText, renderLetter } from './letter-text.ts';
import type { Sending } from './smtp-mailers.ts';

export type Letter = Selectable<Database['letter']>;

export interface NewLetter {
  kind: Letter['kind'];
  /** What it is about: erased together with the person. */
  followUpId?: string;
  signUpId?: string;
  invitationId?: string;
  reset?: { accountId: string; id: string };
  /** BCP 47. */
  language: string;
}

/** Says what a letter says, from the rows as they are now; undefined when there is nothing to say any more. */
export type Writer = (db: Db, letter: Letter, links: LetterLinks) => Promise<LetterText | undefined>;

/** Where letters lead. */
export interface LetterLinks {
  confirm(signUp: { businessId: string; id: string }): string;
  invitation(invitation: { businessId: string; id: string }): string;
  password(wish: { accountId: string; id: string }): string;
}

/** What sending letters needs; a card sender is one. */
export interface Post {
  db: Db;
  /** By which a business's mail leaves now. */
  mailerFor(business: Sending): Promise<Mailer>;
  /** Where practice keeps its mail. */
  outbox: Mailer;
  links: LetterLinks;
  messageIdKey: KeyObject;
  random: () => number;
  stopping: AbortSignal;
}

const LEASE_MS = 60_000;

/** Puts a letter in the post: it leaves within seconds, under no cap, also while the business is paused. Its id. */
export async function addLetter(
  db: Db,
  businessId: string,
  { kind, followUpId = '', signUpId = '', invitationId = '', reset, language }: NewLetter,
  { now }: Actor,
): Promise<string> {
  const theirs = { reset_user_id: reset?.accountId ?? null, reset_id: reset?.id ?? null };
  const about = {
    follow_up_id: followUpId || null,
    sign_up_id: signUpId || null,
    invitation_id: invitationId || null,
    ...theirs,
  };
  const row = { business_id: businessId, id: v7(), kind, ...about, language, due_at: now, created_at: now };
  await db
    .insertInto('letter')
    .values({ ...row, lease_until: null, message_id: null, sent_at: null })
    .execute();
  return row.id;
}

/**
 * Sends one letter that is due and of a kind that has a writer, to the business's person in charge unless the letter says; true when there was one. A letter is about something that must not be
 * missed: one whose fate is unknown goes once more, with the same Message-ID.
 */
export async function sendLetter(post: Post, writers: Partial<Record<Letter['kind'], Writer>>, now: Date): Promise<boolean> {
  if (post.stopping.aborted) return false;
  const letter = await claim(post.db, Object.keys(writers), now);
  if (letter === undefined) return false;
  const business = await post.db
    .selectFrom('business')
    .selectAll()
    .where('id', '=', letter.business_id)
    .executeTakeFirstOrThrow();
  const mailer = await post.mailerFor(business);
  if (mailer === post.outbox && FOR_ONE.has(letter.kind)) return settle(post.db, letter, { state: 'dropped' });
  const line = await mailer.reserve(post.stopping);
  if (line.kind === 'unavailable') {
    await settle(post.db, letter, { state: 'planned', due_at: later(now, line.retryInMs), attempts: letter.attempts - 1 });
    return false;
  }
  try {
    const text = await writers[letter.kind]?.(post.db, letter, post.links);
    await (text === undefined
      ? settle(post.db, letter, { state: 'dropped' })
      : transmit(post, line, { letter, business, text, now }));
  } finally {
    line.release();
  }
  return true;
}

/** Their links are keys: in the outbox, which others read, they would open another's door. */
const FOR_ONE: ReadonlySet<Letter['kind']> = new Set(['invitation', 'password'] as const);

/** Whether letters of this business leave the machine now; `practice`: there is no SMTP_URL. */
export function lettersLeave(business: Business, practice: boolean): boolean {
  return business.live_at !== null && !business.sample && (business.smtp_rev !== null || !practice);
}

async function claim(db: Db, kinds: string[], now: Date): Promise<Letter | undefined> {
  const { rows } = await sql<Letter>`
    update letter l set state = 'sending', lease_until = clock_timestamp() + ${LEASE_MS} * interval '1 millisecond', fence = l.fence + 1,
      attempts = l.attempts + 1
    from (
      select business_id, id from letter
      where state in ('planned', 'sending') and kind = any(${kinds}) and due_at <= ${now} and (state = 'planned' or lease_until <= clock_timestamp())
      order by due_at limit 1 for update skip locked
    ) due
    where l.business_id = due.business_id and l.id = due.id returning l.*`.execute(db);
  return rows[0];
}

interface Leaving {
  letter: Letter;
  business: Business;
  text: LetterText;
  now: Date;
}

async function transmit({ db, messageIdKey, random }: Post, line: Slot, { letter, business, text, now }: Leaving): Promise<void> {
  const from = { name: business.from_name, address: business.from_address };
  const to = text.to ?? { address: business.alert_email ?? business.reply_to ?? business.from_address };
  const messageId = messageIdOf(messageIdKey, letter.id, wireAddress(from.address).split('@').at(-1)!);
  const bytes = composeMessage({
    from,
    to,
    language: letter.language,
    subject: text.subject,
    ...renderLetter(text, letter.language),
    messageId,
    date: now,
    boundary: boundaryOf(messageIdKey, letter.id),
  });
  // The last look: a letter about somebody who was erased meanwhile is gone, and leaves no more.
  if (!(await settle(db, letter, { message_id: messageId }))) return;
  const result = await line.send({ from: from.address, to: to.address }, bytes);
  await settle(db, letter, outcomeOf(result, letter, now, random));
}

type Settling = Partial<Pick<Letter, 'state' | 'due_at' | 'attempts' | 'message_id' | 'sent_at'>>;

function outcomeOf(result: SendResult, { attempts }: Letter, now: Date, random: () => number): Settling {
  if (result.kind === 'accepted') return { state: 'sent', sent_at: now };
  const wait = result.kind === 'rejected' ? undefined : nextTry(attempts, random);
  return wait === undefined ? { state: 'failed' } : { state: 'planned', due_at: later(now, wait) };
}

/** False when it is no longer ours, or no longer there. */
async function settle(db: Db, { business_id, id, fence }: Letter, set: Settling): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('letter')
    .set(set)
    .where('business_id', '=', business_id)
    .where('id', '=', id)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
