import { type App, openApp, smtpServer } from '../app.ts';
import { listBusinesses } from '../businesses/business.ts';
import { prepareInstallation } from '../businesses/installation.ts';
import { readSmtp, serverOf } from '../businesses/smtp.ts';
import { type Config, loadConfig } from '../config.ts';
import { serverTroubles } from '../database/connect.ts';
import { assertSchema } from '../database/migrate.ts';
import { createLog } from '../log.ts';
import { wireAddress } from '../mail/address.ts';
import { examineDomain } from '../mail/dns.ts';
import { createMailer } from '../mail/mailer.ts';
import { presetOf } from '../mail/presets.ts';
import type { SmtpServer } from '../mail/smtp-url.ts';
import { checkQueue } from '../queue/check.ts';
import { say, sayJson, sentenceOf } from './say.ts';

interface Check {
  /** What was looked at. */
  name: string;
  /** null: nobody can say from here. */
  ok: boolean | null;
  /** How it is, or what to do. */
  words: string;
}

/** Looks at everything that Fondly stands on. Exit code 1 when something must be put right. Sends nothing and changes nothing. */
export async function doctor({ json = false }: { json?: boolean }): Promise<void> {
  const checks = await examine();
  const ok = checks.every((check) => check.ok !== false);
  if (json) sayJson({ ok, checks });
  else say(...checks.map(line), '', verdict(checks));
  if (!ok) process.exitCode = 1;
}

function verdict(checks: Check[]): string {
  if (checks.some(({ ok }) => ok === false)) return 'Something needs your hand: see ✗ above.';
  return checks.some(({ ok }) => ok === null) ? 'All is well, as far as can be seen from here.' : 'All is well.';
}

function line({ name, ok, words }: Check): string {
  return `${ok === null ? '?' : ok ? '✓' : '✗'} ${name}: ${words}`;
}

async function examine(): Promise<Check[]> {
  let config: Config;
  try {
    config = loadConfig();
    smtpServer(config);
  } catch (error) {
    return [bad('Settings', words(error))];
  }
  const settings = good(
    'Settings',
    config.smtpUrl === undefined ? 'fine. No SMTP_URL, so Fondly practises and nothing leaves this machine.' : 'fine.',
  );
  return [settings, ...(await examineApp(config))];
}

async function examineApp(config: Config): Promise<Check[]> {
  try {
    await using app = await openApp(config, { log: createLog({ level: 'silent' }), migrate: 'never', maxConnections: 2 });
    const database = await checkDatabase(app);
    const queue = await checkStore(app);
    const [mail, own, domains] = await Promise.all([checkMail(config), checkOwnMail(app), checkDomains(app)]);
    return [...database, ...queue, mail, ...own, ...domains];
  } catch (error) {
    return [bad('Database', words(error)), await checkMail(config)];
  }
}

async function checkDatabase({ db, config, secretKeys }: App): Promise<Check[]> {
  const own = config.databaseUrl === undefined;
  try {
    const troubles = await serverTroubles(db);
    if (troubles.length > 0) return troubles.map((trouble) => bad('Database', trouble));
    await assertSchema(db);
    const trouble = await keyTrouble(db, secretKeys);
    if (trouble !== undefined) return [bad('Key', trouble)];
    return [
      good(
        'Database',
        own
          ? 'Fondly’s own PostgreSQL answers, and is up to date.'
          : 'it answers, is safe against power cuts, and is up to date.',
      ),
    ];
  } catch (error) {
    return [bad('Database', words(error))];
  }
}

/** Asks what a start would ask, and takes it back. */
async function keyTrouble(db: App['db'], secretKeys: readonly string[]): Promise<string | undefined> {
  const trx = await db.startTransaction().execute();
  try {
    const fits = await prepareInstallation(trx, secretKeys);
    return fits.ok ? undefined : fits.reason;
  } finally {
    await trx.rollback().execute();
  }
}

async function checkStore({ queueSettings }: App): Promise<Check[]> {
  const findings = await checkQueue(queueSettings);
  return findings.map(({ ok, sentence }) => ({ name: 'Queue', ok, words: sentence }));
}

async function checkMail(config: Config): Promise<Check> {
  const server = smtpServer(config);
  if (server === undefined) return good('Mail server', 'none yet; cards go to the outbox. Set SMTP_URL to send for real.');
  return checkServer('Mail server', server, 'SMTP_URL');
}

/** Those that owners named in their settings. */
async function checkOwnMail({ db, secretKeys }: App): Promise<Check[]> {
  const businesses = (await listBusinesses(db).catch(() => [])).filter(({ smtp_rev: rev }) => rev !== null);
  return Promise.all(
    businesses.map(async ({ id, slug }) => {
      const own = await readSmtp(db, id, secretKeys);
      const name = `Mail server of ${slug}`;
      if (own) return checkServer(name, serverOf(own), 'the shop’s mail settings');
      return bad(name, 'its password cannot be opened with this SECRET_KEY. Type it again in the shop’s mail settings.');
    }),
  );
}

/** Connects, encrypts and signs in; sends nothing. */
async function checkServer(name: string, server: SmtpServer, where: string): Promise<Check> {
  const timeouts = { connect: 10_000, envelope: 10_000, reply: 10_000 };
  await using mailer = createMailer({ ...server, maxConnections: 1, timeouts });
  const line = await mailer.reserve(AbortSignal.timeout(20_000));
  if (line.kind === 'slot') {
    line.release();
    return good(name, server.auth ? 'it can be reached and takes our password.' : 'it can be reached.');
  }
  if (line.cause === 'auth') return bad(name, `it refused the user name or password. Check ${where}.`);
  return bad(
    name,
    `it could not be reached, or offers no encryption. Check the host and port in ${where}, and whether a firewall is in the way.`,
  );
}

async function checkDomains({ db, practice, smtp, secretKeys }: App): Promise<Check[]> {
  const businesses = await listBusinesses(db).catch(() => []);
  const sending = businesses.filter((one) => !one.sample && one.live_at !== null && (!practice || one.smtp_rev !== null));
  if (sending.length === 0) return [good('DNS records', 'not needed while nothing is sent for real.')];
  const hosts = new Map<string, string | undefined>();
  for (const { id, from_address: from, smtp_rev: rev } of sending) {
    const own = rev === null ? undefined : await readSmtp(db, id, secretKeys);
    hosts.set(wireAddress(from).split('@').at(-1) ?? '', own?.host ?? smtp?.host);
  }
  return (await Promise.all([...hosts].map(([domain, host]) => checkDomain(domain, host)))).flat();
}

async function checkDomain(domain: string, host: string | undefined): Promise<Check[]> {
  const findings = await examineDomain(domain, host === undefined ? undefined : presetOf(host));
  return findings.map(({ ok, words: said }) => ({ name: `DNS of ${domain}`, ok, words: said }));
}

function good(name: string, said: string): Check {
  return { name, ok: true, words: said };
}

function bad(name: string, said: string): Check {
  return { name, ok: false, words: said };
}

function words(error: unknown): string {
  return sentenceOf(error) ?? 'it did not answer as it should. LOG_LEVEL=debug and "start" say more.';
}
