import type { SignedIn } from '../../../businesses/accounts.ts';
import { type Limit, limitKey, takeTry, untilWords } from '../../../businesses/sign-in-limits.ts';
import type { Site } from '../../site.ts';

/** Counts a try of `what` by `who`; a sentence when there were too many. */
export async function tryOf(
  site: Site,
  [what, who]: [what: string, who: string],
  limit: Limit,
  now: Date,
): Promise<string | undefined> {
  const until = await takeTry(site.db, limitKey(site.secretKeys, what, who), limit, now);
  return until && waitWords(until, now);
}

/** The same at the password by whoever holds a session. */
export function passwordTry(site: Site, who: SignedIn, now: Date): Promise<string | undefined> {
  return tryOf(site, ['password', who.accountId], { most: 10, minutes: 15 }, now);
}

export function waitWords(until: Date, now: Date): string {
  return `Too many tries. Try again ${untilWords(until, now)}.`;
}
