import type { Db } from './commit.ts';
import { memberNames } from './members.ts';

/** The name behind an actor, as members read it: a colleague's, "the customer", "an import". */
export type NameOf = (by: string) => string;

/** Who is who among a business's actors. Members who have left keep their name here. */
export async function authorsOf(db: Db, businessId: string): Promise<NameOf> {
  const names = await memberNames(db, businessId);
  return (by) => {
    const [kind = '', id = ''] = by.split(':');
    return OTHERS[kind] ?? names.get(id) ?? 'a member';
  };
}

const OTHERS: Record<string, string> = { fondly: 'Fondly', customer: 'the customer', import: 'an import' };
