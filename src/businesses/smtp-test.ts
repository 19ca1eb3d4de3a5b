import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { wireAddress } from '../mail/address.ts';
import { createMailer, type MailerOptions, type SendResult, type Unavailable } from '../mail/mailer.ts';
import { composeMessage } from '../mail/message.ts';
import type { Business } from './business.ts';
import { renderLetter } from './letter-text.ts';

export interface TestMail {
  business: Pick<Business, 'name' | 'from_name' | 'from_address' | 'reply_to'>;
  to: string;
  now: Date;
}

/** What became of a test. `advice` says what to do; `said` are the server's own words, without addresses or passwords of ours. */
export type Tried = { ok: true } | { ok: false; advice: string; said: string };

const PATIENCE = { connect: 12_000, envelope: 15_000, reply: 30_000 };

/** Sends one mail to whoever asks, on a line of its own, at once; nothing is kept of it. Takes some seconds where a server does not answer. */
export async function sendTestMail(server: MailerOptions, { business, to, now }: TestMail): Promise<Tried> {
  await using mailer = createMailer({ ...server, maxConnections: 1, timeouts: PATIENCE });
  const line = await mailer.reserve(AbortSignal.timeout(PATIENCE.connect + 3000));
  if (line.kind === 'unavailable') return { ok: false, advice: adviceOnLine(line, server), said: said(line.reply) };
  try {
    const result = await line.send({ from: business.from_address, to }, compose(business, to, now));
    return result.kind === 'accepted'
      ? { ok: true }
      : { ok: false, advice: adviceOn(result, business), said: said(result.reply) };
  } finally {
    line.release();
  }
}

/** Whether the server lets us in: connects, encrypts, signs in and leaves again, in at most `patience` milliseconds. No mail is sent. */
export async function trySignIn(server: MailerOptions, patience = 8000): Promise<Tried> {
  await using mailer = createMailer({ ...server, maxConnections: 1, timeouts: { connect: patience } });
  const line = await mailer.reserve(AbortSignal.timeout(patience + 3000));
  if (line.kind === 'unavailable') return { ok: false, advice: adviceOnLine(line, server), said: said(line.reply) };
  line.release();
  return { ok: true };
}

function compose(business: TestMail['business'], to: string, now: Date): Buffer {
  const domain = wireAddress(business.from_address).split('@').at(-1) ?? '';
  const text = {
    subject: `A test from ${business.name}`,
    title: 'It works',
    parts: [
      `Mail of ${business.name} leaves as it should, and arrived here.`,
      'Look where it arrived: if it lies with the spam, set the DNS records that Fondly names beside the mail settings, and try again.',
    ],
  };
  return composeMessage({
    from: { name: business.from_name, address: business.from_address },
    ...(business.reply_to ? { replyTo: { address: business.reply_to } } : {}),
    to: { address: to },
    language: 'en',
    subject: text.subject,
    ...renderLetter(text, 'en'),
    messageId: `<${v7()}@${domain}>`,
    date: now,
    boundary: `=_${randomBytes(18).toString('hex')}`,
  });
}

function adviceOnLine({ cause, code }: Unavailable, { host, port }: MailerOptions): string {
  if (cause === 'auth')
    return 'The server refused the user name or password. Check both; many providers want an app password made for this.';
  if (code !== undefined) return 'The server answered, and would not let us in. Its own words are below.';
  return `No mail server could be reached at ${host}, port ${port}. Check the name and the port; encryption must be offered, and no firewall may be in the way.`;
}

function adviceOn(result: Exclude<SendResult, { kind: 'accepted' }>, { from_address: from }: TestMail['business']): string {
  if (result.kind === 'uncertain') return 'The server took the mail and did not answer. Look whether it arrived.';
  if (result.stage === 'mail')
    return `The server does not send mail from ${from}. Use an address of the account you sign in with.`;
  if (result.kind === 'deferred') return 'The server asked us to try later. Try again in some minutes.';
  return 'The server refused the mail. Its own words are below.';
}

function said(reply: string): string {
  return reply.replaceAll(/\s+/g, ' ').trim().slice(0, 400);
}
