import type { Selectable } from 'kysely';
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
