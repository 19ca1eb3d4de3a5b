/** One row as it stands in the file. `line` is where it begins, the first line being 1. */
export interface Row {
  line: number;
  cells: string[];
  raw: string;
  /** Why the row cannot be read; its cells are then empty. */
  trouble?: string;
}

export type Delimiter = ',' | ';' | '\t';

/** Letters in one row at most; a longer one is refused without being held. */
export const LONGEST_ROW = 131_072;

const RAW_KEPT = 4_000;
const UNCLOSED = 'A quotation mark is opened here and never closed.';
const TOO_LONG = 'This line is far too long to be one customer.';

/**
 * The delimiter that cuts the first rows into most cells of one number, marks inside quotes not counted;
 * or what Excel's `sep=` line says.
 */
export function delimiterOf(start: string): Delimiter {
  const said = /^\s*"?sep=([,;\t])/i.exec(start)?.[1];
  if (said) return said as Delimiter;
  const lines = start
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, 20);
  const scores = ([',', ';', '\t'] as const).map((mark) => ({ mark, score: scoreOf(mark, lines) }));
  return scores.reduce((best, next) => (next.score > best.score ? next : best)).mark;
}

/**
 * Rows of a CSV text (RFC 4180, and kinder: any newline, quotes inside plain cells, cells missing at the end), a batch per piece of text.
 * Own, and not csv-parse: after a quote that never closes reading goes on with the next line, so one bad row costs one row.
 */
export async function* readRows(text: AsyncIterable<string>, delimiter: Delimiter): AsyncGenerator<Row[]> {
  const reader = rowReader(delimiter);
  for await (const piece of text) {
    const rows = reader.take(piece, false);
    if (rows.length > 0) yield rows;
  }
  const rest = reader.take('', true);
  if (rest.length > 0) yield rest;
}

function scoreOf(mark: string, lines: string[]): number {
  const counts = lines.map((line) => line.split(mark).length - 1);
  const first = counts[0] ?? 0;
  const same = counts.filter((count) => count === first).length;
  return first === 0 ? Math.max(0, ...counts) / 1000 : first + (same / counts.length) * 100;
}

interface Reader {
  take(piece: string, last: boolean): Row[];
}

function rowReader(delimiter: Delimiter): Reader {
  let buffer = '';
  let line = 1;
  let skipping = false;

  // Drops what is left of a line that was too long.
  function skip(last: boolean): void {
    const end = lineEnd(buffer, 0, last);
    buffer = end ? buffer.slice(end.next) : buffer.endsWith('\r') && !last ? '\r' : '';
    if (end) [skipping, line] = [false, line + 1];
  }

  return {
    take(piece, last) {
      buffer += piece;
      if (skipping) skip(last);
      const rows: Row[] = [];
      let at = 0;
      while (!skipping && at < buffer.length) {
        const read = readRow(buffer, at, delimiter, last);
        if (read === 'more' && buffer.length - at <= LONGEST_ROW) break;
        if (read === 'more') {
          rows.push({ line, cells: [], raw: buffer.slice(at, at + RAW_KEPT), trouble: TOO_LONG });
          skipping = true;
          break;
        }
        rows.push({ line, cells: read.cells, raw: rawOf(buffer.slice(at, read.end)), ...read.trouble });
        line += read.lines;
        at = read.next;
      }
      buffer = buffer.slice(at);
      if (skipping) skip(last);
      return rows;
    },
  };
}

// Whole, so that a refused row can be mended and loses nothing; of what is far too long its beginning.
function rawOf(text: string): string {
  return text.length > LONGEST_ROW ? text.slice(0, RAW_KEPT) : text;
}

interface Read {
  cells: string[];
  /** Where the row's text ends, and where the next row begins. */
  end: number;
  next: number;
  lines: number;
  trouble?: { trouble: string };
}

function readRow(text: string, at: number, delimiter: Delimiter, last: boolean): Read | 'more' {
  const end = lineEnd(text, at, last);
  if (end) {
    const row = text.slice(at, end.at);
    if (row.length > LONGEST_ROW) return { cells: [], end: end.at, next: end.next, lines: 1, trouble: { trouble: TOO_LONG } };
    if (!row.includes('"')) return { cells: row.split(delimiter), end: end.at, next: end.next, lines: 1 };
  }
  const read = readQuoted(text, at, delimiter, last);
  if (read === 'unclosed' || (read === 'more' && text.length - at > LONGEST_ROW)) {
    return end ? { cells: [], end: end.at, next: end.next, lines: 1, trouble: { trouble: UNCLOSED } } : 'more';
  }
  return read;
}

/** A row that holds quotes. 'unclosed': its quote closes nowhere, or only where another line's cell begins. */
function readQuoted(text: string, start: number, delimiter: Delimiter, last: boolean): Read | 'more' | 'unclosed' {
  const cells: string[] = [];
  for (let at = start; ;) {
    const cell = text[at] === '"' ? quotedCell(text, at, delimiter, last) : plainCell(text, at, delimiter, last);
    if (cell === 'more' || cell === 'unclosed') return cell;
    cells.push(cell.value);
    if (text[cell.at] === delimiter) {
      at = cell.at + 1;
      continue;
    }
    const next = lineEnd(text, cell.at, last);
    if (!next) return 'more';
    return { cells, end: cell.at, next: next.next, lines: countLines(text, start, cell.at) + 1 };
  }
}

interface Cell {
  value: string;
  at: number;
}

function plainCell(text: string, start: number, delimiter: Delimiter, last: boolean): Cell | 'more' {
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === delimiter || letter === '\n' || letter === '\r') return { value: text.slice(start, at), at };
  }
  return last ? { value: text.slice(start), at: text.length } : 'more';
}

function quotedCell(text: string, start: number, delimiter: Delimiter, last: boolean): Cell | 'more' | 'unclosed' {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return last ? 'unclosed' : 'more';
    const after = text[quote + 1];
    if (after === undefined && !last) return 'more';
    value += text.slice(from, quote);
    if (after === undefined || after === delimiter || after === '\n' || after === '\r') return { value, at: quote + 1 };
    if (after !== '"' && /[\r\n]/.test(value)) return 'unclosed';
    // `""` is a quote; a lone one inside a cell of one line is taken for what it is, too.
    value += '"';
    from = quote + (after === '"' ? 2 : 1);
  }
}

const newline = /\r\n|\n|\r/g;

/** The next end of a line, if it is there whole; at the end of the file that end counts. */
function lineEnd(text: string, from: number, last: boolean): { at: number; next: number } | undefined {
  newline.lastIndex = from;
  const found = newline.exec(text);
  if (found && (last || found[0] !== '\r' || found.index + 1 < text.length)) return { at: found.index, next: newline.lastIndex };
  return last ? { at: text.length, next: text.length } : undefined;
}

function countLines(text: string, from: number, to: number): number {
  return text.slice(from, to).match(newline)?.length ?? 0;
}
