import MailComposer from 'nodemailer/lib/mail-composer';
import { composeMessage, type MessageParts, type MessageShape, prepareMessage } from '../../src/mail/message.ts';

const ROUNDS = 5;
const EACH = 2000;

const shape: MessageShape = {
  from: { name: 'Blumen Müller', address: 'hallo@example.com' },
  replyTo: { address: 'shop@example.com' },
  language: 'de',
  listId: { name: 'Grüße von Blumen Müller', id: 'greetings.mueller.example.com' },
  feedbackId: 'birthday:mueller:card:fondly',
};
const text = 'Liebe Zoë, alles Gute zum Geburtstag wünscht das ganze Team von Blumen Müller!\n'.repeat(12);
const html = '<table role="presentation" style="width:600px"><tr><td align="center">Alles Gute, Zoë!</td></tr></table>\n'.repeat(
  190,
);

/** Composes one 20 KB card over and over, by turns with nodemailer's own composer, and prints messages per second of processor time. */
export async function benchCompose(): Promise<void> {
  const rates: { nodemailer: number[]; composed: number[]; prepared: number[] } = { nodemailer: [], composed: [], prepared: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.nodemailer.push(await rateOf(EACH / 8, (i) => nodemailers(i)));
    rates.composed.push(await rateOf(EACH, (i) => composeMessage({ ...shape, ...parts(i) })));
    const compose = prepareMessage(shape);
    rates.prepared.push(await rateOf(EACH, (i) => compose(parts(i))));
  }
  const [bare, composed, prepared] = [median(rates.nodemailer), median(rates.composed), median(rates.prepared)];
  process.stdout.write(
    `compose, ${Math.round((text.length + html.length) / 1024)} KB card, messages per second of processor time (median of ${ROUNDS}):\n`,
  );
  process.stdout.write(`  nodemailer's composer  ${Math.round(bare)}\n`);
  process.stdout.write(`  composeMessage         ${Math.round(composed)}  (${(composed / bare).toFixed(1)} times)\n`);
  process.stdout.write(`  prepareMessage         ${Math.round(prepared)}  (${(prepared / bare).toFixed(1)} times)\n`);
}

function parts(i: number): MessageParts {
  return {
    to: { name: `Zoë ${i}`, address: `zoe${i}@example.com` },
    subject: `Alles Gute, Zoë ${i}! 🎂`,
    text,
    html,
    messageId: `<card${i}@example.com>`,
    date: new Date(1_800_000_000_000),
    boundary: '=_abcdefghijklmnopqrstuvwxyz',
    listUnsubscribeUrl: `https://cards.example.com/u/${'A'.repeat(66)}`,
  };
}

function nodemailers(i: number): Promise<Buffer> {
  const { to, subject, messageId, date, listUnsubscribeUrl } = parts(i);
  const headers = {
    'List-Unsubscribe': `<${listUnsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
  };
  const from = { name: shape.from.name ?? '', address: shape.from.address };
  const mail = { from, to: { name: to.name ?? '', address: to.address }, subject, text, html, messageId, date, headers };
  return new MailComposer({ ...mail, encoding: 'quoted-printable' }).compile().build();
}

async function rateOf(times: number, work: (i: number) => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await work(i);
  const { user, system } = process.cpuUsage(before);
  return (times * 1e6) / (user + system);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
