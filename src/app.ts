import type { BlockList } from 'node:net';
import path from 'node:path';
import type { Kysely } from 'kysely';
import { type Accounts, openAccounts } from './businesses/accounts.ts';
import { prepareInstallation } from './businesses/installation.ts';
import { resealSmtp } from './businesses/smtp.ts';
import { openOwnMailers } from './businesses/smtp-mailers.ts';
import { openWorkshop, type Workshop } from './cards/workshop.ts';
import { type Config, ConfigTrouble, secretKeysOf } from './config.ts';
import { assertServer, connectDatabase } from './database/connect.ts';
import { startEmbedded } from './database/embedded.ts';
import { appliedMigrations, assertSchema, migrateDatabase } from './database/migrate.ts';
import type { Database } from './database/schema.ts';
import { type LinkKeys, linkKeys } from './links/keys.ts';
import type { Log } from './log.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { messageIdKey } from './mail/message-id.ts';
import { startOutbox } from './mail/outbox.ts';
import { readSmtpUrl, type SmtpServer } from './mail/smtp-url.ts';
import { type JobQueue, migrateQueue, openQueue, type QueueSettings } from './queue/connection.ts';
import { codeIn, createSender, type Sender } from './touchpoints/sender.ts';
import { cardLinks } from './touchpoints/card-links.ts';

/** Everything a command or a door works with, built once. Disposing it closes what was opened, in reverse. */
export interface App extends AsyncDisposable {
  readonly config: Config;
  readonly log: Log;
  readonly now: () => Date;
  readonly db: Kysely<Database>;
  readonly databaseUrl: string;
  /** Newest first. */
  readonly secretKeys: readonly string[];
  readonly keys: LinkKeys;
  readonly publicUrl: string;
  /** Whose word is taken for where a visitor comes from. */
  readonly trustedProxies: BlockList;
  /** Who signs in. */
  readonly accounts: Accounts;
  /** Where what members typed is made into cards; its threads start when they are needed. */
  readonly workshop: Workshop;
  /** Where practice keeps its mail. */
  readonly outboxFolder: string;
  /** The installation's own mail server; undefined without SMTP_URL. */
  readonly smtp: SmtpServer | undefined;
  /** No SMTP_URL: nothing leaves this machine but by a business's own mail server. */
  readonly practice: boolean;
  readonly queueSettings: QueueSettings;
  /** Opened at the first call. */
  queue(): JobQueue;
  /** The means of sending, made anew at each call; the caller stops it. */
  openSender(options?: SenderWishes): Promise<Sender>;
}

export interface SenderWishes {
  db?: Kysely<Database>;
  now?: () => Date;
  /** Keep the mail in this folder, and send nothing for real. */
  keepIn?: string;
}

export interface AppOptions {
  log: Log;
  now?: () => Date;
  /**
   * What becomes of an older schema: 'always' brings it up to date, 'own' does so on the embedded server and in an empty database, and refuses elsewhere,
   * 'never' leaves everything as it is and looks at nothing (doctor, restore).
   */
  migrate?: 'always' | 'own' | 'never';
  maxConnections?: number;
}

/** Builds the app. What a person must put right is thrown as ConfigTrouble or DatabaseTrouble, in a sentence. */
export async function openApp(config: Config, options: AppOptions): Promise<App> {
  const { log, now = () => new Date(), migrate = 'own' } = options;
  await using undo = new AsyncDisposableStack();
  const smtp = smtpServer(config);
  const secretKeys = await secretKeysOf(config);
  const databaseUrl = config.databaseUrl ?? (await embeddedUrl(config, log, undo));
  const queueSettings = { databaseUrl, redisUrl: config.redisUrl };
  let closing = false;
  const db = connectDatabase(databaseUrl, {
    max: options.maxConnections ?? 10,
    onError: (error) => closing || log.warn({ code: codeIn(error) }, 'A connection to the database broke and is replaced'),
  });
  undo.defer(() => {
    closing = true;
    return db.destroy();
  });
  if (migrate !== 'never')
    await makeReady({ db, queueSettings, secretKeys }, migrate === 'always' || config.databaseUrl === undefined);
  const keys = linkKeys(secretKeys);
  const { publicUrl } = config;
  const accounts = openAccounts({ db, secretKeys, publicUrl });
  const workshop = openWorkshop();
  undo.defer(() => workshop.close());
  const parts = { config, log, now, db, databaseUrl, secretKeys, keys, publicUrl, accounts, workshop, queueSettings };
  const outboxFolder = path.join(config.dataDir, 'outbox');
  const app: Omit<App, typeof Symbol.asyncDispose> = {
    ...parts,
    trustedProxies: config.trustedProxies,
    outboxFolder,
    smtp,
    practice: smtp === undefined,
    queue: lazily(() => openAppQueue(queueSettings, log, undoLater)),
    openSender: (wishes = {}) => openAppSender({ ...parts, smtp, outboxFolder }, wishes, undoLater),
  };
  const undoLater = undo.move();
  return { ...app, [Symbol.asyncDispose]: () => undoLater.disposeAsync() };
}

/** Reads SMTP_URL; undefined is practice mode. */
export function smtpServer({ smtpUrl }: Pick<Config, 'smtpUrl'>): SmtpServer | undefined {
  if (smtpUrl === undefined) return undefined;
  const server = readSmtpUrl(smtpUrl);
  if ('reason' in server)
    throw new ConfigTrouble(`SMTP_URL cannot be used. ${server.reason} Mend it in the environment or in .env.`);
  return server;
}

async function embeddedUrl({ dataDir }: Config, log: Log, undo: AsyncDisposableStack): Promise<string> {
  const say = { info: (words: string) => log.info({}, words), warn: (words: string) => log.warn({}, words) };
  const server = await startEmbedded({ folder: dataDir, log: say });
  undo.defer(() => server.stop());
  return server.url;
}

async function makeReady(
  { db, queueSettings, secretKeys }: Pick<App, 'db' | 'queueSettings' | 'secretKeys'>,
  mayMigrate: boolean,
): Promise<void> {
  await assertServer(db);
  // An empty database is nobody's: there is nothing in it that could be older than we are.
  const fresh = mayMigrate || (await appliedMigrations(db)).length === 0;
  if (fresh) await migrateDatabase(db);
  else await assertSchema(db);
  if (fresh) await migrateQueue(queueSettings);
  const prepared = await prepareInstallation(db, secretKeys);
  if (!prepared.ok) throw new ConfigTrouble(prepared.reason);
  await resealSmtp(db, secretKeys);
}

function openAppQueue(settings: QueueSettings, log: Log, undo: AsyncDisposableStack): JobQueue {
  const queue = openQueue(settings, (error) =>
    log.warn(
      { code: codeIn(error) },
      'The queue cannot be reached and will be tried again. Check REDIS_URL, or DATABASE_URL without it',
    ),
  );
  undo.defer(() => queue.close());
  return queue;
}

interface SenderParts extends Pick<App, 'config' | 'log' | 'now' | 'db' | 'secretKeys' | 'keys' | 'outboxFolder'> {
  smtp: SmtpServer | undefined;
}

async function openAppSender(parts: SenderParts, wishes: SenderWishes, undo: AsyncDisposableStack): Promise<Sender> {
  const { config, log, smtp } = parts;
  const catcher = await startOutbox({ folder: wishes.keepIn ?? parts.outboxFolder });
  const real: Mailer | undefined = smtp === undefined || wishes.keepIn !== undefined ? undefined : createMailer(smtp);
  const db = wishes.db ?? parts.db;
  const own = { db, secretKeys: parts.secretKeys, publicUrl: config.publicUrl };
  const sender = createSender({
    db,
    now: wishes.now ?? parts.now,
    ...(real === undefined ? {} : { mailer: real }),
    ...(wishes.keepIn === undefined ? { ownMailers: openOwnMailers(own) } : {}),
    outbox: createMailer(catcher.server),
    links: cardLinks(config.publicUrl, parts.keys),
    messageIdKey: messageIdKey(parts.secretKeys),
    log,
  });
  undo.defer(async () => {
    await sender.stop();
    await catcher.close();
  });
  return sender;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
