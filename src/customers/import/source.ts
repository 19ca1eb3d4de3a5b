import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A file that can be read from its start more than once: the import looks at it before it writes. */
export interface Source {
  open(): AsyncIterable<Uint8Array>;
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** What one look at all bytes tells. `kind` 'other' comes with `trouble`: what it seems to be, and what to do. */
export interface Inspection {
  hash: string;
  bytes: number;
  encoding: Encoding;
  kind: 'csv' | 'vcard' | 'other';
  trouble?: string;
}

export function fileSource(path: string): Source {
  return { open: () => createReadStream(path, { highWaterMark: 16_384 }) };
}

export function bytesSource(bytes: Uint8Array | string): Source {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return {
    async *open() {
      for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
    },
  };
}

/** Reads the whole file once: its SHA-256, its encoding, and whether it is a table or address cards. */
export async function inspectSource(source: Source): Promise<Inspection> {
  const hash = createHash('sha256');
  const tally = { broken: 0, whole: 0 };
  const decoder = new TextDecoder('utf-8');
  let start: Uint8Array = new Uint8Array();
  let bytes = 0;
  for await (const chunk of source.open()) {
    hash.update(chunk);
    bytes += chunk.length;
    if (start.length < 4096) start = Buffer.concat([start, chunk.subarray(0, 4096)]);
    weigh(decoder.decode(chunk, { stream: true }), tally);
  }
  weigh(decoder.decode(), tally);
  const encoding = encodingOf(start, tally);
  return { hash: hash.digest('hex'), bytes, encoding, ...kindOf(start, encoding) };
}

/** The file's text in pieces, without a byte order mark; `onBytes` hears how far it is. */
export async function* textOf(source: Source, encoding: Encoding, onBytes?: (read: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let read = 0;
  for await (const chunk of source.open()) {
    read += chunk.length;
    yield decoder.decode(chunk, { stream: true });
    onBytes?.(read);
  }
  yield decoder.decode();
}

// Accents in Windows-1252 are broken UTF-8, and by far most of them; one broken byte in a UTF-8 file is just that.
function weigh(text: string, tally: { broken: number; whole: number }): void {
  // oxlint-disable-next-line no-control-regex -- everything beyond ASCII
  if (!/[^\u0000-\u007f]/.test(text)) return;
  tally.broken += text.match(/\ufffd/g)?.length ?? 0;
  // oxlint-disable-next-line no-control-regex -- everything beyond ASCII, the replacement character excepted
  tally.whole += text.match(/[^\u0000-\u007f\ufffd]/g)?.length ?? 0;
}

function encodingOf(start: Uint8Array, tally: { broken: number; whole: number }): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  return unmarkedUtf16(start) ?? (tally.broken > tally.whole ? 'windows-1252' : 'utf-8');
}

// Mostly plain letters in UTF-16: every other byte is NUL.
function unmarkedUtf16(start: Uint8Array): Encoding | undefined {
  const half = Math.floor(start.length / 2);
  if (half < 4) return undefined;
  const nulls = (from: number): number => start.filter((byte, i) => byte === 0 && i % 2 === from).length;
  const [even, odd] = [nulls(0), nulls(1)];
  if (odd > half * 0.6 && even < half * 0.1) return 'utf-16le';
  return even > half * 0.6 && odd < half * 0.1 ? 'utf-16be' : undefined;
}

const others: [signature: string, words: string][] = [
  ['PK\u0003\u0004', 'This is an Excel or Numbers workbook, or a ZIP archive. Save the sheet as CSV (UTF-8) and import that.'],
  ['\u00d0\u00cf\u0011\u00e0', 'This is an old Excel workbook. Save the sheet as CSV (UTF-8) and import that.'],
  ['\u001f\u008b', 'This is a compressed file. Unpack it first, and import what is in it.'],
  ['%PDF', 'This is a PDF. Customers come in from a CSV file or from address cards (.vcf).'],
];

function kindOf(start: Uint8Array, encoding: Encoding): Pick<Inspection, 'kind' | 'trouble'> {
  const signature = Buffer.from(start.subarray(0, 4)).toString('latin1');
  const other = others.find(([begins]) => signature.startsWith(begins));
  if (other) return { kind: 'other', trouble: other[1] };
  const text = new TextDecoder(encoding).decode(start).trimStart();
  if (text === '') return { kind: 'other', trouble: 'The file is empty.' };
  if (isBinary(text))
    return { kind: 'other', trouble: 'This is not a text file. Save the customers as CSV (UTF-8) and import that.' };
  return { kind: /^BEGIN:VCARD/i.test(text) ? 'vcard' : 'csv' };
}

/** A stray sign here and there is left to the rows; in a picture or a program every twentieth is none that a text has. */
function isBinary(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  const strange = text.match(/[\u0000-\u0008\u000e-\u001f]/g) ?? [];
  return strange.length * 20 > text.length;
}
