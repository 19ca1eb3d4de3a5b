import type { ListedRun } from '../../../customers/import/report.ts';
import type { ImportRun } from '../../../customers/import/runs.ts';
import type { DateOrder } from '../../../customers/import/dates.ts';
import { readDate, settleDate } from '../../../customers/import/dates.ts';
import { pill } from '../../parts.ts';
import { dayText } from '../../days.ts';

const numbers = new Intl.NumberFormat('en-GB');

export function number(value: number): string {
  return numbers.format(value);
}

/** `1 customer`, `1,204 customers`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function fileName(run: Pick<ImportRun, 'file_name' | 'state'>): string {
  return run.file_name ?? (run.state === 'elsewhere' ? 'From the command line' : 'A file');
}

/** Whoever began it, by name. */
export function who(by: string | null, names: Map<string, string>): string {
  if (by === null) return 'somebody';
  return names.get(by.replace(/^member:/, '')) ?? (by.startsWith('member:') ? 'a former member' : 'the command line');
}

const states: Record<ImportRun['state'], [words: string, tone: 'good' | 'warn' | 'bad' | 'calm']> = {
  looking: ['Being read', 'calm'],
  asking: ['Waits for you', 'warn'],
  trying: ['Being tried', 'calm'],
  tried: ['Waits for you', 'warn'],
  running: ['Coming in', 'calm'],
  paused: ['Paused', 'warn'],
  done: ['Done', 'good'],
  cancelled: ['Stopped', 'calm'],
  failed: ['Failed', 'bad'],
  undoing: ['Being taken back', 'calm'],
  undone: ['Taken back', 'calm'],
  elsewhere: ['Not finished', 'warn'],
};

export function statePill({ state }: Pick<ImportRun, 'state'>) {
  const [words, tone] = states[state];
  return pill(words, tone);
}

/** What became of a file, in one line. */
export function outcome(run: ListedRun): string {
  if (run.state === 'undone')
    return `${count(run.removed, 'customer')} taken out again, ${number(run.restored)} put back as they were, ${number(run.left_alone)} left alone`;
  if (['looking', 'asking', 'trying', 'tried'].includes(run.state))
    return run.rows === null ? 'Nothing has come in yet' : `About ${count(run.rows, 'row')}; nothing has come in yet`;
  return `${number(run.created)} new, ${number(run.updated)} changed, ${number(run.unchanged)} as they were, ${number(run.rejected)} refused`;
}

/** '1980-03-14' and '--03-14' as days: 14 March 1980, 14 March. */
export function dayWords(text: string, country: string): string {
  const [, year, month, day] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (month === undefined || day === undefined) return text;
  const yearly = dayText({ month: Number(month), day: Number(day) }, 'en', country);
  return year === '-' ? yearly : `${yearly} ${year}`;
}

/** What a date of the file means under an order, in words; undefined when it means none. */
export function meant(sample: string, order: DateOrder, today: string): string | undefined {
  const settled = settleDate(readDate(sample), order, 'date', today);
  if (!('date' in settled) || settled.date === null) return undefined;
  const { month, day, year } = settled.date;
  // Said as each order says it, so that nobody has to think which is which.
  const text = dayText({ month, day }, 'en', order === 'mdy' ? 'US' : 'GB');
  return year === null ? text : order === 'mdy' ? `${text}, ${year}` : `${text} ${year}`;
}

const fields: Record<string, string> = {
  given_name: 'First name',
  family_name: 'Family name',
  email: 'E-mail',
  phone: 'Phone',
  language: 'Language',
  zone: 'Time zone',
  reference: 'Number',
  notes: 'Notes',
  joined_on: 'Customer since',
  custom: 'Own fields',
};

/** A field as a dry run names it. */
export function fieldName(field: string): string {
  const [kind = '', label = ''] = field.split('/');
  return fields[field] ?? capital((label || kind).replaceAll('-', ' '));
}

export function valueWords(value: unknown, country: string): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'object')
    return (
      Object.entries(value)
        .map(([name, text]) => `${name}: ${String(text)}`)
        .join(', ') || '–'
    );
  return dayWords(typeof value === 'string' ? value : JSON.stringify(value), country);
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** About how long, as people say it. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 5) return 'a moment';
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} seconds`;
  return `about ${count(Math.round(seconds / 60), 'minute')}`;
}
