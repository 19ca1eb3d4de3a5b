import { memberNames } from '../../../businesses/members.ts';
import type { Visit } from '../../visit.ts';

/** Names of those who did something, as the history keeps them: a member by name, and the customer, an import or Fondly by what they are. */
export async function namesOfActors({ db, business }: Pick<Visit, 'db' | 'business'>): Promise<(by: string) => string> {
  const names = await memberNames(db, business.id);
  return (by) => {
    const [kind = '', id = ''] = by.split(':');
    return kind === 'member' ? (names.get(id) ?? 'a member') : (OTHERS[kind] ?? by);
  };
}

const OTHERS: Record<string, string> = { fondly: 'Fondly', customer: 'the customer', import: 'an import' };
