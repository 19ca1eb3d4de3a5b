import { type Actor, type Db, inOneCommit, type Outcome, refused } from '../businesses/commit.ts';
import { dayFromParts, parseDay } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { changeCustomer } from '../customers/customer.ts';
import { removeDate, setDate } from '../customers/dates.ts';
import { addStop, liftStop, listStops, type Stop } from '../customers/stops.ts';
import type { Day } from '../database/schema.ts';
import { findPreferences, type PreferenceTarget, type Preferences } from './preferences.ts';
import { unsubscribe } from './unsubscribe.ts';

/** One thing that a customer chooses on their page. */
export type Choice =
  /** Of the `shown` occasions (slugs) they want these, and not the others. */
  | { what: 'occasions'; shown: readonly string[]; wanted: readonly string[] }
  | { what: 'language'; language: string }
  /** Without a year, the one that is known stays. */
  | { what: 'day'; kind: string; label: string; month: number; day: number; year?: number }
  | { what: 'not mine'; kind: string; label: string }
  | { what: 'pause' | 'resume' | 'stop' | 'died' };

const PAUSE_MONTHS = 3;

/**
 * Does what the customer chose, at once and in one commit: a stop holds from then on, also for what is planned already. Refused when
 * there is no such customer, when the person has died, and (but for the sad news) when everything was stopped: only a new sign-up starts again.
 */
export async function choose(db: Db, target: PreferenceTarget, choice: Choice, now: Date): Promise<Outcome> {
  return inOneCommit(db, async (trx) => {
    const preferences = await findPreferences(trx, target, now);
    if (!preferences || preferences.state === 'deceased') return refused('There is nobody to choose for.');
    if (preferences.state === 'stopped' && choice.what !== 'died' && choice.what !== 'stop') {
      return refused('Everything was stopped.');
    }
    return apply(trx, target, preferences, choice, { by: 'customer', now });
  });
}

async function apply(
  trx: Db,
  target: PreferenceTarget,
  preferences: Preferences,
  choice: Choice,
  actor: Actor,
): Promise<Outcome> {
  const { businessId, customerId } = preferences;
  switch (choice.what) {
    case 'occasions':
      return chooseOccasions(trx, preferences, choice, actor);
    case 'language':
      return changeCustomer(trx, businessId, customerId, { language: choice.language }, actor);
    case 'day':
      return chooseDay(trx, preferences, choice, actor);
    case 'not mine':
      return declineDay(trx, preferences, choice, actor);
    case 'pause':
      return pause(trx, preferences, actor);
    case 'resume':
      return lift(trx, preferences, ({ kind }) => kind === 'paused', actor);
    case 'stop':
      return (await unsubscribe(trx, target, actor.now)) ? { ok: true } : refused('There is nobody to stop for.');
    case 'died':
      return addStop(trx, businessId, { kind: 'deceased', customerId }, actor);
  }
}

async function chooseOccasions(
  trx: Db,
  preferences: Preferences,
  { shown, wanted }: Choice & { what: 'occasions' },
  actor: Actor,
): Promise<Outcome> {
  const { businessId, customerId } = preferences;
  for (const { id, slug } of preferences.occasions.filter((occasion) => shown.includes(occasion.slug))) {
    const done = wanted.includes(slug)
      ? await lift(trx, preferences, (stop) => stop.kind === 'occasion' && stop.occasion_id === id, actor)
      : await addStop(trx, businessId, { kind: 'occasion', occasionId: id, customerId }, actor);
    if (!done.ok) return done;
  }
  return { ok: true };
}

async function lift(
  trx: Db,
  { businessId, customerId }: Preferences,
  meant: (stop: Stop) => boolean,
  actor: Actor,
): Promise<Outcome> {
  for (const stop of (await listStops(trx, businessId, customerId)).filter(meant)) {
    const done = await liftStop(trx, businessId, stop.id, actor, customerId);
    if (!done.ok) return done;
  }
  return { ok: true };
}

async function chooseDay(
  trx: Db,
  preferences: Preferences,
  { kind, label, month, day, year }: Choice & { what: 'day' },
  actor: Actor,
): Promise<Outcome> {
  const { businessId, customerId } = preferences;
  const date = { kind, label, month, day, source: 'customer' };
  const known = year ?? (await knownYear(trx, preferences, { kind, label }));
  const kept = await setDate(trx, businessId, customerId, { ...date, year: known }, actor);
  // 29 February, in a year that had none: the day is what they said just now.
  const set = kept.ok || year !== undefined ? kept : await setDate(trx, businessId, customerId, date, actor);
  return set.ok ? lift(trx, preferences, (stop) => stop.kind === 'date' && stop.date_kind === kind, actor) : set;
}

async function knownYear(
  trx: Db,
  { businessId, customerId }: Preferences,
  { kind, label }: { kind: string; label: string },
): Promise<number | null> {
  const query = trx.selectFrom('date').select('year').where('business_id', '=', businessId).where('customer_id', '=', customerId);
  return (await query.where('kind', '=', kind).where('label', '=', label).executeTakeFirst())?.year ?? null;
}

/** The day goes, and a stop keeps an import or a member from bringing it back; but not where another day of this kind is theirs. */
async function declineDay(
  trx: Db,
  { businessId, customerId, dates }: Preferences,
  { kind, label }: { kind: string; label: string },
  actor: Actor,
): Promise<Outcome> {
  if (!dates.some((date) => date.kind === kind && date.label === label)) return { ok: true };
  const removed = await removeDate(trx, businessId, customerId, { kind, label }, actor);
  const others = dates.some((date) => date.kind === kind && date.label !== label);
  return removed.ok && !others ? addStop(trx, businessId, { kind: 'date', dateKind: kind, customerId }, actor) : removed;
}

async function pause(trx: Db, { businessId, customerId }: Preferences, actor: Actor): Promise<Outcome> {
  const { zone } = await trx.selectFrom('business').select('zone').where('id', '=', businessId).executeTakeFirstOrThrow();
  const until = monthsAfter(localDayOf(actor.now, zone), PAUSE_MONTHS);
  return addStop(trx, businessId, { kind: 'paused', until, customerId }, actor);
}

/** The same day of a later month; where that month has none, the first of the next. */
function monthsAfter(day: Day, months: number): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const index = year * 12 + month - 1 + months;
  const target = dayFromParts(Math.floor(index / 12), (index % 12) + 1, 1);
  const same = `${target.slice(0, 8)}${String(date).padStart(2, '0')}`;
  return parseDay(same) ?? dayFromParts(Math.floor((index + 1) / 12), ((index + 1) % 12) + 1, 1);
}
