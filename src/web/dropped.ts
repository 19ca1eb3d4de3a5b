import type { Context } from 'hono';

/** A file as a browser sends it with a form. */
export interface Dropped {
  /** As it is called on the sender's machine. */
  name: string;
  bytes: Uint8Array;
}

const LONGEST_HEAD = 4096;

/**
 * The file in this field of a form that is sent in parts (RFC 7578); undefined where there is none, or its end never came. Its bytes are a view
 * of what came in: one of 50 MB costs 120 MB of memory so, and 370 MB read as other forms are.
 */
export async function readDropped(c: Context, field: string): Promise<Dropped | undefined> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(c.req.header('content-type') ?? '') ?? [];
  const boundary = quoted ?? plain;
  const body = boundary === undefined ? undefined : await readBody(c).catch(() => undefined);
  if (boundary === undefined || body === undefined) return undefined;
  for (const part of partsOf(body, boundary)) {
    const end = part.subarray(0, LONGEST_HEAD).indexOf('\r\n\r\n');
    const head = part.toString('utf8', 0, Math.max(end, 0));
    const name = valueIn(head, 'filename');
    if (name !== undefined && valueIn(head, 'name') === field) return { name, bytes: part.subarray(end + 4) };
  }
  return undefined;
}

/** The whole body in one piece, whose size its sender said before; what was sent without is in memory already. */
async function readBody(c: Context): Promise<Buffer> {
  const size = Number(c.req.header('content-length'));
  const { body } = c.req.raw;
  if (!Number.isSafeInteger(size) || body === null) return Buffer.from(await c.req.arrayBuffer());
  const whole = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole.subarray(0, filled);
}

function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  // Before the first mark there is no line that it would end.
  let start = body.indexOf(mark.subarray(2));
  start = start === -1 ? -1 : start + mark.length - 2;
  while (start !== -1 && body.toString('latin1', start, start + 2) === '\r\n') {
    const end = body.indexOf(mark, start);
    if (end === -1) return;
    yield body.subarray(start + 2, end);
    start = end + mark.length;
  }
}

/** A parameter of a part's disposition. Browsers write quotes and line breaks in it as %22, %0D and %0A. */
function valueIn(head: string, parameter: 'name' | 'filename'): string | undefined {
  const [, value] = new RegExp(`^content-disposition:[^\\r\\n]*;\\s*${parameter}="([^"\\r\\n]*)"`, 'im').exec(head) ?? [];
  return value?.replaceAll('%22', '"').replaceAll(/%0[DA]/gi, ' ');
}
