const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;
const HEX = Buffer.from('0123456789ABCDEF', 'latin1');

// A line holds 76 characters, the last of which is "=" when the text goes on in the next one (RFC 2045, 6.7).
const LINE = 75;

const PLAIN = new Uint8Array(256);
for (let byte = 33; byte <= 126; byte++) PLAIN[byte] = 1;
PLAIN[EQUALS] = 0;
PLAIN[SPACE] = 1;
PLAIN[TAB] = 1;

/** How many bytes the quoted-printable form of a text of so many UTF-8 bytes may take at most. */
export function mostEncoded(bytes: number): number {
  return bytes * 3 + Math.ceil((bytes * 3) / (LINE - 2)) * 3 + 8;
}

/**
 * Writes the first `length` bytes of `text` (UTF-8) as quoted-printable into `out` from `at`, and returns where it ends; the last line has no line break.
 * Every kind of line break becomes CRLF. It is a plain loop over bytes because this is most of what composing a card costs.
 */
export function encodeQuotedPrintable(text: Uint8Array, length: number, out: Uint8Array, at: number): number {
  let end = at;
  let column = 0;
  for (let i = 0; i < length; i++) {
    const byte = text[i] as number;
    if (byte === CR || byte === LF) {
      if (byte === CR && i + 1 < length && text[i + 1] === LF) i++;
      end = breakLine(out, end);
      column = 0;
      continue;
    }
    const plain = PLAIN[byte] === 1 && !((byte === SPACE || byte === TAB) && endsLine(text, length, i));
    if (column + (plain ? 1 : 3) > LINE) {
      out[end++] = EQUALS;
      end = breakLine(out, end);
      column = 0;
    }
    if (plain) {
      out[end++] = byte;
      column += 1;
    } else {
      out[end++] = EQUALS;
      out[end++] = HEX[byte >> 4] as number;
      out[end++] = HEX[byte & 15] as number;
      column += 3;
    }
  }
  return end;
}

// White space at the end of a line would be lost on the way, so it is written as =20 or =09.
function endsLine(text: Uint8Array, length: number, i: number): boolean {
  const next = i + 1 < length ? text[i + 1] : LF;
  return next === CR || next === LF;
}

function breakLine(out: Uint8Array, at: number): number {
  out[at] = CR;
  out[at + 1] = LF;
  return at + 2;
}
