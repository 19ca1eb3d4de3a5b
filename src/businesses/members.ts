import { type Selectable, sql } from 'kysely';
import { v7 } from 'uuid';
import type { Database } from '../database/schema.ts';
import type { Business } from './business.ts';
import { keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';

export type Role = Selectable<Database['member']>['role'];

/** Somebody who works in a business, as their account names them. */
export interface Member {
  id: string;
  role: Role;
  name: string;
  email: string;
}

/** The business of this slug and what this account is there; undefined when it is nothing there, or there is no such business. */
export async function memberOf(
  db: Db,
  slug: string,
  accountId: string,
): Promise<{ business: Business; member: Member } | undefined> {
  const row = await db
    .selectFrom('member as m')
    .innerJoin('business as b', 'b.id', 'm.business_id')
    .innerJoin('auth_user as u', 'u.id', 'm.user_id')
    .selectAll('b')
    .select(['m.id as member_id', 'm.role as member_role', 'u.name as member_name', 'u.email as member_email'])
    .where('b.slug', '=', slug)
    .where('m.user_id', '=', accountId)
    .where('m.ended_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  const { member_id: id, member_role: role, member_name: name, member_email: email, ...business } = row;
  return { business, member: { id, role, name, email } };
}

/** A shop in which an account works. */
export interface Shop {
  id: string;
  slug: string;
  name: string;
  role: Role;
  sample: boolean;
}

/** By name. */
export async function listShops(db: Db, accountId: string): Promise<Shop[]> {
  return db
    .selectFrom('member as m')
    .innerJoin('business as b', 'b.id', 'm.business_id')
    .select(['b.id', 'b.slug', 'b.name', 'm.role', 'b.sample'])
    .where('m.user_id', '=', accountId)
    .where('m.ended_at', 'is', null)
    .orderBy('b.name')
    .orderBy('b.slug')
    .execute();
}

/** A member as the others see them. */
export interface Colleague extends Member {
  accountId: string;
  since: Date;
  /** When they were last signed in, to the hour; null when nowhere any more. */
  lastSeen: Date | null;
  twoFactor: boolean;
}

/** Who works in a business, owners first. */
export async function listMembers(db: Db, businessId: string): Promise<Colleague[]> {
  const { rows } = await sql<Colleague>`
    select m.id, m.role, u.name, u.email, u.id as "accountId", m.since, u.two_factor_enabled as "twoFactor",
      (select max(s.updated_at) from auth_session s where s.user_id = u.id) as "lastSeen"
    from member m join auth_user u on u.id = m.user_id
    where m.business_id = ${businessId} and m.ended_at is null
    order by m.role, lower(u.name), m.id`.execute(db);
  return rows;
}

/** The names of all who ever worked in a business, by a member's id: for `by` texts such as 'member:<id>'. */
export async function memberNames(db: Db, businessId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('member as m')
    .innerJoin('auth_user as u', 'u.id', 'm.user_id')
    .select(['m.id', 'u.name'])
    .where('m.business_id', '=', businessId)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Makes an account a member. Who is one already stays as they are. */
export async function addMember(
  db: Db,
  businessId: string,
  { accountId, role }: { accountId: string; role: Role },
  actor: Actor,
): Promise<Outcome<{ id: string }>> {
  const row = { business_id: businessId, id: v7(), user_id: accountId, role, since: actor.now, ended_at: null, ended_by: null };
  return inOneCommit(db, async (trx) => {
    const added = await trx
      .insertInto('member')
      .values(row)
      .onConflict((conflict) => conflict.columns(['business_id', 'user_id']).where('ended_at', 'is', null).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return refused('This account is a member already.');
    await keepChange(trx, { businessId, what: 'member added', after: { member: row.id, role } }, actor);
    return { ok: true, id: row.id };
  });
}

/** The last owner stays one. */
export async function changeRole(db: Db, businessId: string, memberId: string, role: Role, actor: Actor): Promise<Outcome> {
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const open = await lockMembers(trx, businessId);
    const before = open.find(({ id }) => id === memberId)?.role;
    if (before === undefined) return refused(gone);
    if (before === role) return { ok: true };
    if (before === 'owner' && isLastOwner(open)) return refused(lastOwner);
    await trx.updateTable('member').set({ role }).where('business_id', '=', businessId).where('id', '=', memberId).execute();
    if (role === 'staff') await withdrawAllBy(trx, businessId, memberId, actor);
    const change = { before: { member: memberId, role: before }, after: { member: memberId, role } };
    await keepChange(trx, { businessId, what: 'role changed', ...change }, actor);
    return { ok: true };
  });
}

/**
 * From the next press on they see nothing of this business; their account stays, and what they did keeps their name. Links with which they
 * asked others to join are withdrawn. The last owner cannot go.
 */
export async function endMembership(db: Db, businessId: string, memberId: string, actor: Actor): Promise<Outcome> {
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const open = await lockMembers(trx, businessId);
    const role = open.find(({ id }) => id === memberId)?.role;
    if (role === undefined) return refused(gone);
    if (role === 'owner' && isLastOwner(open)) return refused(lastOwner);
    const ended = { ended_at: actor.now, ended_by: actor.by };
    await trx.updateTable('member').set(ended).where('business_id', '=', businessId).where('id', '=', memberId).execute();
    await withdrawAllBy(trx, businessId, memberId, actor);
    await keepChange(trx, { businessId, what: 'member ended', before: { member: memberId, role } }, actor);
    return { ok: true };
  });
}

const gone = 'That person is no member any more.';
const lastOwner = 'A shop needs an owner. Make somebody else an owner first.';

// All of a business's members at once, so that two owners who end each other leave one.
async function lockMembers(trx: Db, businessId: string): Promise<{ id: string; role: Role }[]> {
  const query = trx.selectFrom('member').select(['id', 'role']).where('business_id', '=', businessId);
  return query.where('ended_at', 'is', null).orderBy('id').forUpdate().execute();
}

function isLastOwner(members: readonly { role: Role }[]): boolean {
  return members.filter(({ role }) => role === 'owner').length === 1;
}

// A link that somebody kept for themselves would let them in again.
async function withdrawAllBy(trx: Db, businessId: string, memberId: string, { now }: Actor): Promise<void> {
  await trx
    .updateTable('invitation')
    .set({ withdrawn_at: now })
    .where('business_id', '=', businessId)
    .where('by', '=', memberId)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
}
