import { type RawBuilder, sql } from 'kysely';
import type { Business } from '../businesses/business.ts';
import type { Db } from '../businesses/commit.ts';
import { addDays } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { yearsOn } from '../calendar/occurrence.ts';
import { AWKWARD } from '../cards/awkward.ts';
import type { MergeData } from '../cards/fields.ts';
import type { Day } from '../database/schema.ts';
import { mergeDataFor, type MergeSource } from './merge-data.ts';
import type { Question } from './surveys.ts';

/** An occasion as far as it decides whom a card reaches and what it can say. */
export interface ReachOccasion {
  id: string;
  name: string;
  trigger: 'date' | 'years' | 'joined' | 'purchase' | 'day';
  date_kind: string | null;
  mode: 'off' | 'ask' | 'automatic';
  survey: Question | null;
}

export interface Reached {
  id: string;
  name: string;
  /** BCP 47, the customer's own; null where it is not known. */
  language: string | null;
  dataIn(language: string): MergeData;
}

const SLICE = 2_000;
/** A year and a month: each yearly day comes once at least. */
const AHEAD_DAYS = 400;

/**
 * Everybody whom an occasion's card can reach in the next 400 days, in slices: whoever has such a day, and for purchases and joining those
 * of the last 400 days, who stand for those to come. Without an occasion, every customer. Whoever gets no mail at all is left out.
 */
export async function* reachOf(
  db: Db,
  business: Pick<Business, 'id' | 'name' | 'postal_address' | 'country' | 'zone'>,
  occasion: ReachOccasion | undefined,
  now: Date,
): AsyncGenerator<Reached[]> {
  const today = localDayOf(now, business.zone);
  const source = sourceOf(business.id, occasion, today);
  for (let after = ZERO; ;) {
    const { rows } = await sql<Row>`
      select c.id, p.given_name, p.family_name, p.language, c.basis_kind as basis, x.*
      from (${source}) x
      join customer c on c.business_id = ${business.id} and c.id = x.of and c.erased_at is null and c.merged_into is null
      join person p on p.business_id = c.business_id and p.customer_id = c.id
      where x.of > ${after} and p.email_key is not null and c.basis_kind <> 'none'
        and not exists (select from stop s where s.business_id = c.business_id and s.customer_id = c.id and s.lifted_at is null
          and (s.kind in ('unsubscribed', 'deceased', 'hard bounce', 'complained', 'consent ended')
            or s.kind = 'occasion' and s.occasion_id = ${occasion?.id ?? null}::uuid))
      order by x.of limit ${SLICE}`.execute(db);
    // The last customer may have another day that fell beyond the slice: they come whole with the next.
    const whole = rows.length < SLICE ? rows : rows.filter(({ of }) => of !== rows.at(-1)?.of);
    if (whole.length > 0) yield whole.map((row) => reached(business, occasion, row, today));
    if (rows.length < SLICE) return;
    after = whole.at(-1)?.of ?? rows.at(-1)!.of;
  }
}

/**
 * What the cards of an occasion would say to this one customer, whether or not they can get one; as with any occasion where it is not given, or
 * where they have no such day. Undefined when there is no such customer.
 */
export async function reachedAs(
  db: Db,
  business: Pick<Business, 'id' | 'name' | 'postal_address' | 'country' | 'zone'>,
  occasion: ReachOccasion | undefined,
  customerId: string,
  now: Date,
): Promise<Reached | undefined> {
  const today = localDayOf(now, business.zone);
  const source = sourceOf(business.id, occasion, today);
  const { rows } = await sql<Row & { of: string | null }>`
    select c.id, p.given_name, p.family_name, p.language, c.basis_kind as basis, x.*
    from customer c
    join person p on p.business_id = c.business_id and p.customer_id = c.id
    left join lateral (select * from (${source}) s where s.of = c.id limit 1) x on true
    where c.business_id = ${business.id} and c.id = ${customerId}::uuid and c.erased_at is null and c.merged_into is null`.execute(
    db,
  );
  const [row] = rows;
  return row && reached(business, row.of === null ? undefined : occasion, row, today);
}

/** A card that no occasion sends yet is looked at as if one did: only what customers themselves lack is missing. */
const asIfSent = standIns();

function standIns(): Pick<MergeData, 'occasion' | 'date' | 'years' | 'purchase' | 'survey'> {
  const { occasion, date, years, purchase, survey } = AWKWARD[0]!.data;
  return { occasion, ...(date && { date }), ...(years && { years }), ...(purchase && { purchase }), ...(survey && { survey }) };
}

const ZERO = '00000000-0000-0000-0000-000000000000';

interface Row {
  of: string;
  id: string;
  given_name: string | null;
  family_name: string | null;
  language: string | null;
  basis: 'customer' | 'consent' | 'none';
  kind: string | null;
  label: string | null;
  month: number | null;
  day: number | null;
  year: number | null;
  category: string | null;
  on: Day | null;
  amount: string | null;
  currency: string | null;
}

const NOTHING = sql`null::text as kind, null::text as label, null::int as month, null::int as day, null::int as year`;
const UNBOUGHT = sql`null::text as category, null::date as "on", null::bigint as amount, null::text as currency`;

function sourceOf(businessId: string, occasion: ReachOccasion | undefined, today: Day): RawBuilder<unknown> {
  const since = addDays(today, -AHEAD_DAYS);
  switch (occasion?.trigger) {
    case 'date':
      return sql`select customer_id as of, kind, label, month, day, year, ${UNBOUGHT} from date where business_id = ${businessId}
        and ${occasion.date_kind === '*' ? sql`kind <> 'birthday'` : sql`kind = ${occasion.date_kind}`}`;
    case 'years':
      return sql`select id as of, null::text as kind, null::text as label, extract(month from since_on)::int as month,
          extract(day from since_on)::int as day, extract(year from since_on)::int as year, ${UNBOUGHT}
        from customer where business_id = ${businessId} and since_on is not null`;
    case 'joined':
      return sql`select id as of, ${NOTHING}, ${UNBOUGHT} from customer where business_id = ${businessId} and joined_on >= ${since}`;
    case 'purchase':
      return sql`select distinct on (customer_id) customer_id as of, ${NOTHING}, category, "on", amount, currency
        from purchase where business_id = ${businessId} and "on" >= ${since} and voided_at is null order by customer_id, "on" desc, id`;
    case 'day':
    case undefined:
      return sql`select id as of, ${NOTHING}, ${UNBOUGHT} from customer where business_id = ${businessId}`;
  }
}

function reached(
  business: Pick<Business, 'name' | 'postal_address' | 'country'>,
  occasion: ReachOccasion | undefined,
  row: Row,
  today: Day,
): Reached {
  const name = [row.given_name, row.family_name].filter(Boolean).join(' ');
  return {
    id: row.id,
    name,
    language: row.language,
    dataIn: (language) => {
      const data = mergeDataFor(mergeSource(business, occasion, row, today, language));
      return occasion === undefined ? { ...data, ...asIfSent } : data;
    },
  };
}

function mergeSource(
  business: Pick<Business, 'name' | 'postal_address' | 'country'>,
  occasion: ReachOccasion | undefined,
  row: Row,
  today: Day,
  language: string,
): MergeSource {
  const years = row.month === null || row.day === null ? undefined : yearsOn(nextOf(row.month, row.day, today), row.year);
  const { on, amount, currency, category } = row;
  return {
    business,
    person: row,
    basis: row.basis,
    occasion: { name: occasion?.name ?? '' },
    ...(row.kind === null ? {} : { date: { kind: row.kind, label: row.label ?? '' } }),
    ...(years === undefined ? {} : { years }),
    ...(on === null || currency === null ? {} : { purchase: { category, on, amount: Number(amount), currency } }),
    ...(occasion?.survey ? { survey: { question: occasion.survey, urlOf: () => `${NOWHERE}a/${TOKEN}` } } : {}),
    links: {
      view: `${NOWHERE}v/${TOKEN}`,
      unsubscribe: `${NOWHERE}u/${TOKEN}`,
      preferences: `${NOWHERE}p/${TOKEN}`,
      pictures: `${NOWHERE}pictures/`,
    },
    language,
  };
}

/** As long as a real one, so that a card comes out as large. */
const NOWHERE = 'https://cards.shop.example/';
const TOKEN = 'A'.repeat(66);

/** The day this year, or next year where it is over; 29 February stands for itself, because only its year counts here. */
function nextOf(month: number, day: number, today: Day): Day {
  const year = Number(today.slice(0, 4));
  const own = (of: number) => `${String(of).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return own(year) >= today ? own(year) : own(year + 1);
}
