import { businessById } from '../../../businesses/business.ts';
import { limitKey, takeTry } from '../../../businesses/sign-in-limits.ts';
import { sendTestMail, type Tried, trySignIn } from '../../../businesses/smtp-test.ts';
import { serverInUse } from '../../../businesses/smtp.ts';
import type { SmtpServer } from '../../../mail/smtp-url.ts';
import type { Visit } from '../../visit.ts';

const LIMIT = { most: 10, minutes: 10 };
/** A look at the page before switching on counts, and so does the press: providers lock accounts whose password is wrong often. */
const SIGN_IN_LIMIT = { most: 20, minutes: 10 };

/** One test mail to whoever presses, by the way that mail leaves now. */
export async function tryMail(visit: Visit): Promise<Tried> {
  const { db, site, member, now } = visit;
  if (await takeTry(db, limitKey(site.secretKeys, 'test mail', member.id), LIMIT, now))
    return no('That were many tests. Wait ten minutes, and try again.');
  const business = (await businessById(db, visit.business.id)) ?? visit.business;
  if (business.sample) return no('The sample shop never sends anything for real.');
  return over(await serverInUse(db, business, site), (server) => sendTestMail(server, { business, to: member.email, now }));
}

/** Whether the server that cards would leave by lets Fondly in. No mail is sent; takes some seconds where a server does not answer. */
export async function tryServer({ db, site, business, member, now }: Visit): Promise<Tried> {
  if (await takeTry(db, limitKey(site.secretKeys, 'mail sign-in', member.id), SIGN_IN_LIMIT, now))
    return no('It was tried many times now. Wait ten minutes, and look again.');
  return over(await serverInUse(db, business, site), (server) => trySignIn(server));
}

async function over(server: SmtpServer | 'sealed' | undefined, attempt: (server: SmtpServer) => Promise<Tried>): Promise<Tried> {
  if (server === undefined) return no('There is no mail server yet.');
  return server === 'sealed' ? no('Its password was kept under a secret that is gone. Type it again.') : attempt(server);
}

function no(advice: string): Tried {
  return { ok: false, advice, said: '' };
}
