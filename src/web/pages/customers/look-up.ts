import { findProfile, type Profile } from '../../../customers/profile.ts';
import { todayOf } from '../../days.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';

/** The customer of an address; else what to answer: moved to whom they were merged into, or not found. */
export async function lookUp(visit: Visit): Promise<{ profile: Profile } | { answer: Response }> {
  const id = visit.id('customer');
  const found = id === undefined ? undefined : await findProfile(visit.db, visit.business.id, id, todayOf(visit));
  if (found === undefined) return { answer: await visit.missing() };
  return 'movedTo' in found ? { answer: after(visit, `/customers/${found.movedTo}`) } : { profile: found };
}
