import type { SignedIn } from '../../../businesses/accounts.ts';
import { limitKey, takeTry, untilWords } from '../../../businesses/sign-in-limits.ts';
import type { Site } from '../../site.ts';

const LIMIT = { most: 10, minutes: 15 };

/** Counts a try at the password by whoever holds a session; a sentence when there were too many. */
export async function passwordTry(site: Site, who: SignedIn, now: Date): Promise<string | undefined> {
  const until = await takeTry(site.db, limitKey(site.secretKeys, 'password', who.accountId), LIMIT, now);
  return until && `Too many tries. Try again ${untilWords(until, now)}.`;
}
