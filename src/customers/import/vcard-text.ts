/** One unfolded line and where it begins. `opaque`: a picture, sound or key, whose content was passed over. */
export interface Line {
  line: number;
  text: string;
  opaque?: true;
}

export interface Property {
  /** In capitals, without its group. */
  name: string;
  group: string;
  /** Parameters in capitals; vCard 2.1's bare ones (`HOME`) stand as TYPE. */
  parameters: Map<string, string>;
  /** As it stands, decoded from quoted-printable, escapes still in it. */
  value: string;
}

const LONGEST_LINE = 65_536;
const newline = /\r\n|\n|\r/g;
const pictures =
  /^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-MS-OL-DESIGN)[;:]|^[^:]{0,200};(?:ENCODING=)?(?:B|BASE64)[;:]/i;
const quotedPrintable = /^[^:]*;\s*(?:ENCODING\s*=\s*)?QUOTED-PRINTABLE[;:]/i;

/** Unfolded lines (RFC 6350, 3.2), and vCard 2.1's soft breaks in quoted-printable. What is longer than 64 KB is cut. */
export async function* readLines(text: AsyncIterable<string>): AsyncGenerator<Line[]> {
  const unfolder = lineUnfolder();
  for await (const { lines } of physicalLines(text)) {
    const whole = lines.flatMap((line) => unfolder.take(line));
    if (whole.length > 0) yield whole;
  }
  yield unfolder.end();
}

/** `item1.EMAIL;TYPE=home:a@b` cut into group, name, parameters and value; undefined for a line that is no property. */
export function propertyOf(text: string): Property | undefined {
  const colon = outsideQuotes(text, ':');
  if (colon < 1) return undefined;
  const [head = '', ...pieces] = splitQuoted(text.slice(0, colon), ';');
  const match = /^(?:([\w-]+)\.)?([\w-]+)$/.exec(head.trim());
  if (!match?.[2]) return undefined;
  return {
    group: match[1]?.toUpperCase() ?? '',
    name: match[2].toUpperCase(),
    parameters: parametersOf(pieces),
    value: text.slice(colon + 1),
  };
}

export function splitUnescaped(value: string, mark: string): string[] {
  const parts = [''];
  for (let i = 0; i < value.length; i++) {
    const letter = value[i] ?? '';
    if (letter === mark) parts.push('');
    else parts[parts.length - 1] += letter === '\\' ? letter + (value[++i] ?? '') : letter;
  }
  return parts;
}

/** Backslash escapes resolved; vCard 3.0's `\n` is a line break. */
export function unescape(value: string): string {
  return value.replace(/\\([\s\S])/g, (_, letter: string) => (letter === 'n' || letter === 'N' ? '\n' : letter));
}

export function quotedPrintableBytes(value: string): Uint8Array {
  const joined = value.replace(/=\r?\n/g, '').replace(/=$/, '');
  const pieces = joined.split(/((?:=[0-9a-f]{2})+)/i);
  return Buffer.concat(
    pieces.map((piece, i) => (i % 2 === 1 ? Buffer.from(piece.replaceAll('=', ''), 'hex') : Buffer.from(piece))),
  );
}

async function* physicalLines(text: AsyncIterable<string>): AsyncGenerator<{ lines: string[] }> {
  const cutter = lineCutter();
  for await (const piece of text) yield { lines: cutter.take(piece) };
  yield { lines: cutter.end() };
}

interface Cutter {
  take(piece: string): string[];
  end(): string[];
}

function lineCutter(): Cutter {
  let rest = '';
  let cutting = false;

  function add(lines: string[], line: string): void {
    if (!cutting) lines.push(line.slice(0, LONGEST_LINE));
    cutting = false;
  }

  return {
    take(piece) {
      const buffer = rest + piece;
      const lines: string[] = [];
      let at = 0;
      newline.lastIndex = 0;
      for (let found = newline.exec(buffer); found; found = newline.exec(buffer)) {
        if (found[0] === '\r' && newline.lastIndex === buffer.length) break;
        add(lines, buffer.slice(at, found.index));
        at = newline.lastIndex;
      }
      rest = buffer.slice(at);
      if (rest.length > LONGEST_LINE) {
        add(lines, rest);
        [cutting, rest] = [true, rest.endsWith('\r') ? '\r' : ''];
      } else if (cutting) rest = rest.endsWith('\r') ? '\r' : '';
      return lines;
    },
    end: () => (cutting || rest === '' ? [] : [rest.replace(/\r$/, '')]),
  };
}

interface Unfolder {
  take(physical: string): Line[];
  end(): Line[];
}

function lineUnfolder(): Unfolder {
  let line: Line | undefined;
  let softly = false;
  let number = 0;

  function begin(text: string): Line[] {
    const done = line ? [line] : [];
    line = pictures.test(text) ? { line: number, text: text.slice(0, 100), opaque: true } : { line: number, text };
    softly = !line.opaque && quotedPrintable.test(text) && text.endsWith('=');
    return done;
  }

  function goOn(more: string): Line[] {
    if (line && !line.opaque && line.text.length < LONGEST_LINE) line.text += more;
    return [];
  }

  return {
    take(physical) {
      number++;
      if (softly && !/^(?:BEGIN|END):VCARD/i.test(physical)) {
        if (line) line.text = line.text.slice(0, -1);
        softly = physical.endsWith('=');
        return goOn(physical);
      }
      // A fold is a space, or one nested in vCard 2.1's base64, which only pictures hold here.
      if (line && /^[ \t]/.test(physical)) return goOn(physical.slice(1));
      if (line?.opaque && physical !== '' && !physical.includes(':')) return [];
      return begin(physical);
    },
    end: () => (line ? [line] : []),
  };
}

function parametersOf(pieces: string[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    const bare = /^(?:QUOTED-PRINTABLE|BASE64|8BIT)$/i.test(piece.trim()) ? 'ENCODING' : 'TYPE';
    const name = equals === -1 ? bare : piece.slice(0, equals).trim().toUpperCase();
    const value = piece
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    const before = parameters.get(name);
    parameters.set(name, before === undefined ? value : `${before},${value}`.slice(0, 500));
  }
  return parameters;
}

function outsideQuotes(text: string, mark: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === mark && !quoted) return i;
  }
  return text.indexOf(mark);
}

function splitQuoted(text: string, mark: string): string[] {
  return text.match(new RegExp(`(?:[^${mark}"]|"[^"]*"?)+`, 'g')) ?? [];
}
