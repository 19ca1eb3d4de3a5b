import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { MergeData } from '../cards/fields.ts';
import { renderCard } from '../cards/render.ts';
import type { TouchpointState } from '../database/schema.ts';
import { findWording, type Wording } from '../occasions/cards.ts';

/** A card that has left, or tried to. */
export interface SentCard {
  businessId: string;
  id: string;
  shop: string;
  customerId: string;
  /** Undefined once the customer was erased. */
  name: string | undefined;
  address: string | undefined;
  occasion: string;
  subject: string | undefined;
  at: Date;
  /** When the next try is due, for a card that the server put off. */
  nextAt: Date | null;
  lateAt: Date;
  zone: string;
  state: TouchpointState;
  reason: string | null;
  practice: boolean;
  messageId: string;
}

/** What a list of sent cards is narrowed to. */
export interface SentSearch {
  /** Of these customers. */
  customers?: readonly string[];
  occasionId?: string;
  state?: SentState;
  /** Older than this place. */
  before?: SentPlace | undefined;
}

export type SentState = 'arrived' | 'on its way' | 'refused' | 'uncertain';

export interface SentPlace {
  at: Date;
  id: string;
}

export interface SentPage {
  cards: SentCard[];
  /** Where the next page begins; undefined at the end. A page may be short, or empty, and still have a next one. */
  next: SentPlace | undefined;
}

/** Messages that one page of a narrowed list looks through: its cost stays the same however long the shop has been sending. */
const LOOKED_THROUGH = 2000;

/** A shop's sent cards, the newest first. */
export async function listSent(db: Db, businessId: string, search: SentSearch, limit: number): Promise<SentPage> {
  const places = search.customers
    ? await placesOf(db, businessId, search.customers, search, limit + 1)
    : await placesBack(db, businessId, search, limit + 1);
  const { rows } =
    await sql<SentSource>`${sentRows} join unnest(${places.found.map(({ id }) => id)}::uuid[]) with ordinality as f(id, n) on f.id = t.id
    where m.business_id = ${businessId} order by f.n`.execute(db);
  const wordings: Wordings = new Map();
  const cards = await Promise.all(rows.slice(0, limit).map((row) => withSubject(db, row, wordings)));
  return { cards, next: places.found.length > limit ? places.found[limit - 1] : places.further };
}

/** One of them; undefined when nothing of the kind has left. */
export async function findSent(db: Db, businessId: string, id: string): Promise<SentCard | undefined> {
  const { rows } = await sql<SentSource>`${sentRows} where m.business_id = ${businessId} and m.touchpoint_id = ${id}`.execute(db);
  return rows[0] && withSubject(db, rows[0], new Map());
}

/** Cards whose fate only a member can say, the newest first. Some have no message: a backup may be older than they are. */
export async function listUncertain(db: Db, businessId: string, limit: number): Promise<UncertainCard[]> {
  const { rows } = await sql<UncertainCard>`
    select t.id, coalesce(${called}, 'Somebody who was erased') as name,
      p.email as address, o.name as occasion, coalesce(m.date, t.due_at) as at, coalesce(p.zone, b.zone) as zone, t.reason,
      m.touchpoint_id is not null as made, p.customer_id is null as gone
    from touchpoint t join business b on b.id = t.business_id
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${businessId} and t.state = 'uncertain' order by t.id desc limit ${limit}`.execute(db);
  return rows;
}

export interface UncertainCard {
  id: string;
  name: string;
  address: string | null;
  occasion: string;
  at: Date;
  zone: string;
  reason: string | null;
  /** There is a mail to show. */
  made: boolean;
  /** The customer was erased. */
  gone: boolean;
}

/** One try to hand a card to a mail server. `words` are the server's own, while the customer is not erased. */
export interface Try {
  n: number;
  stage: string;
  code: number | null;
  startedAt: Date;
  at: Date | null;
  words: string | null;
}

export async function listTries(db: Db, businessId: string, id: string): Promise<Try[]> {
  return db
    .selectFrom('attempt as a')
    .leftJoin('attempt_reply as r', (join) =>
      join.onRef('r.business_id', '=', 'a.business_id').onRef('r.touchpoint_id', '=', 'a.touchpoint_id').onRef('r.n', '=', 'a.n'),
    )
    .select(['a.n', 'a.stage', 'a.code', 'a.started_at as startedAt', 'a.at', 'r.words'])
    .where('a.business_id', '=', businessId)
    .where('a.touchpoint_id', '=', id)
    .orderBy('a.n')
    .execute();
}

export interface SentSource extends Omit<SentCard, 'subject' | 'name' | 'address'> {
  cardId: string;
  version: number;
  language: string;
  data: MergeData | null;
  name: string | null;
  address: string | null;
}

/** Everything that a line of a list of sent cards says. */
export const sentRows = sql`
  select t.business_id as "businessId", t.id, b.name as shop, t.customer_id as "customerId", md.addresses #>> '{to,name}' as name,
    md.addresses #>> '{to,address}' as address, o.name as occasion, m.date as at, t.next_at as "nextAt", t.late_at as "lateAt",
    coalesce(p.zone, b.zone) as zone, t.state, t.reason, t.practice, m.message_id as "messageId",
    m.card_id as "cardId", m.card_version as version, m.language, md.data
  from message m
  join touchpoint t on t.business_id = m.business_id and t.id = m.touchpoint_id
  join business b on b.id = t.business_id
  join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
  left join message_data md on md.business_id = m.business_id and md.touchpoint_id = m.touchpoint_id
  left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id`;

export type Wordings = Map<string, Promise<Wording | undefined>>;

/** The subject is made again from what was frozen. */
export async function withSubject(db: Db, source: SentSource, wordings: Wordings): Promise<SentCard> {
  const { cardId, version, language, data, name, address, ...row } = source;
  const key = `${row.businessId} ${cardId} ${version} ${language}`;
  if (!wordings.has(key)) wordings.set(key, findWording(db, row.businessId, cardId, version, [language]));
  const wording = await wordings.get(key);
  const subject = wording && data ? renderCard(wording.card, data).subject : undefined;
  return { ...row, name: name ?? undefined, address: address ?? undefined, subject };
}

interface Places {
  found: SentPlace[];
  further: SentPlace | undefined;
}

/** Walks back through the messages, as far as one page may. */
async function placesBack(db: Db, businessId: string, search: SentSearch, limit: number): Promise<Places> {
  const narrow = search.occasionId !== undefined || search.state !== undefined;
  const { rows } = await sql<SentPlace & { fits: boolean }>`
    with seen as materialized (
      select m.touchpoint_id as id, m.date as at from message m
      where m.business_id = ${businessId} and ${olderThan(search.before)}
      order by m.date desc, m.touchpoint_id desc limit ${narrow ? LOOKED_THROUGH : limit}
    ), found as (
      select seen.id, seen.at from seen join touchpoint t on t.business_id = ${businessId} and t.id = seen.id
      where ${narrowed(search)} order by seen.at desc, seen.id desc limit ${limit}
    )
    select id, at, true as fits from found
    union all (select id, at, false from seen order by at, id limit 1)`.execute(db);
  const found = rows.filter(({ fits }) => fits);
  const last = rows.find(({ fits }) => !fits);
  const full = narrow && last !== undefined && (await hasOlder(db, businessId, last));
  return { found, further: full ? last : undefined };
}

async function hasOlder(db: Db, businessId: string, place: SentPlace): Promise<boolean> {
  const { rows } = await sql`select from message m where m.business_id = ${businessId} and ${olderThan(place)} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Of a few customers: everything they ever got. */
async function placesOf(
  db: Db,
  businessId: string,
  customers: readonly string[],
  search: SentSearch,
  limit: number,
): Promise<Places> {
  const { rows } = await sql<SentPlace>`
    select t.id, m.date as at from touchpoint t join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${businessId} and t.customer_id = any(${[...customers]}::uuid[]) and ${narrowed(search)} and ${olderThan(search.before)}
    order by m.date desc, m.touchpoint_id desc limit ${limit}`.execute(db);
  return { found: rows, further: undefined };
}

function olderThan(place: SentPlace | undefined): RawBuilder<unknown> {
  return place === undefined ? sql`true` : sql`(m.date, m.touchpoint_id) < (${place.at}::timestamptz, ${place.id}::uuid)`;
}

const STATES: Record<SentState, readonly TouchpointState[]> = {
  arrived: ['accepted', 'posted'],
  'on its way': ['handing over', 'deferred', 'leased', 'planned'],
  refused: ['rejected', 'blocked', 'expired', 'cancelled', 'skipped'],
  uncertain: ['uncertain'],
};

function narrowed({ occasionId, state }: SentSearch): RawBuilder<unknown> {
  const parts = [
    ...(occasionId === undefined ? [] : [sql`t.occasion_id = ${occasionId}`]),
    ...(state === undefined ? [] : [sql`t.state = any(${[...STATES[state]]}::text[])`]),
  ];
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}
