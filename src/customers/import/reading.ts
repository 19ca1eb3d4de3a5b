import type { Day } from '../../calendar/day.ts';
import { cardEntries } from './address-cards.ts';
import type { DateOrder } from './dates.ts';
import type { Entry, Refusal } from './entry.ts';
import type { Inspection, Source } from './source.ts';
import { tableEntries, type TableShape } from './table.ts';

/** What a file's rows are read with. `table` is there for a CSV. */
export interface Reading {
  source: Source;
  inspection: Pick<Inspection, 'encoding' | 'bytes'>;
  table?: TableShape | undefined;
  dateOrder?: DateOrder | undefined;
  today: Day;
}

export type Row = Entry | Refusal;

// More would be no quicker, and hold more memory and locks at once.
export const BATCH = 250;

/** A file's rows in batches; `share` is how much of the file is read by then, 0 to 1. Rows up to and including `skipTo` are passed over. */
export async function* readBatches(reading: Reading, skipTo = 0): AsyncGenerator<{ rows: Row[]; share: number }> {
  let read = 0;
  let waiting: Row[] = [];
  for await (const rows of rowsOf(reading, (bytes) => void (read = bytes))) {
    waiting.push(...(skipTo === 0 ? rows : rows.filter(({ line }) => line > skipTo)));
    while (waiting.length >= BATCH) {
      yield { rows: waiting.slice(0, BATCH), share: read / reading.inspection.bytes };
      waiting = waiting.slice(BATCH);
    }
  }
  if (waiting.length > 0) yield { rows: waiting, share: 1 };
}

function rowsOf({ source, inspection, table, dateOrder, today }: Reading, onBytes: (read: number) => void): AsyncIterable<Row[]> {
  if (table) return tableEntries(source, inspection.encoding, table, today, onBytes);
  return cardEntries(source, inspection.encoding, { today, dateOrder }, onBytes);
}
