import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { addDays, type Day } from '../calendar/day.ts';
import type { PlanOccasion } from './candidates.ts';
import type { LedgerRow, PlanCustomer } from './household.ts';
import { loadPeople, type Shop, withMates } from './people.ts';
import type { StandingStop } from './stops.ts';
import { loadHad } from './variant.ts';

/** A ledger row older than this cannot matter to planning: no offset, gap or year reaches so far. */
const LEDGER_DAYS = 400;

/** Everything planning of these occasions looks at: these customers and all who share an address with them, grouped by address. */
export async function loadHouseholds(
  db: Db,
  shop: Shop,
  { ids: asked, occasions, today }: { ids: string[]; occasions: PlanOccasion[]; today: Day },
): Promise<PlanCustomer[][]> {
  const ids = await withMates(db, shop.id, asked);
  const people = await loadPeople(db, shop, ids);
  const dates = await loadDates(db, shop.id, ids);
  const purchases = await loadPurchases(db, shop.id, ids, addDays(today, -LEDGER_DAYS));
  const stops = await loadStops(db, shop.id, ids);
  const complaints = await loadComplaints(db, shop.id, ids);
  const rows = await loadRows(db, shop.id, ids, addDays(today, -LEDGER_DAYS));
  const reminding = occasions.filter(({ reminderDays }) => reminderDays !== null).map(({ id }) => id);
  const had = await loadHad(db, shop.id, ids, occasions);
  const unanswered = await loadUnanswered(db, shop.id, ids, reminding, addDays(today, -LEDGER_DAYS));
  const households = Map.groupBy(people, ({ who, address }) => address ?? who.id);
  for (const { who } of people) {
    who.dates = dates.get(who.id) ?? [];
    who.purchases = purchases.get(who.id) ?? [];
    who.unanswered = unanswered.get(who.id) ?? [];
    who.had = had.get(who.id) ?? [];
    who.stops = stops.get(who.id) ?? [];
    who.complaint = complaints.has(who.id);
    who.rows = rows.get(who.id) ?? [];
    if (who.gone === null && who.stops.some(({ kind }) => kind === 'deceased')) who.gone = 'deceased';
  }
  return Array.from(households.values(), (members) => members.map(({ who }) => who));
}

async function loadDates(db: Db, businessId: string, ids: string[]): Promise<Map<string, PlanCustomer['dates']>> {
  const rows = await db
    .selectFrom('date')
    .select(['customer_id', 'kind', 'label', 'month', 'day', 'year'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', anyOf(ids))
    .orderBy('kind')
    .orderBy('label')
    .execute();
  return Map.groupBy(rows, (row) => row.customer_id);
}

async function loadPurchases(
  db: Db,
  businessId: string,
  ids: string[],
  since: Day,
): Promise<Map<string, PlanCustomer['purchases']>> {
  const rows = await db
    .selectFrom('purchase')
    .select(['customer_id', 'id', 'on'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', anyOf(ids))
    .where('on', '>=', since)
    .where('voided_at', 'is', null)
    .orderBy('on')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows, (row) => row.customer_id);
}

/** Surveys of these occasions that arrived, not in practice that is over, and that a person has not answered. */
async function loadUnanswered(
  db: Db,
  businessId: string,
  ids: string[],
  occasionIds: string[],
  since: Day,
): Promise<Map<string, PlanCustomer['unanswered']>> {
  if (occasionIds.length === 0) return new Map();
  const { rows } = await sql<PlanCustomer['unanswered'][number] & { customerId: string }>`
    select t.customer_id as "customerId", t.id, t.occasion_id as "occasionId", t.cause, t.send_on as "sendOn"
    from touchpoint t
    join business b on b.id = t.business_id
    join message m on m.business_id = t.business_id and m.touchpoint_id = t.id and m.survey_id is not null
    where t.business_id = ${businessId} and t.customer_id = any(${ids}::uuid[]) and t.occasion_id = any(${occasionIds}::uuid[])
      and t.send_on >= ${since} and t.state = 'accepted' and t.reminder_of is null and t.practice = (b.live_at is null)
      and not exists (select from answer a where a.business_id = t.business_id and a.touchpoint_id = t.id and not a.suspect)
    order by t.id`.execute(db);
  return Map.groupBy(rows, (row) => row.customerId);
}

/** Stops on the customer, and stops on the address, whoever set them there. */
async function loadStops(db: Db, businessId: string, ids: string[]): Promise<Map<string, StandingStop[]>> {
  // Two indexed look-ups and a union: an OR over two columns would read every stop of the business.
  const { rows } = await sql<StandingStop & { customerId: string }>`
    select customer_id as "customerId", kind, occasion_id as "occasionId", date_kind as "dateKind", until
    from stop where business_id = ${businessId} and customer_id = any(${ids}::uuid[]) and lifted_at is null
    union all
    select p.customer_id, s.kind, s.occasion_id, s.date_kind, s.until
    from person p join stop s on s.business_id = p.business_id and s.email_hash = email_hash(p.email_key) and s.lifted_at is null
    where p.business_id = ${businessId} and p.customer_id = any(${ids}::uuid[])
      and exists (select from stop where business_id = ${businessId} and email_hash is not null)`.execute(db);
  return Map.groupBy(rows, (row) => row.customerId);
}

async function loadComplaints(db: Db, businessId: string, ids: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('follow_up')
    .select('customer_id')
    .where('business_id', '=', businessId)
    .where('customer_id', '=', anyOf(ids))
    .where('closed_at', 'is', null)
    .where('reason', '=', 'low answer')
    .execute();
  return new Set(rows.map((row) => row.customer_id));
}

async function loadRows(db: Db, businessId: string, ids: string[], since: Day): Promise<Map<string, LedgerRow[]>> {
  // A card's newest version is read for the few rows that were swapped only.
  const { rows } = await sql<LedgerRow & { customerId: string }>`
    select t.customer_id as "customerId", t.id, t.occasion_id as "occasionId", t.cause, t.occurs_on as "occursOn", t.send_on as "sendOn",
      t.due_at as "dueAt", t.late_at as "lateAt", t.state, t.reason, t.card_id as "cardId",
      case when t.swapped_at is not null then (
        select max(v.n) from card_version v where v.business_id = t.business_id and v.card_id = t.card_id) end as "swappedVersion",
      t.hurried_at is not null as hurried, t.held_at is not null as held,
      case when t.approved_at is not null then t.card_version end as "approvedVersion", m.touchpoint_id is not null as frozen
    from touchpoint t left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${businessId} and t.customer_id = any(${ids}::uuid[]) and t.send_on >= ${since}`.execute(db);
  return Map.groupBy(rows, (row) => row.customerId);
}

/** One array parameter instead of a thousand: the statement stays the same text, so its plan is kept. */
function anyOf(ids: string[]) {
  return sql<string>`any(${ids}::uuid[])`;
}
