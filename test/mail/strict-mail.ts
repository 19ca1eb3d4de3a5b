/** A message taken apart by the letter of RFC 5322 and 2046, as a second opinion beside postal-mime. */
export interface StrictMail {
  /** Unfolded, in order, as `[name, value]`. */
  readonly headers: readonly (readonly [string, string])[];
  readonly parts: readonly { readonly type: string; readonly body: string }[];
}

/** Reads it, or throws what is wrong with it. */
export function readStrictly(bytes: Buffer): StrictMail {
  const text = bytes.toString('latin1');
  const odd = /[^\t\r\n -~]/.exec(text);
  if (odd) throw new Error(`Byte ${odd[0].charCodeAt(0)} at ${odd.index}`);
  if (/\r(?!\n)|(?<!\r)\n/.test(text)) throw new Error('Bare CR or LF');
  if (!text.endsWith('\r\n')) throw new Error('No line break at the end');
  const [head, body] = halves(text);
  const headers = readHeaders(head);
  const boundary = /^multipart\/alternative; boundary="([^"]{1,70})"$/.exec(valueOf(headers, 'Content-Type'))?.[1];
  if (!boundary) throw new Error('No boundary');
  return { headers, parts: readParts(body, boundary) };
}

function halves(text: string): [string, string] {
  const at = text.indexOf('\r\n\r\n');
  if (at < 0) throw new Error('No empty line after the headers');
  return [text.slice(0, at), text.slice(at + 4)];
}

function readHeaders(head: string): [string, string][] {
  const lines = head.split('\r\n');
  const long = lines.find((line) => line.length > 998);
  if (long) throw new Error(`A line of ${long.length}`);
  if (lines.some((line) => line.trim() === '')) throw new Error('An empty line within the headers');
  const headers = head
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map(readHeader);
  const names = headers.map(([name]) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`Two ${twice} headers`);
  return headers;
}

function readHeader(line: string): [string, string] {
  const match = /^([A-Za-z][A-Za-z-]*): (\S.*)$/.exec(line);
  if (!match?.[1] || !match[2]) throw new Error(`Not a header: ${line}`);
  return [match[1], match[2]];
}

function valueOf(headers: readonly (readonly [string, string])[], name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? '';
}

function readParts(body: string, boundary: string): { type: string; body: string }[] {
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  if (pieces.length !== 4 || pieces[0] !== '' || pieces[3] !== '--\r\n') throw new Error('Not exactly two parts');
  return pieces.slice(1, 3).map((piece) => {
    if (!piece.startsWith('\r\n')) throw new Error('Text after a boundary');
    const [head, encoded] = halves(piece.slice(2));
    const headers = readHeaders(head);
    if (valueOf(headers, 'Content-Transfer-Encoding') !== 'quoted-printable') throw new Error('Not quoted-printable');
    return { type: valueOf(headers, 'Content-Type'), body: unquote(encoded) };
  });
}

function unquote(encoded: string): string {
  const wrong = encoded.split('\r\n').find((line) => line.length > 76 || /[ \t]$/.test(line) || /=(?![0-9A-F]{2}|$)/.test(line));
  if (wrong !== undefined) throw new Error(`Not quoted-printable: ${wrong}`);
  const bytes = encoded
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
