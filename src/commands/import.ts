import type { Column } from '../customers/import/columns.ts';
import type { DateOrder } from '../customers/import/dates.ts';
import { importCustomers, type ImportReport } from '../customers/import/import.ts';
import { fileSource } from '../customers/import/source.ts';
import { businessNamed, withApp } from './run.ts';
import { checkFile, count, note, say, sayJson, startProgress, UsageTrouble } from './say.ts';

interface ImportOptions {
  business: string;
  basis: 'customer' | 'consent' | 'none';
  map: string[];
  dateOrder?: DateOrder;
  dryRun?: boolean;
  json?: boolean;
}

/** Brings customers in from a file. A question about the file or a whole column: nothing is written, exit code 1. */
export async function importFile(file: string, options: ImportOptions): Promise<void> {
  const map = readMap(options.map);
  await checkFile(file);
  const { basis, dateOrder, dryRun = false } = options;
  await withApp(
    async ({ db, now }, signal) => {
      const business = await businessNamed(db, options.business);
      const progress = startProgress(dryRun ? 'Trying' : 'Importing');
      const onProgress = ({ share, rows }: { share: number; rows: number }): void => progress.at(share, count(rows, 'row'));
      const onColumns = (columns: Column[]): void => {
        if (!options.json) note(columnsInWords(columns));
      };
      const wishes = { basis, map, dryRun, onProgress, onColumns, signal, ...(dateOrder === undefined ? {} : { dateOrder }) };
      const report = await importCustomers(db, business, fileSource(file), wishes, { by: 'fondly', now: now() });
      progress.end();
      if (options.json) sayJson(report);
      else tell(report, dryRun);
      if (asksFirst(report)) process.exitCode = 1;
    },
    { heedsSignal: true },
  );
}

function readMap(pairs: string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const at = pair.lastIndexOf('=');
    if (at < 1 || at === pair.length - 1) throw new UsageTrouble(`--map ${pair} must look like "Geburtstag=birthday".`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}

// A question without a line is about the file or a column: nothing was written before it is answered.
function asksFirst({ questions }: ImportReport): boolean {
  return questions.some(({ line }) => line === undefined);
}

function columnsInWords(columns: Column[]): string {
  const named = columns.map(
    ({ name, field }) => `${name} (${'kind' in field && typeof field.kind === 'string' ? field.kind : field.is})`,
  );
  return `Columns: ${named.join(', ')}`;
}

const MOST_LINES = 20;

function tell(report: ImportReport, dryRun: boolean): void {
  const { created, updated, unchanged, rejected, questions } = report;
  if (asksFirst(report)) {
    say('One thing first; nothing was written:');
  } else {
    const would = dryRun ? 'would be ' : '';
    say(
      `${count(created, 'customer')} ${would}new, ${updated} ${would}updated, ${unchanged} as they were, ${rejected.length} refused.`,
    );
  }
  const refusals = rejected.map(({ line, reason }) => `  line ${line}: ${reason}`);
  const asked = questions.map(({ line, column, question, samples }) => {
    const place = line === undefined ? (column === undefined ? '' : `column ${column}: `) : `line ${line}: `;
    return `  ${place}${question}${samples.length > 0 ? ` (${samples.slice(0, 3).join(', ')})` : ''}`;
  });
  say(...shortened(refusals), ...shortened(asked));
}

function shortened(lines: string[]): string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} more; --json lists them all`];
}
