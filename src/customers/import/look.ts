import { knownNames } from './columns.ts';
import { type Delimiter, delimiterOf, readRows } from './csv.ts';
import { sample } from './cell-text.ts';
import { learnOrder, type OrderLearner, type OrderSeen } from './date-order.ts';
import { type Inspection, type Source, textOf } from './source.ts';
import { findHead, isEmpty, startOf } from './table.ts';
import { readCards } from './vcard.ts';

/** What one look at a whole file tells, before anybody says what its columns hold. */
export interface Look {
  /** People to come in, about: rows or cards. */
  rows: number;
  delimiter: Delimiter;
  headLine: number;
  /** The cells of the line that names the columns. */
  names: string[];
  /** That line looks like a customer already. */
  headless: boolean;
  columns: ColumnLook[];
}

export interface ColumnLook {
  /** Five different values at most. */
  samples: string[];
  filled: number;
  emails: number;
  /** Values that can be read as a day. */
  days: number;
  seen: OrderSeen;
}

const SAMPLES = 5;
/** A column none of whose first values is a day holds none. */
const TRIED_AS_DAYS = 200;

/** Reads the whole file once, and keeps of it only what a page shows. */
export async function lookAt(source: Source, inspection: Inspection, onBytes?: (read: number) => void): Promise<Look> {
  return inspection.kind === 'vcard' ? lookAtCards(source, inspection, onBytes) : lookAtTable(source, inspection, onBytes);
}

async function lookAtTable(source: Source, { encoding }: Inspection, onBytes?: (read: number) => void): Promise<Look> {
  const delimiter = delimiterOf(await startOf(source, encoding));
  const head = await findHead(source, encoding, delimiter);
  const names = (head?.cells ?? []).slice(0, MOST_COLUMNS).map((name) => sample(name));
  const learners = names.map(() => columnLearner());
  let rows = 0;
  for await (const batch of readRows(textOf(source, encoding, onBytes), delimiter)) {
    for (const row of batch) {
      if (row.line <= (head?.line ?? 0) || isEmpty(row)) continue;
      rows++;
      learners.forEach((learner, i) => learner.see(row.cells[i]?.trim() ?? ''));
    }
  }
  const headless = knownNames(names) === 0 && names.some((name) => isEmail(name) || isDay(name));
  return { rows, delimiter, headLine: head?.line ?? 0, names, headless, columns: learners.map(({ column }) => column) };
}

async function lookAtCards(source: Source, { encoding }: Inspection, onBytes?: (read: number) => void): Promise<Look> {
  const [name, email, birthday] = [columnLearner(), columnLearner(), columnLearner()];
  let rows = 0;
  for await (const cards of readCards(textOf(source, encoding, onBytes))) {
    for (const { properties } of cards) {
      rows++;
      const valueOf = (wanted: string): string => properties.find((property) => property.name === wanted)?.value.trim() ?? '';
      name.see(valueOf('FN') || valueOf('N').replaceAll(';', ' ').trim());
      email.see(valueOf('EMAIL'));
      birthday.see(valueOf('BDAY'));
    }
  }
  const columns = [name, email, birthday].map(({ column }) => column);
  return { rows, delimiter: ',', headLine: 0, names: ['Name', 'E-mail', 'Birthday'], headless: false, columns };
}

const MOST_COLUMNS = 1_001;

interface ColumnLearner {
  column: ColumnLook;
  see(value: string): void;
}

function columnLearner(): ColumnLearner {
  const order: OrderLearner = learnOrder();
  const column: ColumnLook = { samples: [], filled: 0, emails: 0, days: 0, seen: order.seen };
  return {
    column,
    see(value) {
      if (value === '') return;
      column.filled++;
      if (column.samples.length < SAMPLES) keepSample(column.samples, value);
      if (isEmail(value)) column.emails++;
      else if ((column.days > 0 || column.filled <= TRIED_AS_DAYS) && isReadable(order.see(value))) column.days++;
    },
  };
}

function keepSample(samples: string[], value: string): void {
  const short = sample(value);
  if (!samples.includes(short)) samples.push(short);
}

function isEmail(text: string): boolean {
  return text.length < 400 && /^(?:[^<>@]*<)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>;,]+>?(?:$| ::: |[;,])/.test(text);
}

function isDay(text: string): boolean {
  return isReadable(learnOrder().see(text));
}

function isReadable({ says }: ReturnType<OrderLearner['see']>): boolean {
  return says === 'day' || says === 'either';
}
