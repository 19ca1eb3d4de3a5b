import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { wireAddress } from './address.ts';
import { type Cause, classifyReply, type Refusal, type Stage } from './classify.ts';
import type { SmtpServer } from './smtp-url.ts';

/** How long each part may take, in milliseconds. */
export interface Timeouts {
  /** From the first packet to a session that is ready, TLS and sign-in included. */
  readonly connect: number;
  /** From MAIL FROM to the server's leave to send the message. */
  readonly envelope: number;
  /** From the message's first byte to the server's answer: RFC 5321 (4.5.3.2.6) asks for ten minutes, for giving up earlier makes doubles. */
  readonly reply: number;
}

/** No line, and nothing was sent. */
export interface NoLine {
  readonly kind: 'deferred' | 'rejected';
  readonly cause: Cause;
  readonly reply: string;
  readonly stage: Stage;
  readonly code?: number;
  readonly enhanced?: string;
}

/**
 * What became of one message. `accepted`: the server has it. `deferred` and `rejected`: it certainly has not.
 * `uncertain`: the message had begun to leave and no answer came, so no one can know.
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly code: number; readonly reply: string; readonly stage: 'dot' }
  | Refusal
  | NoLine
  | { readonly kind: 'uncertain'; readonly cause: 'connection'; readonly reply: string; readonly stage: 'dot' };

/** Who a message is from and to, for the server: one of each. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** Opens a line that is ready for MAIL FROM: connected, encrypted when it must be, signed in. Never throws. */
export function openConnection(server: SmtpServer, timeouts: Timeouts): Promise<SMTPConnection | NoLine> {
  const connection = new SMTPConnection(connectionOptions(server, timeouts));
  return new Promise((resolve) => {
    let settled = false;
    const settle = (result: SMTPConnection | NoLine) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      if (result !== connection) connection.close();
      resolve(result);
    };
    const fail = (error: unknown) => settle(noLine(error, server.auth !== undefined));
    const deadline = setTimeout(() => fail(new Error('The mail server took too long to get ready.')), timeouts.connect);
    connection.on('error', fail);
    connection.once('end', () => setImmediate(fail, new Error('The mail server closed the line.')));
    connection.connect((error) => {
      if (error) return fail(error);
      if (!server.auth) return settle(connection);
      connection.login(server.auth, (refused) => (refused ? fail(refused) : settle(connection)));
    });
  });
}

/**
 * Sends one message over a ready line. What is certain is decided by whether the message's own bytes were asked for, never by nodemailer's error,
 * which is the same whether the server took the message or not. `signal` gives up only while no byte has left. Never throws.
 */
export function sendOver(
  line: SMTPConnection,
  envelope: Envelope,
  bytes: Buffer,
  timeouts: Timeouts,
  signal?: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (result: SendResult) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
      line.removeListener('end', ended);
      resolve(result);
    };
    const giveUp = (why: string) => {
      settle(failure(new Error(why), source.begun));
      line.close();
    };
    const stop = () => {
      if (!source.begun) giveUp('Fondly is stopping.');
    };
    const late = () => giveUp('The mail server took too long to answer.');
    // The answer that goes with a closing line may still be on its way to the callback.
    const ended = () => void setImmediate(() => settle(failure(new Error('The mail server closed the line.'), source.begun)));
    const source = new MessageSource(bytes, () => {
      clearTimeout(deadline);
      deadline = setTimeout(late, timeouts.reply);
    });
    let deadline = setTimeout(late, timeouts.envelope);
    line.once('end', ended);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) return stop();
    const wire = { from: wireAddress(envelope.from), to: [wireAddress(envelope.to)], size: bytes.length };
    line.send(wire, source, (error, info) => settle(error ? failure(error, source.begun) : accepted(info?.response ?? '')));
  });
}

/** Asks whether the line still lives, and clears what a refused message left behind (RSET). */
export function resetLine(line: SMTPConnection, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, withinMs, false);
    const settle = (alive: boolean) => {
      clearTimeout(deadline);
      line.removeListener('end', gone);
      resolve(alive);
    };
    const gone = () => settle(false);
    line.once('end', gone);
    line.reset((error) => settle(!error));
  });
}

/** The message as a stream that is read only once the server has said "go on" (354), and knows that it was. */
class MessageSource extends Readable {
  begun = false;
  readonly #bytes: Buffer;
  readonly #onBegin: () => void;

  constructor(bytes: Buffer, onBegin: () => void) {
    super({ highWaterMark: bytes.length + 1 });
    this.#bytes = bytes;
    this.#onBegin = onBegin;
  }

  override _read(): void {
    if (this.begun) return;
    this.begun = true;
    this.#onBegin();
    this.push(this.#bytes);
    this.push(null);
  }
}

function connectionOptions(server: SmtpServer, timeouts: Timeouts) {
  const wait = timeouts.connect;
  return {
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: !server.secure && server.requireTls,
    ignoreTLS: !server.secure && !server.requireTls,
    connectionTimeout: wait,
    greetingTimeout: wait,
    dnsTimeout: wait,
    socketTimeout: timeouts.reply + 5000,
    socketCloseTimeout: 1000,
    ...(server.name ? { name: server.name } : {}),
    ...(server.ca ? { tls: { ca: server.ca } } : {}),
  };
}

function accepted(reply: string): SendResult {
  return { kind: 'accepted', code: Number(reply.slice(0, 3)), reply, stage: 'dot' };
}

function failure(error: unknown, begun: boolean): SendResult {
  const { reply, stage, code } = facts(error, begun);
  if (code >= 400 && code <= 599) return classifyReply(reply, stage);
  if (begun) return { kind: 'uncertain', cause: 'connection', reply, stage: 'dot' };
  if (has(error, 'code', 'EMESSAGE')) return { kind: 'rejected', cause: 'content', reply, stage };
  if (has(error, 'command', 'API') && has(error, 'code', 'EENVELOPE')) return { kind: 'rejected', cause: 'bug', reply, stage };
  return { kind: 'deferred', cause: 'connection', reply, stage };
}

function noLine(error: unknown, signsIn: boolean): NoLine {
  const { reply, code } = facts(error, false);
  const signIn = signsIn && has(error, 'code', 'EAUTH');
  if (code < 400 || code > 599) return { kind: 'deferred', cause: signIn ? 'auth' : 'connection', reply, stage: 'connect' };
  const refusal = classifyReply(reply, 'connect');
  return signIn ? { ...refusal, kind: 'deferred', cause: code < 500 ? 'busy' : 'auth' } : { ...refusal, kind: 'deferred' };
}

function facts(error: unknown, begun: boolean): { reply: string; stage: Stage; code: number } {
  const response = has(error, 'response') ? String(error.response) : '';
  const command = has(error, 'command') ? String(error.command) : '';
  const stage = begun ? 'dot' : command === 'RCPT TO' ? 'rcpt' : command === 'DATA' ? 'data' : 'mail';
  const words = error instanceof Error ? error.message : String(error);
  return { reply: response || words, stage, code: Number(/^\d{3}(?=[ -]|$)/.exec(response)?.[0] ?? 0) };
}

function has<K extends string>(value: unknown, key: K, wanted?: unknown): value is Record<K, unknown> {
  if (typeof value !== 'object' || value === null || !(key in value)) return false;
  return wanted === undefined || (value as Record<K, unknown>)[key] === wanted;
}
