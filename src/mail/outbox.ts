import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { SmtpServer } from './smtp-url.ts';

/** Practice mode's mail server: in this process, on loopback, and open only to who knows its random password. */
export interface Outbox extends AsyncDisposable {
  readonly port: number;
  /** What `createMailer` needs to send here. */
  readonly server: SmtpServer;
  close(): Promise<void>;
}

/** A kept mail, read. */
export interface OutboxMail {
  readonly name: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** As in its Date header; undefined when that is missing or no date. */
  readonly date: Date | undefined;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const MOST_BYTES = 5 * 1024 * 1024;
const HEAD_BYTES = 8192;

/** Starts it on a free port; each mail becomes `<folder>/<name>.eml`, and only then does the server say 250. */
export async function startOutbox(options: { readonly folder: string }): Promise<Outbox> {
  await mkdir(options.folder, { recursive: true });
  const auth = { user: 'fondly', pass: randomBytes(24).toString('base64url') };
  const server = outboxServer(options.folder, auth);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve()));
  server.on('error', () => {});
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  const reach = { host: '127.0.0.1', port, secure: false, requireTls: false, auth };
  return { port, server: reach, close, [Symbol.asyncDispose]: close };
}

/** Writes one message's bytes as a file, whole or not at all, and returns its name. The same message again replaces itself. */
export async function keepMail(folder: string, bytes: Buffer): Promise<string> {
  const name = nameOf(bytes);
  const beside = join(folder, `.${name}-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, join(folder, `${name}.eml`));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return name;
}

/** One kept mail, or undefined when there is none of that name (or it is not a name). */
export async function readOutbox(folder: string, name: string): Promise<OutboxMail | undefined> {
  if (!NAME.test(name)) return undefined;
  const bytes = await readFile(join(folder, `${name}.eml`)).catch(noFile);
  return bytes && { name, ...(await readMail(bytes)) };
}

/** The name of the file in which the outbox keeps the mail of this Message-ID. */
export function outboxName(messageId: string): string {
  return nameOfId(/^<([^@>]*)/.exec(messageId)?.[1] ?? '');
}

/** A mail's bytes, read. */
export async function readMail(bytes: Buffer): Promise<Omit<OutboxMail, 'name'>> {
  const { subject = '', from, to = [], date, text = '', html = '', headers } = await PostalMime.parse(bytes);
  return {
    subject,
    from: from ? shown(from) : '',
    to: to.map(shown).join(', '),
    date: dateOf(date),
    text,
    html,
    headers: headers.map(({ originalKey, value }) => ({ key: originalKey, value })),
  };
}

/** Takes these mails (by their Message-IDs) out of the folder, as an erased person's have to go; how many were there. */
export async function removeMails(folder: string, messageIds: readonly string[]): Promise<number> {
  const removed = await Promise.all(messageIds.map((id) => removeOne(join(folder, `${outboxName(id)}.eml`))));
  return removed.filter(Boolean).length;
}

const KEPT_MS = 90 * 24 * 3_600_000;

/** Removes what was put here more than 90 days ago. Answers whether there may be more to do: never, it looks at all at once. */
export async function purgeOutbox(folder: string, now: Date): Promise<false> {
  const files = await readdir(folder).catch(noFile);
  for (const file of files ?? []) {
    const at = join(folder, file);
    const written = file.endsWith('.eml') || file.startsWith('.') ? (await stat(at).catch(noFile))?.mtimeMs : undefined;
    if (written !== undefined && written < now.getTime() - KEPT_MS) await removeOne(at);
  }
  return false;
}

async function removeOne(file: string): Promise<boolean> {
  return (await unlink(file).then(() => true, noFile)) ?? false;
}

function outboxServer(folder: string, auth: { readonly user: string; readonly pass: string }): SMTPServer {
  return new SMTPServer({
    name: 'outbox.localhost',
    size: MOST_BYTES,
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN'],
    disableReverseLookup: true,
    closeTimeout: 1000,
    logger: false,
    onAuth: ({ username, password }, _session, done) => {
      const known = same(username ?? '', auth.user) && same(password ?? '', auth.pass);
      done(known ? null : new Error('Only Fondly itself may put mail here'), known ? { user: auth.user } : undefined);
    },
    onData: (stream, _session, done) => {
      const kept = buffer(stream).then((bytes) => (stream.sizeExceeded ? Promise.reject(tooLarge()) : keepMail(folder, bytes)));
      void kept.then((name) => `Kept as ${name}`).then((reply) => done(null, reply), done);
    },
  });
}

function tooLarge(): Error {
  return Object.assign(new Error('5.3.4 Message too large'), { responseCode: 552 });
}

function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

// From the Message-ID, so that a card sent twice is one file; anything that a file name cannot hold is replaced and told apart by a hash.
function nameOf(bytes: Buffer): string {
  const id = /^Message-ID:\s*<([^@>\r\n]*)/im.exec(bytes.toString('latin1', 0, HEAD_BYTES))?.[1] ?? '';
  return id === '' ? `mail-${digestOf(bytes)}` : nameOfId(id);
}

function nameOfId(id: string): string {
  if (NAME.test(id)) return id;
  const hash = digestOf(id);
  const rest = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  return rest ? `${rest}-${hash}` : `mail-${hash}`;
}

function digestOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(Number(date)) ? undefined : date;
}

function shown(address: Address): string {
  return address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '');
}

function noFile(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
