import type { Day } from '../../calendar/day.ts';
import { dateNamed, type Field } from './column-names.ts';
import { type Column, knownNames, orderSaidBy, readColumns, type Trouble } from './columns.ts';
import { type Delimiter, delimiterOf, readRows, type Row } from './csv.ts';
import { judgeOrders, learnOrder, type OrderSeen } from './date-order.ts';
import type { DateOrder } from './dates.ts';
import { keepable } from './cell-text.ts';
import { type Entry, entryFrom, type Refusal, type Values } from './entry.ts';
import { type Encoding, type Source, textOf } from './source.ts';

/** Where a table's columns are, and in which order each writes its dates. `headLine` 0: it has no line of names. */
export interface TableShape {
  delimiter: Delimiter;
  headLine: number;
  columns: Column[];
  orders: (DateOrder | undefined)[];
}

/** What the first reading of a table found. */
export interface Table extends TableShape {
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
  const learners = columns.map(({ field }) => (isDay(field) ? learnOrder() : undefined));
  let rows = 0;
  for await (const batch of readRows(textOf(source, encoding), delimiter)) {
    for (const row of batch) {
      if (row.line <= (head?.line ?? 0)) continue;
      rows++;
      learners.forEach((learner, i) => {
        const value = row.cells[i]?.trim();
        if (value) learner?.see(value);
      });
    }
  }
  const { orders, open } = settleOrders(
    columns,
    learners.map((learner) => learner?.seen),
    options.dateOrder,
  );
  return { delimiter, headLine: head?.line ?? 0, columns, orders, troubles: [...troubles, ...open], rows };
}

/** The order of each column of dates, and what must be asked about it. `answer` is a person's, for all of them. */
function settleOrders(
  columns: Column[],
  seen: (OrderSeen | undefined)[],
  answer?: DateOrder,
): { orders: (DateOrder | undefined)[]; open: Trouble[] } {
  const days = columns.map(({ name }, i) => seen[i] && { name, said: orderSaidBy(name), seen: seen[i] });
  if (answer) return { orders: days.map((column) => column && answer), open: [] };
  const verdicts = judgeOrders(days);
  return {
    orders: verdicts.map((verdict) => (verdict && 'order' in verdict ? verdict.order : undefined)),
    open: verdicts.flatMap((verdict, i) =>
      verdict && 'question' in verdict ? [{ column: columns[i]?.name ?? '', ...verdict }] : [],
    ),
  };
}

/** Whether a column holds days. */
export function isDay({ is }: Field): boolean {
  return is === 'date' || is === 'event value' || is === 'joined';
}

/** The table's people and refused rows, a batch per piece of the file; empty rows are passed over. */
export async function* tableEntries(
  source: Source,
  encoding: Encoding,
  table: TableShape,
  today: Day,
  onBytes?: (read: number) => void,
): AsyncGenerator<(Entry | Refusal)[]> {
  for await (const batch of readRows(textOf(source, encoding, onBytes), table.delimiter)) {
    yield batch.flatMap((row) => (row.line <= table.headLine || isEmpty(row) ? [] : [entryOfRow(row, table, today)]));
  }
}

export async function startOf(source: Source, encoding: Encoding): Promise<string> {
  let start = '';
  for await (const piece of textOf(source, encoding)) {
    start += piece;
    if (start.length > 20_000) break;
  }
  return start.slice(0, 20_000);
}

// The names may stand under a title, an empty line or Excel's `sep=`: of the first rows the one that names most.
export async function findHead(source: Source, encoding: Encoding, delimiter: Delimiter): Promise<Row | undefined> {
  const rows: Row[] = [];
  for await (const batch of readRows(textOf(source, encoding), delimiter)) {
    rows.push(...batch.filter((row) => !isEmpty(row) && !/^"?sep=/i.test(row.raw)).slice(0, HEAD_ROWS));
    if (rows.length >= HEAD_ROWS) break;
  }
  const first = rows[0];
  if (!first) return undefined;
  return rows.slice(0, HEAD_ROWS).reduce((best, row) => (knownNames(row.cells) > knownNames(best.cells) ? row : best), first);
}

export function isEmpty(row: Row): boolean {
  return row.trouble === undefined && row.cells.every((cell) => cell.trim() === '');
}

function entryOfRow(row: Row, table: TableShape, today: Day): Entry | Refusal {
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

// An apostrophe that our own files, and careful programs, put before what a spreadsheet would take for a formula.
function plainCell(cell: string): string {
  const text = cell.trim();
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1).trim() : text;
}

function valuesOf(cells: string[], table: TableShape): Values {
  const values: Values = { emails: [], dates: [], custom: {} };
  const labels = new Map<number, string>();
  table.columns.forEach(({ name, field }, i) => {
    const text = plainCell(cells[i] ?? '');
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
