import type { Mailbox } from './address.ts';
import { checked, listIdLine, mailboxLine, textLine } from './header.ts';
import { encodeQuotedPrintable, mostEncoded } from './quoted-printable.ts';

/** What all messages of one card version of one business share. */
export interface MessageShape {
  readonly from: Mailbox;
  readonly replyTo?: Mailbox | undefined;
  /** BCP 47, as `de` or `en-GB`. */
  readonly language: string;
  /** The kind of mail in words, and its name for filters: `greetings.<business>.<host>` (RFC 2919). */
  readonly listId?: { readonly name: string; readonly id: string } | undefined;
  /** `<occasion>:<business>:<kind>:<sender>`: what a complaint is counted under; nothing personal. */
  readonly feedbackId?: string | undefined;
}

/** What is one recipient's own. Message-ID, Date and boundary are frozen by the caller, so that a retry has the same bytes. */
export interface MessageParts {
  readonly to: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly date: Date;
  readonly boundary: string;
  /** One-click (RFC 8058): a POST there unsubscribes. */
  readonly listUnsubscribeUrl?: string | undefined;
}

const LONGEST_SUBJECT = 250;

/**
 * One message to one recipient as bytes: text and HTML, quoted-printable, CRLF line breaks; the same input gives the same bytes.
 * Names and subjects are cleaned (control characters become spaces) and cut; an address, id or URL that is not one is our fault and throws.
 * Headers and their order: RFC 5322, 2369, 2919, 3282, 3834, 8058.
 */
export function composeMessage(message: MessageShape & MessageParts): Buffer {
  return prepareMessage(message)(message);
}

/** The same in two steps: what a card version's messages share is encoded once, and the returned function makes each recipient's bytes. */
export function prepareMessage(shape: MessageShape): (parts: MessageParts) => Buffer {
  const sender = senderLines(shape);
  const kind = kindLines(shape);
  return (parts) => {
    const boundary = checked('boundary', parts.boundary, /^=_[A-Za-z0-9_.-]{8,60}$/);
    const lines = [
      `Date: ${parts.date.toUTCString().replace('GMT', '+0000')}`,
      ...sender,
      mailboxLine('To', parts.to),
      ...textLine('Subject', parts.subject, LONGEST_SUBJECT),
      `Message-ID: ${checked('Message-ID', parts.messageId, /^<[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,180}>$/)}`,
      'MIME-Version: 1.0',
      ...unsubscribeLines(parts.listUnsubscribeUrl),
      ...kind,
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
    ];
    return assemble(lines, boundary, parts);
  };
}

function senderLines(shape: MessageShape): string[] {
  const from = mailboxLine('From', shape.from);
  return shape.replyTo ? [from, mailboxLine('Reply-To', shape.replyTo)] : [from];
}

function kindLines(shape: MessageShape): string[] {
  const lines = ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: OOF, AutoReply'];
  if (shape.listId) lines.unshift(listIdLine(shape.listId));
  if (shape.feedbackId) lines.push(`Feedback-ID: ${checked('Feedback-ID', shape.feedbackId, /^[A-Za-z0-9._:/-]{1,200}$/)}`);
  lines.push(`Content-Language: ${checked('language', shape.language, /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)}`);
  return lines;
}

// A folded List-Unsubscribe broke the signatures of relays that sign after us (nodemailer issue 1654): one line, whatever its length.
function unsubscribeLines(url: string | undefined): string[] {
  if (url === undefined) return [];
  const safe = checked('unsubscribe URL', url, /^https?:\/\/[A-Za-z0-9._~:/?#[\]@!$&'()*+;=%-]{1,800}$/);
  return [`List-Unsubscribe: <${safe}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'];
}

// Memory that each message is written into before it is copied out at its size: making room anew took half the time. Nothing waits in
// between, so one of each is enough.
let written = Buffer.alloc(0);
let encoded = Buffer.alloc(0);

function assemble(lines: readonly string[], boundary: string, parts: MessageParts): Buffer {
  const head = `${lines.join('\r\n')}\r\n\r\n--${boundary}\r\n${partHead('text/plain')}`;
  const middle = `\r\n--${boundary}\r\n${partHead('text/html')}`;
  const tail = `\r\n--${boundary}--\r\n`;
  makeRoom(head.length + middle.length + tail.length, Buffer.byteLength(parts.text), Buffer.byteLength(parts.html));
  let end = encoded.write(head, 0, 'latin1');
  end = encode(parts.text, end);
  end += encoded.write(middle, end, 'latin1');
  end = encode(parts.html, end);
  end += encoded.write(tail, end, 'latin1');
  return Buffer.from(encoded.subarray(0, end));
}

function makeRoom(heads: number, text: number, html: number): void {
  const most = heads + mostEncoded(text) + mostEncoded(html);
  if (written.length < Math.max(text, html)) written = Buffer.allocUnsafeSlow(Math.max(text, html));
  if (encoded.length < most) encoded = Buffer.allocUnsafeSlow(most);
}

function encode(text: string, at: number): number {
  return encodeQuotedPrintable(written, written.write(text, 0, 'utf8'), encoded, at);
}

function partHead(type: string): string {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
}
