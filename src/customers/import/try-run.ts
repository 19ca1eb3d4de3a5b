import type { Db } from '../../businesses/commit.ts';
import type { Sorted } from './sort-out.ts';
import type { Row } from './reading.ts';
import { tryRows, type TrialOf } from './trial.ts';
import type { Write } from './write-people.ts';

/** What an import would do: numbers for all of it, and the first rows of each kind. */
export interface TrialReport {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  stopped: number;
  questions: number;
  /** Names as the file has them, with what else it says of them. */
  new: { line: number; name: string; says: string[] }[];
  changed: { line: number; name: string; fields: ChangedField[] }[];
  refused: { line: number; reason: string; raw: string }[];
  asked: { line: number; name: string; question: string; samples: string[] }[];
}

export interface ChangedField {
  /** As the table names it: 'phone', 'birthday/', 'custom'. */
  field: string;
  before: unknown;
  after: unknown;
}

const SHOWN = 20;

/** Tries a file's rows, and keeps what a page shows of it. `onShare` hears how far it is, 0 to 1. */
export async function tryImportRows(
  db: Db,
  batches: AsyncIterable<{ rows: Row[]; share: number }>,
  of: TrialOf,
  onShare: (share: number) => Promise<void>,
): Promise<TrialReport> {
  const report: TrialReport = { ...blank, new: [], changed: [], refused: [], asked: [] };
  await tryRows(db, batches, of, async ({ sorted, rows, share }) => {
    count(report, sorted, rows);
    show(report, sorted);
    await onShare(share);
  });
  return report;
}

const blank = { rows: 0, created: 0, updated: 0, unchanged: 0, rejected: 0, stopped: 0, questions: 0 };

function count(report: TrialReport, { tally, stops }: Sorted, rows: Row[]): void {
  report.rows += rows.length;
  report.created += tally.created;
  report.updated += tally.updated;
  report.unchanged += tally.unchanged;
  report.rejected += tally.rejected.length;
  report.stopped += stops.length;
  report.questions += tally.questions.length;
}

function show(report: TrialReport, { writes, refusals, asked, spoken }: Sorted): void {
  for (const write of writes.values()) {
    if (write.known.isNew) push(report.new, () => newOne(write));
    else push(report.changed, () => changedOne(write));
  }
  for (const { line, reason, raw } of refusals) push(report.refused, () => ({ line, reason, raw: raw.slice(0, 300) }));
  if (report.asked.length === SHOWN) return;
  const people = new Map([...spoken].map(({ id, fields }) => [id, nameOf(fields)]));
  for (const { line = 0, customerId, question, samples } of asked)
    push(report.asked, () => ({ line, name: people.get(customerId) ?? '', question, samples }));
}

function push<T>(list: T[], make: () => T): void {
  if (list.length < SHOWN) list.push(make());
}

function newOne({ known: { line = 0, fields }, dates }: Write): TrialReport['new'][number] {
  const days = [...dates.values()].map(({ kind, label, month, day, year }) => `${label || kind}: ${dayOf({ month, day, year })}`);
  const says = [fields.email, fields.phone, ...days].filter((text) => text !== null && text !== '') as string[];
  return { line, name: nameOf(fields), says };
}

function changedOne({ known, before, after }: Write): TrialReport['changed'][number] {
  const fields = Object.keys(after).map((field) => ({ field, before: shown(before[field]), after: shown(after[field]) }));
  return { line: known.line ?? 0, name: nameOf(known.fields), fields };
}

function nameOf({ given_name, family_name, email }: Write['known']['fields']): string {
  return [given_name, family_name].filter((part) => part !== null).join(' ') || (email ?? '');
}

function shown(value: unknown): unknown {
  const day = value as { month?: number; day?: number; year?: number | null } | null | undefined;
  if (day && typeof day === 'object' && day.month !== undefined && day.day !== undefined)
    return dayOf({ month: day.month, day: day.day, year: day.year ?? null });
  return value ?? null;
}

/** '1980-03-14', or '--03-14' when nobody knows the year. */
function dayOf({ month, day, year }: { month: number; day: number; year: number | null }): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${year === null ? '-' : String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}
