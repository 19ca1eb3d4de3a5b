import { hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** One message that the sink answered 250 for, or would have, had it not been told to drop the line then. */
export interface SinkMessage {
  readonly recipient: string;
  readonly sender: string;
  readonly messageId: string;
  /** Of the bytes as composed, dot-stuffing undone, in hex. */
  readonly sha256: string;
  readonly at: number;
  readonly connection: number;
  /** False when the message was taken, and the line dropped instead of answering. */
  readonly answered: boolean;
  readonly raw?: Buffer;
}

export interface SinkOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** How long each answer to a message's end waits. */
  readonly latencyMs?: number;
  /** Keep the bytes of each message. */
  readonly keepRaw?: boolean;
  /** One JSON line for each message, on disk before its 250. */
  readonly journal?: string;
  /** Offer PIPELINING (RFC 2920): true unless said. */
  readonly pipelining?: boolean;
  /** Answer each message with this many messages a connection, then 421 and close. */
  readonly closeAfter?: number;
  /** What the greeting, EHLO and AUTH answer instead of yes: a reply, or `drop`. */
  readonly greeting?: string;
  readonly ehlo?: string;
  readonly auth?: string;
  /** Required user and password; anything goes without. */
  readonly user?: string;
  readonly pass?: string;
}

export interface Sink extends AsyncDisposable {
  readonly port: number;
  readonly messages: SinkMessage[];
  /** Every command line with the number of its connection: `3 RCPT TO:<a@b>`. */
  readonly commands: string[];
  readonly counts: { connections: number; open: number };
  /** Changes what happens from now on. */
  set(options: Partial<SinkOptions>): void;
  /** Closes every connection from this side, as a server does with idle ones. */
  dropAll(): void;
  close(): Promise<void>;
}

interface Hub {
  options: SinkOptions;
  readonly messages: SinkMessage[];
  readonly commands: string[];
  readonly counts: { connections: number; open: number };
  readonly sockets: Set<Socket>;
  readonly seen: Map<string, number>;
  readonly journal: Journal | undefined;
}

interface Session {
  readonly hub: Hub;
  readonly socket: Socket;
  readonly number: number;
  rest: Buffer;
  sender: string;
  recipient: string;
  inData: boolean;
  waiting: boolean;
  awaitingSecret: boolean;
  taken: number;
}

type Step = 'mail' | 'rcpt' | 'data' | 'dot';

/**
 * A real SMTP server on loopback that does what the address before the @ says after its `+`:
 * `a+451-at-rcpt@x` (mail, rcpt, data, dot; any code), `a+drop-at-rcpt@x`, `a+drop-mid-data@x`, `a+drop-after-dot@x`, `a+hang-at-dot@x`,
 * `a+slow@x` (1 s at the dot) or `a+slow-50@x`; with `-once` at the end only the first time that address comes. `-at-mail` is read from the sender.
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const journal = options.journal ? await openJournal(options.journal) : undefined;
  const counts = { connections: 0, open: 0 };
  const hub: Hub = { options, messages: [], commands: [], counts, sockets: new Set(), seen: new Map(), journal };
  const server = createServer({ noDelay: true }, (socket) => greet(hub, socket));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  const close = () => closeSink(hub, server);
  return {
    port: (server.address() as AddressInfo).port,
    messages: hub.messages,
    commands: hub.commands,
    counts,
    set: (changes) => void (hub.options = { ...hub.options, ...changes }),
    dropAll: () => hub.sockets.forEach((socket) => socket.end()),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function closeSink(hub: Hub, server: Server): Promise<void> {
  for (const socket of hub.sockets) socket.destroy();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
  await hub.journal?.close();
}

function greet(hub: Hub, socket: Socket): void {
  const number = (hub.counts.connections += 1);
  hub.counts.open += 1;
  hub.sockets.add(socket);
  const empty = {
    rest: Buffer.alloc(0),
    sender: '',
    recipient: '',
    inData: false,
    waiting: false,
    awaitingSecret: false,
    taken: 0,
  };
  const session: Session = { hub, socket, number, ...empty };
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    hub.sockets.delete(socket);
    hub.counts.open -= 1;
  });
  socket.on('data', (chunk: Buffer) => {
    session.rest = session.rest.length ? Buffer.concat([session.rest, chunk]) : chunk;
    pump(session);
  });
  say(session, hub.options.greeting ?? '220 sink.example ESMTP');
}

// Works through what has come in, one command or message at a time; a delayed answer holds back everything after it.
function pump(session: Session): void {
  while (!session.waiting && !session.socket.destroyed && (session.inData ? takeMessage(session) : takeCommand(session)));
}

function takeCommand(session: Session): boolean {
  const end = session.rest.indexOf('\r\n');
  if (end < 0) return false;
  const line = session.rest.toString('utf8', 0, end);
  session.rest = session.rest.subarray(end + 2);
  session.hub.commands.push(`${session.number} ${line}`);
  obey(session, line);
  return true;
}

function obey(session: Session, line: string): void {
  const verb = session.awaitingSecret ? 'SECRET' : line.split(/[ :]/, 1)[0]?.toUpperCase();
  const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
  if (verb === 'EHLO' || verb === 'HELO') return say(session, session.hub.options.ehlo ?? features(session));
  if (verb === 'AUTH' || verb === 'SECRET') return authenticate(session, line);
  if (verb === 'MAIL') return envelope(session, 'mail', (session.sender = address));
  if (verb === 'RCPT') return envelope(session, 'rcpt', (session.recipient = address));
  if (verb === 'DATA') return startData(session);
  if (verb === 'RSET' || verb === 'NOOP') return reset(session);
  if (verb === 'QUIT') return void session.socket.end('221 2.0.0 Bye\r\n');
  say(session, '500 5.5.2 What?');
}

function reset(session: Session): void {
  session.recipient = '';
  say(session, '250 2.0.0 Ok');
}

function features(session: Session): string {
  const offers = ['sink.example', '8BITMIME', 'SIZE 10485760', 'ENHANCEDSTATUSCODES', 'AUTH PLAIN'];
  if (session.hub.options.pipelining ?? true) offers.push('PIPELINING');
  return offers.map((offer, i) => `250${i === offers.length - 1 ? ' ' : '-'}${offer}`).join('\r\n');
}

function authenticate(session: Session, line: string): void {
  const { auth, user, pass } = session.hub.options;
  const secret = session.awaitingSecret ? line : line.split(' ')[2];
  session.awaitingSecret = secret === undefined;
  if (secret === undefined) return say(session, '334 ');
  const [, givenUser, givenPass] = Buffer.from(secret, 'base64').toString('utf8').split('\0');
  const wrong = (user !== undefined && givenUser !== user) || (pass !== undefined && givenPass !== pass);
  say(session, auth ?? (wrong ? '535 5.7.8 Authentication credentials invalid' : '235 2.7.0 Welcome'));
}

function envelope(session: Session, step: 'mail' | 'rcpt', address: string): void {
  const order = orderFor(session, step, address);
  if (order && step === 'rcpt') session.recipient = '';
  if (!carryOut(session, order)) say(session, '250 2.1.0 Ok');
}

function startData(session: Session): void {
  if (!session.recipient) return say(session, '503 5.5.1 No valid recipients');
  if (carryOut(session, orderFor(session, 'data', session.recipient))) return;
  session.inData = true;
  say(session, '354 Go on');
}

function takeMessage(session: Session): boolean {
  if (session.rest.length > 0 && /\+drop-mid-data(-once)?@/.test(session.recipient) && first(session, session.recipient)) {
    session.socket.destroy();
    return false;
  }
  const end = session.rest.indexOf('\r\n.\r\n');
  if (end < 0) return false;
  const raw = unstuff(session.rest.subarray(0, end + 2));
  session.rest = session.rest.subarray(end + 5);
  session.inData = false;
  finish(session, raw);
  return true;
}

function unstuff(raw: Buffer): Buffer {
  if (raw[0] !== 0x2e && raw.indexOf('\r\n.') < 0) return raw;
  return Buffer.from(raw.toString('latin1').replaceAll(/^\./gm, ''), 'latin1');
}

function finish(session: Session, raw: Buffer): void {
  const order = orderFor(session, 'dot', session.recipient);
  if (/^[45]/.test(order ?? '')) return void carryOut(session, order);
  const dropped = order === 'drop';
  const delay = order?.startsWith('slow') ? Number(order.split('-')[1] ?? 1000) : (session.hub.options.latencyMs ?? 0);
  const message = record(session, raw, !dropped && order !== 'hang');
  if (order === 'hang') return void (session.waiting = true);
  session.waiting = true;
  void onDisk(session.hub, message, delay).then(() => {
    session.waiting = false;
    if (dropped) return session.socket.destroy();
    acknowledge(session);
    pump(session);
  });
  session.recipient = '';
}

function acknowledge(session: Session): void {
  session.taken += 1;
  say(session, `250 2.0.0 Ok: queued as S${session.hub.messages.length}`);
  if (session.hub.options.closeAfter && session.taken >= session.hub.options.closeAfter) {
    session.socket.end('421 4.7.0 Enough for this connection\r\n');
  }
}

function record(session: Session, raw: Buffer, answered: boolean): SinkMessage {
  const messageId = /^Message-ID:\s*(<[^>\r\n]*>)/im.exec(raw.toString('latin1', 0, 4096))?.[1] ?? '';
  const { recipient, sender, number: connection } = session;
  const message = { recipient, sender, messageId, sha256: hash('sha256', raw), at: Date.now(), connection, answered };
  const kept = session.hub.options.keepRaw ? { ...message, raw: Buffer.from(raw) } : message;
  session.hub.messages.push(kept);
  return message;
}

async function onDisk(hub: Hub, message: SinkMessage, delay: number): Promise<void> {
  if (hub.journal) await hub.journal.add(`${JSON.stringify(message)}\n`);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
}

/** What an address asks for at this step: a reply code, `drop`, `hang`, `slow`, or nothing. */
function orderFor(session: Session, step: Step, address: string): string | undefined {
  const tag = /\+([^@]+)@/.exec(address)?.[1];
  if (tag === undefined) return undefined;
  const match = /^(\d{3}|drop|hang)-(?:at|after)-(mail|rcpt|data|dot)(-once)?$/.exec(tag);
  if (match) return match[2] === step && (!match[3] || first(session, `${address} ${step}`)) ? match[1] : undefined;
  return step === 'dot' ? /^slow(-\d+)?$/.exec(tag)?.[0] : undefined;
}

function first(session: Session, what: string): boolean {
  const times = (session.hub.seen.get(what) ?? 0) + 1;
  session.hub.seen.set(what, times);
  return times === 1 || !what.includes('-once');
}

function carryOut(session: Session, order: string | undefined): boolean {
  if (order === undefined || order.startsWith('slow')) return false;
  if (order === 'drop') session.socket.destroy();
  else if (order === 'hang') session.waiting = true;
  else say(session, `${order} ${order[0]}.${order === '421' ? '4.2' : '0.0'} As you asked`);
  return true;
}

// 421 says that the server closes the connection, so it does (RFC 5321, 3.8).
function say(session: Session, reply: string): void {
  if (reply === 'drop') session.socket.destroy();
  else if (reply.startsWith('421')) session.socket.end(`${reply}\r\n`);
  else session.socket.write(`${reply}\r\n`);
}

interface Journal {
  add(line: string): Promise<void>;
  close(): Promise<void>;
}

// Lines that come while the disk is busy are written together: one sync for all of them.
async function openJournal(path: string): Promise<Journal> {
  const file: FileHandle = await open(path, 'a');
  let pending: string[] = [];
  let flushing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const flush = async () => {
    await flushing;
    const lines = pending.join('');
    pending = [];
    next = undefined;
    flushing = file.appendFile(lines).then(() => file.datasync());
    await flushing;
  };
  const add = (line: string) => {
    pending.push(line);
    next ??= flush();
    return next;
  };
  return { add, close: () => (next ?? flushing).then(() => file.close()) };
}
