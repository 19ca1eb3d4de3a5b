import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day } from '../database/schema.ts';
import { readsOf } from './lacking.ts';

/** Somebody who gets nothing on a day, though there is a reason to write. */
export interface NothingRow {
  id: string;
  customerId: string;
  customer: string;
  email: string | null;
  givenName: string | null;
  occasion: string;
  cardId: string;
  day: Day;
}

export interface NothingGroup {
  /** A code of reasons.ts. */
  reason: string;
  /** At most MOST_NOTHING, and then `more` is true. */
  count: number;
  more: boolean;
  first: NothingRow[];
}

export interface Span {
  from: Day;
  to: Day;
}

const MOST_NOTHING = 1000;

/** Who will get nothing on these days, by reason, the most frequent first. Cards that would fail for a field are found before they do. */
export async function groupNothing(db: Db, businessId: string, span: Span, each: number): Promise<NothingGroup[]> {
  const reasons = await reasonsOf(db, businessId);
  const groups = await Promise.all(reasons.map((reason) => group(db, businessId, reason, span, each)));
  return groups.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** Those of one reason by day, from after a place on. */
export async function listNothing(
  db: Db,
  businessId: string,
  { reason, from, to, after }: Span & { reason: string; after?: { day: Day; id: string } | undefined },
  limit: number,
): Promise<NothingRow[]> {
  const rest = after === undefined ? sql`true` : sql`(t.send_on, t.id) > (${after.day}::date, ${after.id}::uuid)`;
  const found = await rowsOf(db, businessId, reason);
  const { rows } = await sql<NothingRow>`
    select t.id, t.customer_id as "customerId",
      coalesce(${called}, 'Somebody without a name') as customer, p.email,
      p.given_name as "givenName", o.name as occasion, t.card_id as "cardId", t.send_on as day
    from touchpoint t ${joins}
    where t.business_id = ${businessId} and ${found} and t.send_on between ${from} and ${to} and ${rest}
    order by t.send_on, t.id limit ${limit}`.execute(db);
  return rows;
}

const joins = sql`join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
  join occasion o on o.business_id = t.business_id and o.id = t.occasion_id`;

/** Walks the index from one reason to the next, however many rows each has. */
async function reasonsOf(db: Db, businessId: string): Promise<string[]> {
  const { rows } = await sql<{ reason: string }>`
    with recursive seen as (
      (select reason from touchpoint where business_id = ${businessId} and state = 'blocked' and reason is not null order by reason limit 1)
      union all
      select (select t.reason from touchpoint t where t.business_id = ${businessId} and t.state = 'blocked' and t.reason > seen.reason
        order by t.reason limit 1)
      from seen where seen.reason is not null
    )
    select reason from seen where reason is not null`.execute(db);
  return [...new Set([...rows.map(({ reason }) => reason), 'field missing'])];
}

async function group(db: Db, businessId: string, reason: string, span: Span, each: number): Promise<NothingGroup> {
  const found = await rowsOf(db, businessId, reason);
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from (
      select from touchpoint t ${reason === 'field missing' ? joins : sql``}
      where t.business_id = ${businessId} and ${found} and t.send_on between ${span.from} and ${span.to} limit ${MOST_NOTHING + 1}
    ) bounded`.execute(db);
  const count = rows[0]?.count ?? 0;
  const first = count === 0 ? [] : await listNothing(db, businessId, { reason, ...span }, each);
  return { reason, count: Math.min(count, MOST_NOTHING), more: count > MOST_NOTHING, first };
}

/** Rows that stand blocked for this reason; for a missing field also those that would be once they are made. */
async function rowsOf(db: Db, businessId: string, reason: string) {
  const blocked = sql`t.state = 'blocked' and t.reason = ${reason}`;
  if (reason !== 'field missing') return blocked;
  const reads = await readsOf(db, businessId);
  if (reads.length === 0) return blocked;
  const lacking = reads.map(({ cardId, lacks }) => sql`t.card_id = ${cardId}::uuid and (${lacks})`);
  return sql`(${blocked} or t.state in ('planned', 'waiting', 'held') and (${sql.join(lacking, sql` or `)}))`;
}
