import { accountAt } from '../businesses/accounts-address.ts';
import { makeReset } from '../businesses/accounts-reset.ts';
import { dropTwoFactor } from '../businesses/accounts-sessions.ts';
import { cardLinks } from '../touchpoints/card-links.ts';
import { withApp } from './run.ts';
import { refuse, say, sayJson } from './say.ts';

const HOURS = 24;

interface ResetOptions {
  email: string;
  withoutCode?: boolean;
  json?: boolean;
}

/** For a member who is locked out: a link to choose a new password; on demand the second factor is switched off too. */
export async function memberReset({ email, withoutCode = false, json }: ResetOptions): Promise<void> {
  await withApp(async ({ db, now, config, keys }) => {
    const account = await accountAt(db, email);
    if (!account) return refuse('There is no account with this address.');
    const id = await makeReset(db, account.id, { minutes: HOURS * 60 }, now());
    const link = cardLinks(config.publicUrl, keys).password({ accountId: account.id, id });
    if (withoutCode) await dropTwoFactor(db, account.id, now());
    if (json) return sayJson({ link });
    say(`For ${account.name}, once, within ${HOURS} hours:`, link);
    if (withoutCode) say('Signing in asks for the password only; the second lock can be switched on again in the account.');
  });
}
