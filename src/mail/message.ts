import { encodeWord, foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { type Mailbox, wireAddress } from './address.ts';
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

const LONGEST_NAME = 100;
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
  const node = new MimeNode(false);
  const sender = senderLines(node, shape);
  const kind = kindLines(node, shape);
  return (parts) => {
    const boundary = checked('boundary', parts.boundary, /^=_[A-Za-z0-9_.-]{8,60}$/);
    const lines = [
      `Date: ${node.encodeHeaderValue('Date', parts.date)}`,
      ...sender,
      addressLine(node, 'To', parts.to),
      line(node, 'Subject', clean(parts.subject, LONGEST_SUBJECT)),
      `Message-ID: ${checked('Message-ID', parts.messageId, /^<[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,180}>$/)}`,
      'MIME-Version: 1.0',
      ...unsubscribeLines(parts.listUnsubscribeUrl),
      ...kind,
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
    ];
    return assemble(lines, boundary, parts);
  };
}

function senderLines(node: MimeNode, shape: MessageShape): string[] {
  const from = addressLine(node, 'From', shape.from);
  return shape.replyTo ? [from, addressLine(node, 'Reply-To', shape.replyTo)] : [from];
}

function kindLines(node: MimeNode, shape: MessageShape): string[] {
  const lines = ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: OOF, AutoReply'];
  if (shape.listId) lines.unshift(listIdLine(shape.listId));
  if (shape.feedbackId) lines.push(`Feedback-ID: ${checked('Feedback-ID', shape.feedbackId, /^[A-Za-z0-9._:/-]{1,200}$/)}`);
  lines.push(line(node, 'Content-Language', checked('language', shape.language, /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)));
  return lines;
}

function addressLine(node: MimeNode, key: 'From' | 'Reply-To' | 'To', box: Mailbox): string {
  const address = checked('address', wireAddress(box.address), /^[\u0021-\u007e]{1,64}@[a-z0-9.-]{1,253}$/);
  return line(node, key, { name: clean(box.name ?? '', LONGEST_NAME), address });
}

// A folded List-Unsubscribe broke the signatures of relays that sign after us (nodemailer issue 1654): one line, whatever its length.
function unsubscribeLines(url: string | undefined): string[] {
  if (url === undefined) return [];
  const safe = checked('unsubscribe URL', url, /^https?:\/\/[A-Za-z0-9._~:/?#[\]@!$&'()*+;=%-]{1,800}$/);
  return [`List-Unsubscribe: <${safe}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'];
}

function listIdLine(list: { readonly name: string; readonly id: string }): string {
  const id = checked('List-Id', list.id, /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/);
  return foldLines(`List-Id: ${phrase(clean(list.name, LONGEST_NAME))} <${id}>`, 76);
}

function phrase(text: string): string {
  if (/^[A-Za-z0-9 ]*$/.test(text)) return text;
  return /^[\u0020-\u007e]*$/.test(text) && !text.includes('=?')
    ? `"${text.replaceAll(/["\\]/g, '\\$&')}"`
    : encodeWord(text, 'Q', 52);
}

function line(node: MimeNode, key: string, value: string | { name: string; address: string }): string {
  return foldLines(`${key}: ${node.encodeHeaderValue(key, value)}`, 76);
}

function assemble(lines: readonly string[], boundary: string, parts: MessageParts): Buffer {
  const text = Buffer.from(parts.text, 'utf8');
  const html = Buffer.from(parts.html, 'utf8');
  const head = `${lines.join('\r\n')}\r\n\r\n--${boundary}\r\n${partHead('text/plain')}`;
  const middle = `\r\n--${boundary}\r\n${partHead('text/html')}`;
  const tail = `\r\n--${boundary}--\r\n`;
  const out = Buffer.allocUnsafe(head.length + middle.length + tail.length + mostEncoded(text.length) + mostEncoded(html.length));
  let end = out.write(head, 0, 'latin1');
  end = encodeQuotedPrintable(text, out, end);
  end += out.write(middle, end, 'latin1');
  end = encodeQuotedPrintable(html, out, end);
  end += out.write(tail, end, 'latin1');
  return Buffer.from(out.subarray(0, end));
}

function partHead(type: string): string {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
}

/** Text from people for a header: no control characters or lone surrogates, white space single, cut at a whole character. */
function clean(text: string, longest: number): string {
  const plain = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (plain.length <= longest) return plain;
  const letters = Array.from(new Intl.Segmenter().segment(plain), (letter) => letter.segment);
  return letters.slice(0, longest).join('').trim();
}

function checked(what: string, value: string, form: RegExp): string {
  if (!form.test(value)) throw new TypeError(`The message's ${what} is not one`);
  return value;
}
