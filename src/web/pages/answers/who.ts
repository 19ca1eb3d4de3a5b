import type { Db } from '../../../businesses/commit.ts';
import type { Visit } from '../../visit.ts';

/** Names of those who did something, as the history keeps them: a member by name, and the customer, an import or Fondly by what they are. */
export async function namesOfActors(
  { db, business }: Pick<Visit, 'db' | 'business'>,
  by: readonly string[],
): Promise<(by: string) => string> {
  const ids = by.filter((one) => /^member:[0-9a-f-]{36}$/.test(one)).map((one) => one.slice('member:'.length));
  const names = new Map((await membersNamed(db, business.id, ids)).map(({ id, name }) => [`member:${id}`, name]));
  return (one) =>
    names.get(one) ?? (one.startsWith('member:') ? 'a member' : one.startsWith('import:') ? 'an import' : (OTHERS[one] ?? one));
}

/** Who works here now, by name. */
export async function currentMembers(db: Db, businessId: string): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('member as m')
    .innerJoin('auth_user as u', 'u.id', 'm.user_id')
    .select(['m.id', 'u.name'])
    .where('m.business_id', '=', businessId)
    .where('m.ended_at', 'is', null)
    .orderBy('u.name')
    .execute();
}

const OTHERS: Record<string, string> = { fondly: 'Fondly', customer: 'the customer' };

async function membersNamed(db: Db, businessId: string, ids: string[]): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('member as m')
    .innerJoin('auth_user as u', 'u.id', 'm.user_id')
    .select(['m.id', 'u.name'])
    .where('m.business_id', '=', businessId)
    .where('m.id', 'in', [...new Set(ids)])
    .execute();
}
