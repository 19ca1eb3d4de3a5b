import { isIP } from 'node:net';
import { isLoopback, type SmtpServer } from '../mail/smtp-url.ts';
import { holdBusiness } from './business.ts';
import { keepChange } from './change.ts';
import { type Actor, type Db, inOneCommit, type Outcome, refused } from './commit.ts';
import { isSealedAnew, seal, unseal } from './smtp-sealed.ts';

/** A business's own mail server, as its owner typed it. TLS from the first byte on port 465, STARTTLS on any other, always. */
export interface OwnSmtp {
  host: string;
  port: number;
  user: string;
  pass: string;
}

/** The same as a page may show it: the password is never given back. */
export type ShownSmtp = Omit<OwnSmtp, 'pass'>;

/** Where Fondly itself can be reached; from it follows which servers may be named. */
interface Where {
  publicUrl: string;
}

// On a machine that others reach, an owner may not have Fondly talk to whatever else listens in its network.
const MAIL_PORTS = new Set([25, 465, 587, 2465, 2525, 2587]);

/**
 * Keeps a business's own mail server, sealed; a running worker uses it from its next card on. An empty password keeps the former one, for the
 * same server and user only. Refused for a sample shop, where links in cards would travel unencrypted, and where somebody changed it since
 * the business's `smtp_rev` was `seen`.
 */
export async function changeSmtp(
  db: Db,
  businessId: string,
  asked: OwnSmtp & { seen?: number | null | undefined },
  { secretKeys, publicUrl }: Where & { secretKeys: readonly string[] },
  actor: Actor,
): Promise<Outcome> {
  const problem = problemWith(asked, publicUrl);
  if (problem) return refused(problem);
  return inOneCommit(db, async (trx): Promise<Outcome> => {
    const business = await holdBusiness(trx, businessId);
    if (!business) return refused('There is no such business.');
    if (business.sample) return refused('The sample shop never sends anything for real.');
    const former = await readSmtp(trx, businessId, secretKeys);
    if (asked.seen !== undefined && asked.seen !== business.smtp_rev)
      return refused(changedMeanwhile(business.smtp_rev === null ? undefined : former));
    const pass = asked.pass || passwordFor(former, asked);
    if (pass === undefined) return refused('Type the password again: it belongs to another server or user.');
    const own = { host: asked.host.trim(), port: asked.port, user: asked.user.trim(), pass };
    const rev = (await latestRev(trx, businessId)) + 1;
    const row = { rev, sealed: seal(secretKeys, JSON.stringify(own), businessId), by: actor.by, at: actor.now };
    await trx
      .insertInto('smtp')
      .values({ business_id: businessId, ...row })
      .onConflict((conflict) => conflict.column('business_id').doUpdateSet(row))
      .execute();
    await trx.updateTable('business').set({ smtp_rev: rev }).where('id', '=', businessId).execute();
    const { pass: _secret, ...shown } = own;
    await keepChange(trx, { businessId, what: 'mail server changed', after: shown }, actor);
    return { ok: true };
  });
}

/** Back to the installation's own way of sending. What was typed stays sealed, so that `useOwnSmtp` undoes it. */
export async function leaveOwnSmtp(db: Db, businessId: string, actor: Actor): Promise<{ changed: boolean }> {
  return switchTo(db, businessId, null, actor);
}

export async function useOwnSmtp(db: Db, businessId: string, actor: Actor): Promise<{ changed: boolean }> {
  const rev = await latestRev(db, businessId);
  return rev === 0 ? { changed: false } : switchTo(db, businessId, rev, actor);
}

/** What was kept, used or not; undefined when there is none or no secret opens it any more. */
export async function readSmtp(db: Db, businessId: string, secretKeys: readonly string[]): Promise<OwnSmtp | undefined> {
  const row = await db.selectFrom('smtp').select('sealed').where('business_id', '=', businessId).executeTakeFirst();
  const text = row && unseal(secretKeys, row.sealed, businessId);
  return text === undefined ? undefined : (JSON.parse(text) as OwnSmtp);
}

/** As the mailer wants it. A server that does not answer is given up sooner than the installation's: others wait behind it. */
export function serverOf({ host, port, user, pass }: OwnSmtp): SmtpServer {
  const secure = port === 465;
  const auth = user === '' ? {} : { auth: { user, pass } };
  return { host, port, secure, requireTls: !secure && !isLoopback(host), maxConnections: 3, ...auth };
}

/**
 * The server that a business's mail leaves by now: its own where it uses one, else the installation's. Undefined when there is none; 'sealed' when
 * its own cannot be opened by any secret, and then nothing goes another way instead.
 */
export async function serverInUse(
  db: Db,
  business: { id: string; smtp_rev: number | null },
  { secretKeys, smtp }: { secretKeys: readonly string[]; smtp?: SmtpServer | undefined },
): Promise<SmtpServer | 'sealed' | undefined> {
  if (business.smtp_rev === null) return smtp;
  const own = await readSmtp(db, business.id, secretKeys);
  return own ? serverOf(own) : 'sealed';
}

/** Seals anew what a former secret sealed, so that the secret can be given up. Returns how many. */
export async function resealSmtp(db: Db, secretKeys: readonly string[]): Promise<number> {
  const rows = await db.selectFrom('smtp').select(['business_id', 'sealed', 'rev']).execute();
  const old = rows.filter(({ sealed }) => !isSealedAnew(secretKeys, sealed));
  const done = old.map(async ({ business_id: businessId, sealed, rev }) => {
    const text = unseal(secretKeys, sealed, businessId);
    if (text === undefined) return 0;
    const anew = seal(secretKeys, text, businessId);
    const query = db.updateTable('smtp').set({ sealed: anew }).where('business_id', '=', businessId).where('rev', '=', rev);
    return Number((await query.executeTakeFirst()).numUpdatedRows);
  });
  return (await Promise.all(done)).reduce((sum, one) => sum + one, 0);
}

/** Whether cards may leave at all: their links are keys, so only this machine itself may be reached unencrypted. */
export function hasSafeLinks(publicUrl: string): boolean {
  return new URL(publicUrl).protocol === 'https:' || isHere(publicUrl);
}

/** Whether links lead to this machine, which no customer can open. */
export function isHere(publicUrl: string): boolean {
  return isLoopback(new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1'));
}

function problemWith({ host, port, user, pass }: OwnSmtp, publicUrl: string): string | undefined {
  const name = host.trim().toLowerCase();
  if (!hasSafeLinks(publicUrl))
    return 'Mail can leave once Fondly is reached by https:// (PUBLIC_URL), because the links in cards are keys.';
  if (name === '') return 'Give the mail server’s name, such as smtp.example.com.';
  if (name.length > 253 || (isIP(name) === 0 && !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name)))
    return `“${host.trim().slice(0, 80)}” is no server name. It looks like smtp.example.com.`;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'The port is a number, mostly 465 or 587.';
  if (user.length > 320 || pass.length > 1000) return 'The user name or password is too long.';
  if (user.trim() !== '' && /[\r\n\0]/.test(user + pass)) return 'The user name or password holds a line break.';
  if (isHere(publicUrl)) return undefined;
  if (!MAIL_PORTS.has(port)) return 'Mail servers are reached at port 465, 587, 2525 or 25.';
  return isInside(name) ? 'Give a mail server on the internet. One in this network is set up with SMTP_URL.' : undefined;
}

/** Addresses and names that mean a machine of this network (RFC 1918, 4193, 3927, 6598, 6762). */
function isInside(typed: string): boolean {
  const name = asAddress(typed);
  if (isLoopback(name) || /(^|\.)(localhost|local|internal|lan|home\.arpa)$/.test(name)) return true;
  if (isIP(name) === 6) return /^(::|f[cde])/.test(name);
  return (
    isIP(name) === 4 && /^(0|10|127|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(name)
  );
}

/** "127.1" and "2130706433" are addresses too, to whoever connects: written in full as a browser would. */
function asAddress(name: string): string {
  const url = `http://${name}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : name;
}

function changedMeanwhile(now: ShownSmtp | undefined): string {
  const what = now ? `changed this meanwhile: cards leave by ${now.host} now` : 'stopped using the shop’s own server meanwhile';
  return `Another owner ${what}. Type the password and save again to use what stands below instead.`;
}

function passwordFor(former: OwnSmtp | undefined, { host, user }: OwnSmtp): string | undefined {
  if (user.trim() === '') return '';
  const same = former && former.host.toLowerCase() === host.trim().toLowerCase() && former.user === user.trim();
  return same ? former.pass : undefined;
}

async function switchTo(db: Db, businessId: string, rev: number | null, actor: Actor): Promise<{ changed: boolean }> {
  return inOneCommit(db, async (trx) => {
    const business = await holdBusiness(trx, businessId);
    if (!business || business.sample || business.smtp_rev === rev) return { changed: false };
    await trx.updateTable('business').set({ smtp_rev: rev }).where('id', '=', businessId).execute();
    await keepChange(trx, { businessId, what: rev === null ? 'own mail server left' : 'own mail server used' }, actor);
    return { changed: true };
  });
}

async function latestRev(db: Db, businessId: string): Promise<number> {
  const row = await db.selectFrom('smtp').select('rev').where('business_id', '=', businessId).executeTakeFirst();
  return row?.rev ?? 0;
}
