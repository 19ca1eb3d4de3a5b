import { stringify } from 'csv-stringify/sync';
import type { Db } from '../../businesses/commit.ts';
import { type Delimiter, readRows } from './csv.ts';
import { listRefused, type RefusedRow } from './report.ts';
import { fileOf } from './runs.ts';

export interface RefusedFile {
  name: string;
  type: string;
  pieces: AsyncIterable<string>;
}

const ROWS_A_PIECE = 500;

/**
 * The rows that an import refused, to mend and drop again: the columns of the file and beside them why. For spreadsheets: UTF-8 with its mark, the
 * file's own delimiter, and an apostrophe before what they would take for a formula (OWASP, CSV injection), which our reader takes off again.
 */
export async function refusedFile(db: Db, businessId: string, importId: string): Promise<RefusedFile | undefined> {
  const file = await fileOf(db, businessId, importId);
  if (!file) return undefined;
  const rows = () => pages(db, businessId, importId);
  if (file.inspection.kind === 'vcard')
    return { name: 'refused.vcf', type: 'text/vcard; charset=utf-8', pieces: asCards(rows()) };
  const names = file.look?.names ?? [];
  const delimiter = file.look?.delimiter ?? ',';
  return { name: 'refused.csv', type: 'text/csv; charset=utf-8', pieces: asTable(rows(), names, delimiter) };
}

async function* pages(db: Db, businessId: string, importId: string): AsyncGenerator<RefusedRow[]> {
  for (let after = 0; ;) {
    const rows = await listRefused(db, businessId, importId, ROWS_A_PIECE, after);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_A_PIECE) return;
    after = rows.at(-1)?.line ?? after;
  }
}

async function* asTable(pieces: AsyncIterable<RefusedRow[]>, names: string[], delimiter: Delimiter): AsyncGenerator<string> {
  yield `\uFEFF${lines([[...names, 'Why']], delimiter)}`;
  for await (const rows of pieces) {
    const cells = await Promise.all(rows.map(async (row) => cellsOf(row, names.length, delimiter)));
    yield lines(cells, delimiter);
  }
}

/** As many cells as the file has columns, so that the reason stands in its own; of a row with more, the rest stands after it. */
async function cellsOf({ raw, reason }: RefusedRow, width: number, delimiter: Delimiter): Promise<string[]> {
  const cells = await readOne(raw, delimiter);
  const own = Array.from({ length: Math.max(width, 1) }, (_, i) => cells[i] ?? '');
  return [...own, reason, ...cells.slice(own.length)];
}

async function readOne(raw: string, delimiter: Delimiter): Promise<string[]> {
  for await (const [row] of readRows(one(raw), delimiter)) {
    if (row) return row.trouble === undefined ? row.cells : raw.replaceAll('"', '').split(delimiter);
  }
  return [];
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}

function lines(rows: string[][], delimiter: Delimiter): string {
  return stringify(
    rows.map((cells) => cells.map(defused)),
    { delimiter, record_delimiter: 'windows' },
  );
}

function defused(text: string): string {
  return /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
}

async function* asCards(pieces: AsyncIterable<RefusedRow[]>): AsyncGenerator<string> {
  for await (const rows of pieces) yield rows.map(({ raw, reason }) => cardWith(raw, reason)).join('');
}

// The reason stands beside the person's own lines, in a property that no program minds.
function cardWith(raw: string, reason: string): string {
  const lines = raw.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^X-WHY:/i.test(line));
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    ...lines.filter((line) => !/^VERSION:/i.test(line)),
    `X-WHY:${reason}`,
    'END:VCARD',
    '',
  ].join('\r\n');
}
