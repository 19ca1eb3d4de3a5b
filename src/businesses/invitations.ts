import { type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';
import type { Business } from './business.ts';
import { keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';
import type { LetterText } from './letter-text.ts';
import { fillWords, letterWords } from './letter-words.ts';
import { addLetter, type Letter, type LetterLinks } from './letters.ts';
import { addMember, changeRole, type Role } from './members.ts';

const DAYS = 7;

export interface NewInvitation {
  role: Role;
  /** Who is meant; only a note, unless it is mailed there. */
  email?: string;
  /** Also send the link there by letter. */
  mail?: boolean;
  /** The member who asks; absent on the command line. */
  by?: string;
}

/** Asks somebody to join: whoever has the link may, once, for seven days. The link is made of the ids by our secret, and kept nowhere. */
export async function invite(
  db: Db,
  business: Pick<Business, 'id' | 'locale'>,
  asked: NewInvitation,
  actor: Actor,
): Promise<Outcome<{ id: string }>> {
  const email = asked.email?.trim() || null;
  const read = email === null ? undefined : readAddress(email);
  if (read && 'reason' in read) return refused(read.reason);
  if (asked.mail && !read) return refused('To which address? Write it, and the link goes there.');
  const id = v7();
  const times = { created_at: actor.now, expires_at: new Date(actor.now.getTime() + DAYS * 86_400_000) };
  const ends = { accepted_at: null, accepted_by: null, withdrawn_at: null };
  return inOneCommit(db, async (trx) => {
    const row = { business_id: business.id, id, role: asked.role, email: read?.address ?? null, by: asked.by ?? null };
    await trx
      .insertInto('invitation')
      .values({ ...row, ...times, ...ends })
      .execute();
    const letter = { kind: 'invitation', invitationId: id, language: business.locale } as const;
    if (asked.mail) await addLetter(trx, business.id, letter, actor);
    await keepChange(
      trx,
      { businessId: business.id, what: 'member invited', after: { invitation: id, role: asked.role } },
      actor,
    );
    return { ok: true, id };
  });
}

/** An invitation that nobody has answered yet. */
export interface OpenInvitation {
  id: string;
  role: Role;
  email: string | null;
  /** Who asked; null on the command line. */
  byName: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export async function listInvitations(db: Db, businessId: string, now: Date): Promise<OpenInvitation[]> {
  const { rows } = await sql<OpenInvitation>`
    select i.id, i.role, i.email, u.name as "byName", i.created_at as "createdAt", i.expires_at as "expiresAt"
    from invitation i left join member m on m.business_id = i.business_id and m.id = i.by left join auth_user u on u.id = m.user_id
    where i.business_id = ${businessId} and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > ${now}
    order by i.created_at desc`.execute(db);
  return rows;
}

/** False when it was answered or withdrawn already. */
export async function withdrawInvitation(db: Db, businessId: string, id: string, actor: Actor): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('invitation')
      .set({ withdrawn_at: actor.now })
      .where('business_id', '=', businessId)
      .where('id', '=', id)
      .where('accepted_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await keepChange(trx, { businessId, what: 'invitation withdrawn', before: { invitation: id } }, actor);
    return true;
  });
}

export interface Invitation {
  state: 'open' | 'accepted' | 'withdrawn' | 'expired';
  shop: string;
  slug: string;
  role: Role;
  email: string | null;
  /** Who asked; null on the command line. */
  byName: string | null;
}

/** By the ids in its link; undefined when there is none. */
export async function findInvitation(db: Db, businessId: string, id: string, now: Date): Promise<Invitation | undefined> {
  const { rows } = await sql<Omit<Invitation, 'state'> & Dates>`
    select b.name as shop, b.slug, i.role, i.email, u.name as "byName", i.accepted_at, i.withdrawn_at, i.expires_at
    from invitation i join business b on b.id = i.business_id
      left join member m on m.business_id = i.business_id and m.id = i.by left join auth_user u on u.id = m.user_id
    where i.business_id = ${businessId} and i.id = ${id}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const { accepted_at, withdrawn_at, expires_at, ...said } = row;
  return { ...said, state: stateOf({ accepted_at, withdrawn_at, expires_at }, now) };
}

/** Makes this account a member. Once: of two who press at the same moment one comes in. Who is staff already may become an owner by it. */
export async function acceptInvitation(db: Db, businessId: string, id: string, accountId: string, now: Date): Promise<Outcome> {
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const query = trx.selectFrom('invitation').selectAll().where('business_id', '=', businessId).where('id', '=', id);
    const row = await query.forUpdate().executeTakeFirst();
    if (!row || stateOf(row, now) !== 'open') return refused('This invitation is good for nothing any more. Ask for a new one.');
    const memberId = await joinAs(trx, businessId, { accountId, role: row.role }, now);
    const accepted = { accepted_at: now, accepted_by: memberId };
    await trx.updateTable('invitation').set(accepted).where('business_id', '=', businessId).where('id', '=', id).execute();
    return { ok: true };
  });
}

/** The letter with the link: who asks, and into which shop. Nothing once it was answered, withdrawn, or is over. */
export async function writeInvitation(db: Db, letter: Letter, links: LetterLinks): Promise<LetterText | undefined> {
  const { business_id: businessId, invitation_id: id } = letter;
  const found = id === null ? undefined : await findInvitation(db, businessId, id, letter.created_at);
  if (!id || found?.state !== 'open' || found.email === null) return undefined;
  const words = wordsIn(letter.language);
  const say = (text: string) => fillWords(text, { shop: found.shop, name: found.byName ?? found.shop, days: String(DAYS) });
  return {
    subject: say(words.subject),
    title: say(words.title),
    parts: [say(words.text), { link: links.invitation({ businessId, id }), label: say(words.button) }, say(words.ends)],
    to: { address: found.email },
  };
}

const wordsIn = letterWords<'subject' | 'title' | 'text' | 'button' | 'ends'>('invitation');

type Dates = Pick<Selectable<Database['invitation']>, 'accepted_at' | 'withdrawn_at' | 'expires_at'>;

function stateOf({ accepted_at, withdrawn_at, expires_at }: Dates, now: Date): Invitation['state'] {
  if (accepted_at) return 'accepted';
  if (withdrawn_at) return 'withdrawn';
  return expires_at <= now ? 'expired' : 'open';
}

async function joinAs(trx: Db, businessId: string, asked: { accountId: string; role: Role }, now: Date): Promise<string> {
  const query = trx.selectFrom('member').select(['id', 'role']).where('business_id', '=', businessId);
  const known = await query.where('user_id', '=', asked.accountId).where('ended_at', 'is', null).executeTakeFirst();
  if (known && known.role !== asked.role && asked.role === 'owner')
    await changeRole(trx, businessId, known.id, 'owner', { by: `member:${known.id}`, now });
  if (known) return known.id;
  const added = await addMember(trx, businessId, asked, { by: 'fondly', now });
  if (!added.ok) throw new Error('A member was added twice at once');
  return added.id;
}
