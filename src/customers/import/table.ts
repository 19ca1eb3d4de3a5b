import type { Day } from '../../calendar/day.ts';
import { dateNamed } from './column-names.ts';
import { type Column, knownNames, orderSaidBy, readColumns, type Trouble } from './columns.ts';
import { type Delimiter, delimiterOf, readRows, type Row } from './csv.ts';
import { learnOrder } from './date-order.ts';
import type { DateOrder } from './dates.ts';
import { keepable } from './cell-text.ts';
import { type Entry, entryFrom, type Refusal, type Values } from './entry.ts';
import { type Encoding, type Source, textOf } from './source.ts';

/** What the first reading of a table found: where its columns are, and in which order each writes its dates. */
export interface Table {
  delimiter: Delimiter;
  headLine: number;
  columns: Column[];
  orders: (DateOrder | undefined)[];
  troubles: Trouble[];
  rows: number;
}

export interface TableOptions {
  map?: Record<string, string>;
  dateOrder?: DateOrder;
}

const HEAD_ROWS = 6;

/** Reads the whole table once without keeping it. Troubles are questions about the file or a column: then nothing may be written. */
export async function learnTable(source: Source, encoding: Encoding, options: TableOptions): Promise<Table> {
  const delimiter = delimiterOf(await startOf(source, encoding));
  const head = await findHead(source, encoding, delimiter);
  const { columns, troubles } = readColumns(head?.cells ?? [], options.map);
  const learners = columns.map(({ field }) => (['date', 'event value', 'joined'].includes(field.is) ? learnOrder() : undefined));
  let rows = 0;
  for await (const batch of readRows(textOf(source, encoding), delimiter)) {
    for (const row of batch) {
      if (row.line <= (head?.line ?? 0)) continue;
      rows++;
      learners.forEach((learner, i) => learner?.see(row.cells[i]?.trim() ?? ''));
    }
  }
  const verdicts = learners.map((learner, i) =>
    options.dateOrder
      ? { order: options.dateOrder }
      : (learner?.verdict(orderSaidBy(columns[i]?.name ?? '')) ?? { order: undefined }),
  );
  const open = verdicts.flatMap((verdict, i) => ('question' in verdict ? [{ column: columns[i]?.name ?? '', ...verdict }] : []));
  const orders = verdicts.map((verdict) => ('order' in verdict ? verdict.order : undefined));
  return { delimiter, headLine: head?.line ?? 0, columns, orders, troubles: [...troubles, ...open], rows };
}

/** The table's people and refused rows, a batch per piece of the file; empty rows are passed over. */
export async function* tableEntries(
  source: Source,
  encoding: Encoding,
  table: Table,
  today: Day,
  onBytes?: (read: number) => void,
): AsyncGenerator<(Entry | Refusal)[]> {
  for await (const batch of readRows(textOf(source, encoding, onBytes), table.delimiter)) {
    yield batch.flatMap((row) => (row.line <= table.headLine || isEmpty(row) ? [] : [entryOfRow(row, table, today)]));
  }
}

async function startOf(source: Source, encoding: Encoding): Promise<string> {
  let start = '';
  for await (const piece of textOf(source, encoding)) {
    start += piece;
    if (start.length > 20_000) break;
  }
  return start.slice(0, 20_000);
}

// The names may stand under a title, an empty line or Excel's `sep=`: of the first rows the one that names most.
async function findHead(source: Source, encoding: Encoding, delimiter: Delimiter): Promise<Row | undefined> {
  const rows: Row[] = [];
  for await (const batch of readRows(textOf(source, encoding), delimiter)) {
    rows.push(...batch.filter((row) => !isEmpty(row) && !/^"?sep=/i.test(row.raw)).slice(0, HEAD_ROWS));
    if (rows.length >= HEAD_ROWS) break;
  }
  const first = rows[0];
  if (!first) return undefined;
  return rows.slice(0, HEAD_ROWS).reduce((best, row) => (knownNames(row.cells) > knownNames(best.cells) ? row : best), first);
}

function isEmpty(row: Row): boolean {
  return row.trouble === undefined && row.cells.every((cell) => cell.trim() === '');
}

function entryOfRow(row: Row, table: Table, today: Day): Entry | Refusal {
  const at = { line: row.line, raw: keepable(row.raw) };
  if (row.trouble !== undefined) return { ...at, reason: row.trouble, emailKey: null };
  const extra = row.cells.slice(table.columns.length).some((cell) => cell.trim() !== '');
  if (extra)
    return {
      ...at,
      reason: `This row has ${row.cells.length} cells, and the first line names ${table.columns.length}.`,
      emailKey: null,
    };
  return entryFrom(valuesOf(row.cells, table), at, today);
}

function valuesOf(cells: string[], table: Table): Values {
  const values: Values = { emails: [], dates: [], custom: {} };
  const labels = new Map<number, string>();
  table.columns.forEach(({ name, field }, i) => {
    const text = cells[i]?.trim() ?? '';
    if (text === '' || field.is === 'ignored') return;
    const from = { column: name, text, order: table.orders[i] };
    if (field.is === 'email') values.emails.push(text);
    else if (field.is === 'date') values.dates.push({ ...from, kind: field.kind, label: field.label });
    else if (field.is === 'joined') values.joined ??= from;
    else if (field.is === 'custom') values.custom[field.key] = text;
    else if (field.is === 'event label') labels.set(field.n, text);
    else if (field.is === 'event value') values.dates.push({ ...from, ...dateNamed(labels.get(field.n) ?? 'other') });
    else if (field.is === 'mail wanted') values.mailWanted ??= text;
    else values[field.is] ??= text;
  });
  return values;
}
