import { v7 } from 'uuid';
import { keepChange } from '../businesses/change.ts';
import { type Actor, type Db, type Outcome, refused } from '../businesses/commit.ts';
import { isLeapYear } from '../calendar/day.ts';
import { isMonthDay } from '../calendar/occurrence.ts';
import { onCustomer, touchCustomers } from './lock.ts';

export interface NewDate {
  /** 'birthday', 'anniversary', or a kind of the shop's own in small letters and '-'. */
  kind: string;
  /** Tells several of one kind apart, such as 'wedding'; '' unless said. */
  label?: string;
  month: number;
  day: number;
  year?: number | null;
  /** Where it comes from; 'by hand' unless said. */
  source?: string;
}

/** Where a date comes from that the customer told us themselves: on their own page, or as they signed up. */
const OWN_WORDS: readonly string[] = ['customer', 'sign-up form'];

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
const OLDEST_YEAR = 1850;
const LONGEST_LABEL = 100;

/** Sets a customer's yearly date: a new one, or the one of that kind and label anew. */
export async function setDate(
  db: Db,
  businessId: string,
  customerId: string,
  date: NewDate,
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  const read = readDate(date, actor.now);
  if (typeof read === 'string') return refused(read);
  return onCustomer(db, businessId, customerId, async (trx, { customer }) => {
    const before = await findDate(trx, businessId, customer.id, read);
    if (before && before.month === read.month && before.day === read.day && before.year === read.year) {
      return { ok: true, changed: false };
    }
    await putDate(trx, businessId, customer.id, date, actor);
    await touchCustomers(trx, businessId, [customer.id], actor);
    await keepChange(trx, { businessId, customerId: customer.id, what: 'date set', before, after: read }, actor);
    return { ok: true, changed: true };
  });
}

export async function removeDate(
  db: Db,
  businessId: string,
  customerId: string,
  { kind, label = '' }: { kind: string; label?: string },
  actor: Actor,
): Promise<Outcome<{ changed: boolean }>> {
  return onCustomer(db, businessId, customerId, async (trx, { customer }) => {
    const before = await findDate(trx, businessId, customer.id, { kind, label });
    if (!before) return { ok: true, changed: false };
    await trx.deleteFrom('date').where('business_id', '=', businessId).where('id', '=', before.id).execute();
    await touchCustomers(trx, businessId, [customer.id], actor);
    await keepChange(trx, { businessId, customerId: customer.id, what: 'date removed', before }, actor);
    return { ok: true, changed: true };
  });
}

/**
 * Of two who are one person, the other's days that are better than the kept one's, as 'date:birthday/': the customer told them, and the kept one's
 * come from a file or a member. The same day without its year is no better.
 */
export function toldByOther(keep: readonly SourcedDate[], other: readonly SourcedDate[]): Set<string> {
  const better = other.filter((theirs) => {
    const own = keep.find(({ kind, label }) => kind === theirs.kind && label === theirs.label);
    if (!own || OWN_WORDS.includes(own.source) || !OWN_WORDS.includes(theirs.source)) return false;
    return own.month !== theirs.month || own.day !== theirs.day || theirs.year !== null;
  });
  return new Set(better.map(({ kind, label }) => `date:${kind}/${label}`));
}

type SourcedDate = Required<NewDate>;

type ReadDate = Required<NewDate> & { year: number | null };

/** The date with its gaps filled, or what is wrong with it in a sentence. */
export function readDate(date: NewDate, now: Date): ReadDate | string {
  const { kind, label = '', month, day, year = null, source = 'by hand' } = date;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(kind)) return 'A kind of date is named in small letters, digits and "-", at most 63.';
  if (label.length > LONGEST_LABEL) return `The label is longer than ${LONGEST_LABEL} letters. Make it shorter.`;
  if (!isMonthDay({ month, day })) return noSuchDay(month, day);
  const latest = now.getUTCFullYear() + 1;
  if (year !== null && !(Number.isInteger(year) && year >= OLDEST_YEAR && year <= latest)) {
    return `The year ${year} cannot be right. Leave it out if you do not know it.`;
  }
  if (year !== null && month === 2 && day === 29 && !isLeapYear(year)) return `There was no 29 February in ${year}.`;
  if (kind === 'birthday' && isAhead({ month, day, year }, now)) return 'This birthday lies in the future. Check the year.';
  return { kind, label: label.trim(), month, day, year, source };
}

function noSuchDay(month: number, day: number): string {
  if (!isMonthDay({ month, day: 1 })) return 'The month is a number from 1 to 12.';
  return `${MONTH.format(Date.UTC(2000, month - 1))} has no day ${day}.`;
}

/** Writes one that `readDate` took, over the one of the same kind and label. The caller holds the customer. */
export async function putDate(trx: Db, businessId: string, customerId: string, date: NewDate, actor: Actor): Promise<void> {
  const { kind, month, day } = date;
  const own = { month, day, year: date.year ?? null, source: date.source ?? 'by hand' };
  const importId = actor.by.startsWith('import:') ? actor.by.slice('import:'.length) : null;
  const row = { business_id: businessId, customer_id: customerId, kind, label: date.label?.trim() ?? '', import_id: importId };
  await trx
    .insertInto('date')
    .values({ ...row, ...own, id: v7() })
    .onConflict((conflict) => conflict.columns(['business_id', 'customer_id', 'kind', 'label']).doUpdateSet(own))
    .execute();
}

// A day's grace for who is ahead of UTC.
function isAhead({ month, day, year }: { month: number; day: number; year: number | null }, now: Date): boolean {
  return year !== null && Date.UTC(year, month - 1, day) > now.getTime() + 86_400_000;
}

async function findDate(trx: Db, businessId: string, customerId: string, { kind, label }: { kind: string; label: string }) {
  return trx
    .selectFrom('date')
    .select(['id', 'kind', 'label', 'month', 'day', 'year', 'source'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .where('kind', '=', kind)
    .where('label', '=', label)
    .executeTakeFirst();
}
