import { createHash } from 'node:crypto';

// A backup is one gzip stream of frames: a letter, the length of what follows (4 bytes, big-endian), and that many bytes.
// H header, then per table T (name, columns), D… (rows as PostgreSQL's COPY text), E (rows, SHA-256 of the D bytes); Z ends it.

/** The number grows when a newer program writes what an older one cannot read. */
export const FORMAT = 1;

export interface Header {
  fondly: 'backup';
  format: number;
  /** The migrations that the schema had had. */
  migrations: string[];
  /** When the backup was made, ISO instant. */
  at: string;
  /** The keys kept in DATA_DIR, without which links in sent cards and the database's key check would fail. */
  secretKeys?: string;
}

export interface TableStart {
  name: string;
  columns: string[];
}

export interface TableEnd {
  rows: number;
  sha256: string;
}

export type Frame =
  | { type: 'H'; header: Header }
  | { type: 'T'; table: TableStart }
  | { type: 'D'; data: Buffer }
  | { type: 'E'; end: TableEnd }
  | { type: 'Z'; tables: number };

/** What is wrong with the file itself; the reader of a backup turns it into words. */
export class BadBackup extends Error {}

export function* encodeFrame(frame: Frame): Generator<Buffer> {
  if (frame.type !== 'D') return yield* encode(frame.type, Buffer.from(JSON.stringify(bodyOf(frame))));
  for (let at = 0; at < frame.data.length; at += LARGEST) yield* encode('D', frame.data.subarray(at, at + LARGEST));
}

/** Reads frames in their order and holds every table's rows and checksum against what its end says. */
export async function* decodeFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const order = new Order();
  for await (const [type, body] of cut(source)) {
    const frame = parse(type, body);
    order.check(frame);
    yield frame;
  }
  if (!order.isComplete) throw new BadBackup('cut off');
}

const LARGEST = 1 << 16;
const NEWLINE = 10;

/** Counts and sums one table's rows. COPY's text writes a line break inside a value as `\n`, so each real one ends a row. */
export class Tally {
  rows = 0;
  #hash = createHash('sha256');

  add(data: Buffer): void {
    this.#hash.update(data);
    for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, at + 1)) this.rows++;
  }

  end(): TableEnd {
    return { rows: this.rows, sha256: this.#hash.digest('hex') };
  }
}

class Order {
  isComplete = false;
  #tables = 0;
  #tally: Tally | undefined;
  #begun = false;

  check(frame: Frame): void {
    const open = this.#tally !== undefined;
    const fits = { H: !this.#begun, T: this.#begun && !open, D: open, E: open, Z: this.#begun && !open }[frame.type];
    if (!fits || this.isComplete) throw new BadBackup('out of order');
    if (frame.type === 'H') this.#begun = true;
    if (frame.type === 'T') this.#tally = new Tally();
    if (frame.type === 'D') this.#tally?.add(frame.data);
    if (frame.type === 'E') this.#close(frame.end);
    if (frame.type === 'Z') this.#finish(frame.tables);
  }

  #close(said: TableEnd): void {
    const found = this.#tally?.end();
    if (found?.rows !== said.rows || found.sha256 !== said.sha256) throw new BadBackup('checksum');
    this.#tally = undefined;
    this.#tables++;
  }

  #finish(tables: number): void {
    if (tables !== this.#tables) throw new BadBackup('tables missing');
    this.isComplete = true;
  }
}

function bodyOf(frame: Exclude<Frame, { type: 'D' }>): unknown {
  const { type: _, ...body } = frame;
  return body;
}

function* encode(type: Frame['type'], body: Buffer): Generator<Buffer> {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length, 1);
  yield head;
  yield body;
}

async function* cut(source: AsyncIterable<Buffer>): AsyncGenerator<[string, Buffer]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let length = lengthOf(rest); length !== undefined && rest.length >= 5 + length; length = lengthOf(rest)) {
      yield [rest.toString('latin1', 0, 1), rest.subarray(5, 5 + length)];
      rest = rest.subarray(5 + length);
    }
  }
  if (rest.length > 0) throw new BadBackup('cut off');
}

function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 5) return undefined;
  const length = bytes.readUInt32BE(1);
  if (length > LARGEST) throw new BadBackup('no frame');
  return length;
}

function parse(type: string, body: Buffer): Frame {
  if (type === 'D') return { type, data: body };
  if (!'HTEZ'.includes(type)) throw new BadBackup('unknown frame');
  try {
    return { type, ...(JSON.parse(body.toString('utf8')) as object) } as Frame;
  } catch {
    throw new BadBackup('no JSON');
  }
}
