import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day } from '../database/schema.ts';

/** What an occasion has before it: the next one to get its card, and how many get it within the days looked at. */
export interface Outlook {
  occasionId: string;
  cards: number;
  /** There are more: counting ended at so many cards of all occasions. */
  more: boolean;
  next: { touchpointId: string; customerId: string; customer: string; day: Day };
}

const MOST_COUNTED = 5_000;

/** Of each occasion that has cards planned from `from` to `to`, both inclusive. What is blocked is not among them. */
export async function outlookOf(db: Db, businessId: string, from: Day, to: Day): Promise<Map<string, Outlook>> {
  // One pass over the index of the coming days.
  const { rows } = await sql<Outlook>`
    select n.occasion_id as "occasionId", n.cards, sum(n.cards) over () > ${MOST_COUNTED} as more,
      jsonb_build_object('touchpointId', t.id, 'customerId', t.customer_id, 'day', t.send_on,
        'customer', coalesce(${called}, 'Somebody')) as next
    from (
      select occasion_id, count(*)::int as cards, (array_agg(id order by send_on, due_at, id))[1] as first
      from (
        select occasion_id, id, send_on, due_at from touchpoint
        where business_id = ${businessId} and send_on between ${from} and ${to} and state in ('planned', 'waiting', 'held', 'blocked')
          and state <> 'blocked'
        order by send_on, due_at, id limit ${MOST_COUNTED + 1}
      ) coming group by occasion_id
    ) n
    join touchpoint t on t.business_id = ${businessId} and t.id = n.first
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id`.execute(db);
  return new Map(rows.map((row) => [row.occasionId, row]));
}

/** What can be chosen for an occasion: the shop's cards that were published and not put away, and its surveys; by name. */
export interface Choices {
  cards: { id: string; name: string }[];
  surveys: { id: string; name: string }[];
}

export async function choicesOf(db: Db, businessId: string): Promise<Choices> {
  const cards = await db
    .selectFrom('card as c')
    .select(['c.id', 'c.name'])
    .where('c.business_id', '=', businessId)
    .where('c.archived_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('card_version as v')
          .select('v.n')
          .whereRef('v.business_id', '=', 'c.business_id')
          .whereRef('v.card_id', '=', 'c.id'),
      ),
    )
    .orderBy('c.name')
    .execute();
  const surveys = await db
    .selectFrom('survey')
    .select(['id', 'name'])
    .where('business_id', '=', businessId)
    .orderBy('name')
    .execute();
  return { cards, surveys };
}

const USUAL_KINDS = ['anniversary', 'name day', 'first visit'];

/** Yearly days that customers' pages speak of already, and usual ones, as suggestions: read off the first few thousand, not all. */
export async function kindsInUse(db: Db, businessId: string): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`
    select distinct kind from (select kind from date where business_id = ${businessId} limit 3000) few order by kind`.execute(db);
  const known = rows.map(({ kind }) => kind.replaceAll('-', ' ')).filter((kind) => kind !== 'birthday');
  return [...new Set([...known, ...USUAL_KINDS])];
}

/** One line of an occasion's past. */
export interface OccasionChangeLine {
  at: Date;
  by: string;
  what: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Who changed what about an occasion, the latest first. */
export async function occasionHistory(db: Db, businessId: string, slug: string, limit = 30): Promise<OccasionChangeLine[]> {
  const { rows } = await sql<OccasionChangeLine>`
    select at, by, what, before, after from change
    where business_id = ${businessId} and customer_id is null and what like 'occasion %' and after ->> 'slug' = ${slug}
    order by at desc, id desc limit ${limit}`.execute(db);
  return rows;
}
