import type { Db } from '../businesses/commit.ts';

/** The name behind an actor, as members read it: a colleague's, "the customer", "an import". */
export type NameOf = (by: string) => string;

/** Who is who among these actors: one look-up for a whole page. Members who have left keep their name here. */
export async function authorsOf(db: Db, businessId: string, actors: readonly string[]): Promise<NameOf> {
  const ids = [...new Set(actors)].filter((by) => by.startsWith('member:')).map((by) => by.slice('member:'.length));
  const known = ids.filter((id) => UUID.test(id));
  const rows = known.length === 0 ? [] : await namesOf(db, businessId, known);
  const names = new Map(rows.map(({ id, name }) => [`member:${id}`, name]));
  return (by) => {
    if (by === 'customer') return 'the customer';
    if (by === 'fondly') return 'Fondly';
    if (by.startsWith('import:')) return 'an import';
    return names.get(by) ?? 'a member';
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function namesOf(db: Db, businessId: string, ids: string[]): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('member as m')
    .innerJoin('auth_user as u', 'u.id', 'm.user_id')
    .select(['m.id', 'u.name'])
    .where('m.business_id', '=', businessId)
    .where('m.id', 'in', ids)
    .execute();
}
