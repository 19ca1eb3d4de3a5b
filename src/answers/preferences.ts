import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { daysBetween } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { listStops, type Stop } from '../customers/stops.ts';
import type { Day } from '../database/schema.ts';
import type { LinkTarget } from '../links/token.ts';
import { listOccasions, type Occasion } from '../occasions/occasion.ts';

export type PreferenceTarget = Pick<LinkTarget, 'business' | 'touchpoint'>;

/** What a customer may choose, and what they chose so far. */
export interface Preferences {
  businessId: string;
  /** Whom the card's customer is now, after a merge. */
  customerId: string;
  shop: string;
  /** Its short name, in the address of its sign-up form. */
  slug: string;
  country: string;
  /** The customer's and the shop's, in the order in which they are wanted. */
  languages: (string | null)[];
  /** 'stopped': nothing is sent to them or to their address at their own wish. */
  state: 'open' | 'stopped' | 'deceased';
  /** Nothing is sent before this day. */
  pausedUntil?: Day;
  /** Those that can reach them; `focus` is the one whose card brought them here. */
  occasions: { id: string; slug: string; name: string; wanted: boolean; focus: boolean }[];
  dates: KnownDate[];
}

/** Without its year: a card may be passed on, and its reader then learns nobody's age here. */
export interface KnownDate {
  kind: string;
  label: string;
  month: number;
  day: number;
}

/** What a preferences link leads to; undefined when there is no such customer any more. */
export async function findPreferences(db: Db, target: PreferenceTarget, now: Date): Promise<Preferences | undefined> {
  const found = await findCustomer(db, target);
  if (found === undefined) return undefined;
  const { joinedOn, since, focus, zone, ...own } = found;
  const today = localDayOf(now, zone);
  const stops = await listStops(db, target.business, own.customerId);
  const dates = await datesOf(db, target.business, own.customerId);
  const reaches = reachOf({ dates, since, young: joinedOn !== null && daysBetween(joinedOn, today) <= WELCOME_DAYS });
  const declined = new Set(stops.map((stop) => stop.occasion_id));
  const occasions = (await listOccasions(db, target.business)).filter(
    (one) => one.mode !== 'off' && (one.id === focus || declined.has(one.id) || reaches(one)),
  );
  const paused = stops.find(({ kind, until }) => kind === 'paused' && until !== null && until > today)?.until;
  return {
    ...own,
    businessId: target.business,
    state: stateOf(stops),
    ...(paused ? { pausedUntil: paused } : {}),
    occasions: occasions.map(({ id, slug, name }) => ({ id, slug, name, wanted: !declined.has(id), focus: id === focus })),
    dates,
  };
}

/** A card for having joined comes soon or never. */
const WELCOME_DAYS = 60;

interface Found extends Pick<Preferences, 'customerId' | 'shop' | 'slug' | 'country' | 'languages'> {
  zone: string;
  focus: string;
  joinedOn: Day | null;
  since: Day | null;
}

async function findCustomer(db: Db, { business, touchpoint }: PreferenceTarget): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select c.id as "customerId", b.name as shop, b.slug, b.country, array[p.language, b.locale] as languages, coalesce(p.zone, b.zone) as zone,
      t.occasion_id as focus, c.joined_on as "joinedOn", c.since_on as since
    from touchpoint t
    join business b on b.id = t.business_id
    join customer first on first.business_id = t.business_id and first.id = t.customer_id
    join customer c on c.business_id = t.business_id and c.id = coalesce(first.merged_into, first.id)
    join person p on p.business_id = c.business_id and p.customer_id = c.id
    where t.business_id = ${business} and t.id = ${touchpoint}`.execute(db);
  return rows[0];
}

async function datesOf(db: Db, businessId: string, customerId: string): Promise<KnownDate[]> {
  return db
    .selectFrom('date')
    .select(['kind', 'label', 'month', 'day'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId)
    .orderBy((eb) => eb('kind', '<>', 'birthday'))
    .orderBy('kind')
    .orderBy('label')
    .execute();
}

function stateOf(stops: Stop[]): Preferences['state'] {
  if (stops.some(({ kind }) => kind === 'deceased')) return 'deceased';
  const ended = ['unsubscribed', 'complained', 'consent ended', 'erased'];
  return stops.some(({ kind }) => ended.includes(kind)) ? 'stopped' : 'open';
}

interface Life {
  dates: KnownDate[];
  since: Day | null;
  young: boolean;
}

function reachOf({ dates, since, young }: Life): (occasion: Occasion) => boolean {
  return ({ trigger, date_kind: kind }) => {
    if (trigger === 'date') return dates.some((date) => (kind === '*' ? date.kind !== 'birthday' : date.kind === kind));
    if (trigger === 'years') return since !== null;
    return trigger !== 'joined' || young;
  };
}
