import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeQuotedPrintable, mostEncoded } from '../../src/mail/quoted-printable.ts';
import { SEED } from '../support/seed.ts';

function encode(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const out = Buffer.alloc(mostEncoded(bytes.length) + 16, '!');
  const end = encodeQuotedPrintable(bytes, bytes.length, out, 7);
  expect(out.subarray(end).every((byte) => byte === 0x21)).toBe(true);
  return out.toString('latin1', 7, end);
}

// RFC 2045, 6.7, read the strict way: soft breaks go, =XX become bytes, and nothing else may stand there.
function decode(encoded: string): string {
  const lines = encoded.split('\r\n');
  const wrong = lines.filter(
    (line) => line.length > 76 || /[ \t]$/.test(line) || !/^(?:[\t !-<>-~]|=[0-9A-F]{2})*=?$/.test(line),
  );
  expect(wrong).toEqual([]);
  expect(lines.at(-1)?.endsWith('=')).toBe(false);
  const bytes = encoded
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const withCrlf = (text: string) => text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n');

test('Any text comes back as it was, in lines of at most 76 plain characters', () => {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    fc.constantFrom('\r', '\n', '\r\n', ' ', '\t', '=', '.', ' \n', '\t\r\n', '=\r', '\0', '\u2028', '🎂', 'é', '\ud800'),
    fc.string({ unit: fc.constantFrom(' ', 'a', '=', 'ü'), minLength: 60, maxLength: 90 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(decode(encode(text))).toBe(withCrlf(text));
    }),
    { numRuns: 500, seed: SEED },
  );
});

test.each([74, 75, 76, 77, 150, 151])('A line of %i letters, spaces or signs breaks where it must', (length) => {
  for (const letter of ['a', ' ', '=', 'é', '\t']) {
    const text = letter.repeat(length);
    expect(decode(encode(`${text}\n${text}`))).toBe(`${text}\r\n${text}`);
  }
});

test('Nothing in a card can look like the boundary', () => {
  expect(encode('--=_abcdefgh\n--=_abcdefgh--')).not.toContain('=_');
});
