import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { MergeData } from '../cards/fields.ts';
import { renderCard } from '../cards/render.ts';
import type { Day, TouchpointState } from '../database/schema.ts';
import { findWording, type Wording } from '../occasions/cards.ts';

/** One touchpoint as a member reads it. */
export interface BoardRow {
  id: string;
  /** Full name, else the address. */
  customer: string;
  email: string | null;
  /** The occasion's slug. */
  occasion: string;
  day: Day;
  dueAt: Date;
  /** The clock by which it goes: the customer's, else the business's. */
  zone: string;
  state: TouchpointState;
  reason: string | null;
  messageId: string | null;
}

/** What goes, went or does not go on the days from `from` to `to`, both inclusive, by day, hour and customer. */
export async function boardOf(db: Db, businessId: string, from: Day, to: Day): Promise<BoardRow[]> {
  const { rows } = await sql<BoardRow>`
    select t.id, coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email, 'Somebody who was erased') as customer, p.email,
      o.slug as occasion, t.send_on as day, t.due_at as "dueAt", coalesce(p.zone, b.zone) as zone, t.state, t.reason, m.message_id as "messageId"
    from touchpoint t
    join business b on b.id = t.business_id
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${businessId} and t.send_on between ${from} and ${to}
    order by t.send_on, t.due_at, customer, o.rank, t.id`.execute(db);
  return rows;
}

/** A practice card's line in the outbox. */
export interface OutboxRow {
  businessId: string;
  id: string;
  shop: string;
  /** Undefined once the customer was erased. */
  name: string | undefined;
  address: string | undefined;
  occasion: string;
  subject: string | undefined;
  at: Date;
  zone: string;
  state: TouchpointState;
  reason: string | null;
  messageId: string;
}

interface OutboxSource extends Omit<OutboxRow, 'subject' | 'name' | 'address'> {
  cardId: string;
  version: number;
  language: string;
  data: MergeData | null;
  name: string | null;
  address: string | null;
}

/** The newest practice cards of all businesses. */
export async function listPractice(db: Db, { limit, offset }: { limit: number; offset: number }): Promise<OutboxRow[]> {
  const { rows } =
    await sql<OutboxSource>`${practiceRows} where t.practice order by m.date desc, t.id desc limit ${limit} offset ${offset}`.execute(
      db,
    );
  const wordings = new Map<string, Promise<Wording | undefined>>();
  return Promise.all(rows.map((row) => withSubject(db, row, wordings)));
}

export async function findPractice(db: Db, touchpointId: string): Promise<OutboxRow | undefined> {
  // Through the businesses, because the key leads with them.
  const { rows } =
    await sql<OutboxSource>`${practiceRows} where t.id = ${touchpointId} and t.business_id = any(array(select id from business)) and t.practice`.execute(
      db,
    );
  return rows[0] && withSubject(db, rows[0], new Map());
}

export async function countPractice(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from touchpoint t join message m on m.business_id = t.business_id and m.touchpoint_id = t.id where t.practice`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** The card that goes next, of any business that is not live yet. */
export async function nextPractice(db: Db, everything: boolean): Promise<{ at: Date; zone: string; name: string } | undefined> {
  const { rows } = await sql<{ at: Date; zone: string; name: string }>`
    select coalesce(t.next_at, t.due_at) as at, coalesce(p.zone, b.zone) as zone,
      coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email) as name
    from touchpoint t
    join business b on b.id = t.business_id and b.paused_at is null and (b.live_at is null or ${everything})
    join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.state in ('planned', 'deferred') order by coalesce(t.next_at, t.due_at) limit 1`.execute(db);
  return rows[0];
}

const practiceRows = sql`
  select t.business_id as "businessId", t.id, b.name as shop, md.addresses #>> '{to,name}' as name, md.addresses #>> '{to,address}' as address,
    o.name as occasion, m.date as at, coalesce(p.zone, b.zone) as zone, t.state, t.reason, m.message_id as "messageId",
    m.card_id as "cardId", m.card_version as version, m.language, md.data
  from message m
  join touchpoint t on t.business_id = m.business_id and t.id = m.touchpoint_id
  join business b on b.id = t.business_id
  join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
  left join message_data md on md.business_id = m.business_id and md.touchpoint_id = m.touchpoint_id
  left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id`;

async function withSubject(
  db: Db,
  source: OutboxSource,
  wordings: Map<string, Promise<Wording | undefined>>,
): Promise<OutboxRow> {
  const { cardId, version, language, data, name, address, ...row } = source;
  const key = `${row.businessId} ${cardId} ${version} ${language}`;
  if (!wordings.has(key)) wordings.set(key, findWording(db, row.businessId, cardId, version, [language]));
  const wording = await wordings.get(key);
  const subject = wording && data ? renderCard(wording.card, data).subject : undefined;
  return { ...row, name: name ?? undefined, address: address ?? undefined, subject };
}
