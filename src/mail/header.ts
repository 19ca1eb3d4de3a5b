import { encodeWord, foldLines } from 'nodemailer/lib/mime-funcs';
import { type Mailbox, wireAddress } from './address.ts';

const LONGEST_NAME = 100;
const LINE = 76;
const WORD = 52;
const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

/** One header of plain words (RFC 5322, 2.2.1): no line when there are none. Control characters become spaces; `longest` counts UTF-16 units. */
export function textLine(key: string, text: string, longest: number): string[] {
  const shown = clean(text, longest);
  return shown === '' ? [] : [foldLines(`${key}: ${isPlain(shown) ? shown : encoded(shown)}`, LINE)];
}

/** One header with one name and address. Throws on what is no address: it should have been read before. */
export function mailboxLine(key: string, box: Mailbox): string {
  const address = checked('address', wireAddress(box.address), ADDRESS);
  const name = phrase(box.name ?? '');
  return foldLines(name === '' ? `${key}: ${address}` : `${key}: ${name} <${address}>`, LINE);
}

/** List-Id: its name in words, if any, and `<id>` (RFC 2919). */
export function listIdLine(list: { readonly name: string; readonly id: string }): string {
  const id = checked('List-Id', list.id, /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/);
  const name = phrase(list.name);
  return foldLines(name === '' ? `List-Id: <${id}>` : `List-Id: ${name} <${id}>`, LINE);
}

/** The value, which must have this form: anything else is our own fault, and throws without repeating it. */
export function checked(what: string, value: string, form: RegExp): string {
  if (!form.test(value)) throw new TypeError(`The message's ${what} is not one`);
  return value;
}

/** A display name: bare words, a quoted string, or encoded (RFC 5322, 3.2.5; RFC 2047). */
function phrase(text: string): string {
  const name = clean(text, LONGEST_NAME);
  if (/^[A-Za-z0-9 ]*$/.test(name)) return name;
  return isPlain(name) ? `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"` : encoded(name);
}

// Text that already looks encoded is encoded once more, or readers would decode what a person typed, line breaks and all.
function isPlain(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text) && !text.includes('=?');
}

function encoded(text: string): string {
  const foreign = text.replaceAll(/[\u0020-\u007e]/g, '').length;
  return encodeWord(text, foreign * 3 > text.length ? 'B' : 'Q', WORD);
}

/** No control characters or lone surrogates, white space single, cut at a whole letter as people count them. */
function clean(text: string, longest: number): string {
  const plain = text
    .slice(0, longest * 8)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (plain.length <= longest) return plain;
  const letters = Array.from(new Intl.Segmenter().segment(plain.slice(0, longest + 1)));
  return plain.slice(0, letters.at(-1)?.index).trim();
}
