import type { Day } from '../database/schema.ts';
import type { NewDate } from './dates.ts';
import { dateNamed, fieldNamed } from './import/column-names.ts';
import { type DateOrder, isOpen, provenOrder, type Reading, readDate, settleDate, type YearlyDay } from './import/dates.ts';
import { isNameOfDay, meant, type Parts } from './one-line-parts.ts';

export interface DayContext {
  order: DateOrder;
  today: Day;
  country: string;
  doubts: { about: string; text: string }[];
}

/** `unread` are days that could not be: they go into the notes. */
export function readDays(days: Parts['days'], context: DayContext): { dates: NewDate[]; joinedOn?: Day; unread: string[] } {
  const dates: NewDate[] = [];
  const unread: string[] = [];
  let joinedOn: Day | undefined;
  for (const { text, name } of days) {
    const joined = name !== '' && fieldNamed(meant(name))?.is === 'joined';
    const first = !dates.some(({ kind }) => kind === 'birthday');
    const { kind, label } = name === '' ? { kind: first ? 'birthday' : 'anniversary', label: '' } : dateNamed(meant(name));
    const about = joined ? 'Customer since' : dayName({ kind, label });
    const day = readDay(text, joined ? 'joined' : kind === 'birthday' ? 'birthday' : 'date', { ...context, about });
    if (name === '' && !first)
      context.doubts.push({ about, text: `Which day is ${text.trim()}? It was taken for an anniversary.` });
    if (name !== '' && !isNameOfDay(name))
      context.doubts.push({ about, text: `Is "${name}" a day of its own, with its own occasion?` });
    const taken = dates.some((date) => date.kind === kind && (date.label ?? '') === label);
    if (!day || taken) unread.push([name, text.trim()].filter(Boolean).join(' '));
    else if (joined && day.year !== null) joinedOn = isoOf({ ...day, year: day.year });
    else dates.push({ kind, ...(label ? { label } : {}), month: day.month, day: day.day, year: day.year });
  }
  return { dates, unread, ...(joinedOn ? { joinedOn } : {}) };
}

type About = DayContext & { about: string };

function readDay(text: string, role: 'birthday' | 'date' | 'joined', context: About): YearlyDay | undefined {
  const { order, today, doubts, about, country } = context;
  const whole = withWholeYear(text.trim(), role, today);
  if (whole.asked) doubts.push({ about, text: `Which year is meant in ${text.trim()}? The day was taken without a year.` });
  const reading: Reading = readDate(whole.text);
  const settled = settleDate(reading, provenOrder(reading) ?? order, role, today);
  if ('why' in settled || settled.date === null) {
    doubts.push({ about, text: `${text.trim()}: ${'why' in settled ? settled.why : 'This is no day.'} It was left out.` });
    return undefined;
  }
  // With full stops the day comes first wherever days are written first.
  const sure = order === 'dmy' && /^\d+\s?\./.test(text.trim());
  if (isOpen(reading) && !sure)
    doubts.push({
      about,
      text: `Is ${text.trim()} ${asDay(settled.date, country)} or ${asDay(swapped(settled.date), country)}?`,
    });
  return settled.date;
}

/** 14.3.80 was 1980, because 2080 is to come. Where either century may be meant, the year is left out and asked. */
function withWholeYear(text: string, role: string, today: Day): { text: string; asked: boolean } {
  const match = /^(\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?)(\d{2})\.?$/.exec(text);
  if (!match?.[1] || !match[2]) return { text, asked: false };
  const thisYear = Number(today.slice(0, 4));
  const recent = 2000 + Number(match[2]);
  if (recent > thisYear) return { text: `${match[1]}${recent - 100}`, asked: false };
  // Few customers are children, and fewer are over a hundred.
  const sure = role !== 'birthday' || recent <= thisYear - 16;
  return sure ? { text: `${match[1]}${recent}`, asked: false } : { text: match[1].replace(/\s?[./-]\s?$/, ''), asked: true };
}

function swapped({ month, day, year }: YearlyDay): YearlyDay {
  return { month: day, day: month, year };
}

/** What a yearly day is called on members' pages: 'Birthday', 'Wedding anniversary', 'Name day'. */
export function dayName({ kind, label = '' }: { kind: string; label?: string }): string {
  const plain = label ? (kind === 'anniversary' ? `${label} anniversary` : `${kind} (${label})`) : kind;
  const words = plain.replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The order in which a country writes day and month; 'dmy' where it is not known. */
export function orderOf(country: string): DateOrder {
  const parts = formatIn(country, { day: 'numeric', month: 'numeric' }).formatToParts(0);
  const [first] = parts.filter(({ type }) => type === 'day' || type === 'month');
  return first?.type === 'month' ? 'mdy' : 'dmy';
}

/** '14 March 1980' as the country writes it, in English. */
export function asDay({ month, day, year }: YearlyDay, country: string): string {
  const at = new Date(0);
  at.setUTCFullYear(year ?? 2000, month - 1, day);
  return formatIn(country, { day: 'numeric', month: 'long', ...(year === null ? {} : { year: 'numeric' }) }).format(at);
}

function formatIn(country: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = /^[A-Z]{2}$/.test(country) ? `en-${country}` : 'en-GB';
  return new Intl.DateTimeFormat(locale, { ...how, calendar: 'gregory', timeZone: 'UTC' });
}

function isoOf({ year, month: m, day }: { year: number; month: number; day: number }): Day {
  return `${String(year).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
