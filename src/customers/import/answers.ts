import { type Column, fieldWished, knownNames, readColumns, type Trouble } from './columns.ts';
import { type Field, slug } from './column-names.ts';
import type { DateOrder } from './dates.ts';
import { judgeOrders, type Verdict } from './date-order.ts';
import { orderSaidBy } from './columns.ts';
import type { ColumnLook, Look } from './look.ts';
import { isDay, type TableShape } from './table.ts';

/** What a member said about a file. Columns by their place, the first being 0. */
export interface Answers {
  fields?: Record<number, string>;
  orders?: Record<number, DateOrder>;
  /** The first line is a customer, and names no columns. */
  headless?: boolean;
  basis?: Basis;
}

export type Basis = 'customer' | 'consent' | 'none';

/** A column as it is understood: what it is called, what it holds, and what is to be asked about it. */
export interface UnderstoodColumn extends ColumnLook {
  name: string;
  field: Field;
  /** The field as `fieldWished` takes it. */
  choice: string;
  order?: Verdict;
  /** Nobody knows the name, and yet the values look like this. */
  hint?: 'days';
}

export interface Understood {
  columns: UnderstoodColumn[];
  shape: TableShape;
  /** What must be answered before anything comes in. */
  open: Trouble[];
}

/** How a table is read, by what was seen of it and what was said about it. */
export function understand(look: Look, answers: Answers): Understood {
  const headless = answers.headless ?? look.headless;
  const names = headless ? look.names.map((_, i) => `Column ${i + 1}`) : look.names;
  const looks = look.columns.map((column, i) => (headless ? withFirst(column, look.names[i] ?? '') : column));
  const { columns, troubles } = readColumns(names, {}, wishes(names, looks, answers));
  const orders = ordersOf(columns, looks, answers);
  const shape = {
    delimiter: look.delimiter,
    headLine: headless ? 0 : look.headLine,
    columns,
    orders: orders.map((verdict) => (verdict && 'order' in verdict ? verdict.order : undefined)),
  };
  const open = orders.flatMap((verdict, i) => (verdict && 'question' in verdict ? [{ column: names[i] ?? '', ...verdict }] : []));
  return { columns: columns.map((column, i) => understood(column, looks[i], orders[i])), shape, open: [...troubles, ...open] };
}

/** Nobody says of a file without a known name, address or day what it is: it may have no line of names at all. */
export function namesNothing(look: Look): boolean {
  return knownNames(look.names) === 0;
}

/** A field as a choice says it: `given`, `birthday`, `date:anniversary/wedding`, `custom`, `ignore`. */
function choiceOf(field: Field): string {
  if (field.is === 'ignored') return 'ignore';
  if (field.is === 'event label' || field.is === 'event value') return 'event';
  if (field.is !== 'date') return field.is;
  const { kind, label } = field;
  if (label === '' && (kind === 'birthday' || kind === 'anniversary')) return kind;
  return `date:${slug(kind)}${label && `/${label}`}`;
}

/** Whether there is such a choice for a column of this name. */
export function isChoice(choice: string, column: string): boolean {
  return choice === 'event' || fieldWished(choice, column) !== undefined;
}

function withFirst(column: ColumnLook, first: string): ColumnLook {
  if (first.trim() === '') return column;
  return { ...column, filled: column.filled + 1, samples: [...new Set([first, ...column.samples])].slice(0, 5) };
}

// What the member chose; else, where no name is known, what nearly all the values are.
function wishes(names: string[], looks: ColumnLook[], { fields = {} }: Answers): (string | undefined)[] {
  const hasEmail = readColumns(names).columns.some(({ field }) => field.is === 'email');
  return looks.map(({ emails, filled }, i) => {
    const chosen = fields[i];
    if (chosen !== undefined && chosen !== 'event' && isChoice(chosen, names[i] ?? '')) return chosen;
    return !hasEmail && filled > 0 && emails >= filled * 0.8 ? 'email' : undefined;
  });
}

function ordersOf(columns: Column[], looks: ColumnLook[], { orders = {} }: Answers): (Verdict | undefined)[] {
  const days = columns.map(({ name, field }, i) => {
    const seen = looks[i]?.seen;
    return seen && isDay(field) ? { name, said: orderSaidBy(name), seen } : undefined;
  });
  // An answer about one column settles the others too, as a value that proves it would.
  const answered = days.map(
    (column, i) => column && orders[i] && { ...column, said: orders[i], seen: { dmy: [], mdy: [], open: [] } },
  );
  return judgeOrders(days.map((column, i) => answered[i] ?? column));
}

function understood({ name, field }: Column, look: ColumnLook | undefined, order: Verdict | undefined): UnderstoodColumn {
  const seen = look ?? { samples: [], filled: 0, emails: 0, days: 0, seen: { dmy: [], mdy: [], open: [] } };
  const looksLikeDays = field.is === 'custom' && seen.filled > 0 && seen.days >= seen.filled * 0.8;
  return {
    ...seen,
    name,
    field,
    choice: choiceOf(field),
    ...(order && { order }),
    ...(looksLikeDays && { hint: 'days' as const }),
  };
}
