import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import type { Day } from '../database/schema.ts';
import { describeCustomers, type ListedCustomer } from './listed.ts';

export const FILTERS = ['all', 'birthday', 'no-email', 'stopped', 'follow-up', 'new', 'no-date'] as const;
export type Filter = (typeof FILTERS)[number];

export interface Search {
  /** What was typed so far: of names, address, phone or number, each word as the beginning of one of theirs; accents and case ignored. */
  q?: string;
  filter?: Filter;
  /** `next` of the page before. */
  after?: string;
  /** This one alone. */
  only?: string;
  /** The business's local day. */
  today: Day;
  now: Date;
}

export interface Page {
  customers: ListedCustomer[];
  next?: string;
  /** More were found than are looked through: whoever searches types on. */
  tooMany: boolean;
  /** No page is full, but not everybody was looked at yet: `next` goes on from there. */
  more: boolean;
}

/** Whom a search looks through and puts in order; beyond, somebody types another letter. */
const MOST_FOUND = 2_000;
/** The same where each must be looked at more closely. */
const MOST_FILTERED = 1_000;
/** Whom one page looks at for what no index knows. */
const MOST_SEEN = 5_000;
const NEW_DAYS = 30;

/**
 * Customers who match, a page at a time: by name, but birthdays by their day, stops and new ones the newest first, follow-ups by the day they
 * are due. Of what was typed, names that begin with it come first. Each page costs the same however many customers there are, and
 * whichever page it is.
 */
export async function searchCustomers(db: Db, businessId: string, search: Search, limit: number): Promise<Page> {
  if (search.only)
    return { customers: await describeCustomers(db, businessId, [search.only], search.today), tooMany: false, more: false };
  const filter = search.filter ?? 'all';
  const words = search.q?.normalize('NFC').replaceAll('\0', ' ').toWellFormed().trim().slice(0, 200).toWellFormed() ?? '';
  const at = { businessId, filter, words, cursor: readCursor(search.after), limit: limit + 1, search };
  const found = words === '' ? await listed(db, at) : await matching(db, at);
  const ids = found.rows.slice(0, limit).map(({ id }) => id);
  const customers = await describeCustomers(db, businessId, ids, search.today);
  const last = found.rows.length > limit ? found.rows[limit - 1] : found.lastSeen;
  return {
    customers,
    ...(last ? { next: writeCursor(last) } : {}),
    tooMany: found.tooMany ?? false,
    more: found.rows.length <= limit && found.lastSeen !== undefined,
  };
}

/** How many customers there are, counted up to `most`: more than that, and it is `most` + 1. */
export async function countCustomers(db: Db, businessId: string, most = 10_000): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from customer where business_id = ${businessId} and merged_into is null and erased_at is null limit ${most + 1}) present`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

interface Asked {
  businessId: string;
  filter: Filter;
  words: string;
  cursor: Key | undefined;
  limit: number;
  search: Search;
}

/** Where a customer stands in a list: by `key`, then by `id`. */
interface Key {
  key: string;
  id: string;
}

interface Found {
  rows: Key[];
  tooMany?: boolean;
  lastSeen?: Key;
}

/** Names that begin with it come straight from the index of names; only where these are few, all words of everybody are asked. */
async function matching(db: Db, asked: Asked): Promise<Found> {
  const { cursor, filter, limit } = asked;
  const atWords = filter !== 'all' || cursor?.key.startsWith(WORDS);
  const began = atWords ? [] : await beginning(db, asked);
  if (began.length >= limit) return { rows: began };
  const { rows, tooMany } = await byWords(db, asked, atWords ? cursor : undefined, limit - began.length);
  return { rows: [...began, ...rows], tooMany };
}

// Before a cursor's name: which of the two lists it stands in.
const NAMES = '1';
const WORDS = '2';

async function beginning(db: Db, { businessId, words, cursor, limit }: Asked): Promise<Key[]> {
  const { rows } = await sql<Key>`
    select ${NAMES} || p.sort_name as key, p.customer_id as id from person p
    where p.business_id = ${businessId} and p.sort_name >= fold_text(${words}) and p.sort_name < fold_text(${words}) || chr(1114111)
      and ${present} ${cursor ? sql`and (p.sort_name, p.customer_id) > (${cursor.key.slice(1)}, ${cursor.id}::uuid)` : sql``}
    order by p.sort_name, p.customer_id limit ${limit}`.execute(db);
  return rows;
}

async function byWords(
  db: Db,
  { businessId, filter, words, search }: Asked,
  cursor: Key | undefined,
  limit: number,
): Promise<{ rows: Key[]; tooMany: boolean }> {
  const most = filter === 'all' ? MOST_FOUND : MOST_FILTERED;
  const unseen =
    filter === 'all'
      ? sql`and not (p.sort_name >= fold_text(${words}) and p.sort_name < fold_text(${words}) || chr(1114111))`
      : sql``;
  const { rows } = await sql<Key & { many: boolean }>`
    with found as materialized (
      select p.business_id, p.customer_id, p.sort_name, p.email_key from person p
      where p.business_id = ${businessId}
        and person_words(p.given_name, p.family_name, p.email, p.phone, p.reference) @@ find_words(${words}) limit ${most + 1}
    )
    select ${WORDS} || p.sort_name as key, p.customer_id as id, (select count(*) from found) > ${most} as many
    from (select * from found order by sort_name, customer_id) p
    where ${present} and (select ${conditions[filter](search)}) ${unseen}
      ${cursor ? sql`and (p.sort_name, p.customer_id) > (${cursor.key.slice(1)}, ${cursor.id}::uuid)` : sql``}
    order by p.sort_name, p.customer_id limit ${limit}`.execute(db);
  return { rows, tooMany: rows[0]?.many ?? false };
}

/** Not merged into another. As a value and not a join, so that it is looked up for those only who come up. */
const present = sql`(select c.merged_into is null from customer c where c.business_id = p.business_id and c.id = p.customer_id)`;

async function listed(db: Db, asked: Asked): Promise<Found> {
  if (asked.filter === 'no-date') return withoutDate(db, asked);
  const { rows } = await lists[asked.filter](asked).execute(db);
  return { rows };
}

const standing = (customer: RawBuilder<unknown>, emailKey: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
  exists (select from stop s where s.business_id = p.business_id and s.customer_id = ${customer} and s.lifted_at is null)
  or exists (select from stop s where s.business_id = p.business_id and s.email_hash = email_hash(${emailKey}) and s.lifted_at is null))`;

const conditions: Record<Filter, (search: Search) => RawBuilder<unknown>> = {
  all: () => sql`true`,
  birthday: ({ today }) => sql`exists (select from date d where d.business_id = p.business_id and d.customer_id = p.customer_id
    and d.kind = 'birthday' and d.month = ${monthOf(today)})`,
  'no-email': () => sql`p.email_key is null`,
  stopped: () => standing(sql`p.customer_id`, sql`p.email_key`),
  'follow-up': () => sql`exists (select from follow_up f where f.business_id = p.business_id and f.customer_id = p.customer_id
    and f.closed_at is null)`,
  new: ({ now }) => sql`exists (select from customer c where c.business_id = p.business_id and c.id = p.customer_id
    and c.created_at >= ${newSince(now)})`,
  'no-date': () => sql`not exists (select from date d where d.business_id = p.business_id and d.customer_id = p.customer_id)`,
};

const byName = (only: RawBuilder<unknown>, { businessId, cursor, limit }: Asked): RawBuilder<Key> => sql<Key>`
  select p.sort_name as key, p.customer_id as id from person p
  where p.business_id = ${businessId} and ${only} ${cursor ? sql`and (p.sort_name, p.customer_id) > (${cursor.key}, ${cursor.id}::uuid)` : sql``}
  order by p.sort_name, p.customer_id limit ${limit}`;

const lists: Record<Exclude<Filter, 'no-date'>, (asked: Asked) => RawBuilder<Key>> = {
  all: (asked) => byName(present, asked),
  'no-email': (asked) => byName(sql`p.email_key is null and ${present}`, asked),
  birthday: ({ businessId, cursor, limit, search }) => sql<Key>`
    select d.day::text as key, d.customer_id as id from date d
    where d.business_id = ${businessId} and d.month = ${monthOf(search.today)} and d.kind = 'birthday' and d.label = ''
      ${cursor ? sql`and d.day >= ${Number(cursor.key)} and (d.day, d.customer_id) > (${Number(cursor.key)}, ${cursor.id}::uuid)` : sql``}
    order by d.day, d.customer_id limit ${limit}`,
  // The newest stop of each; whose stops were all lifted is passed over.
  stopped: ({ businessId, cursor, limit }) => sql<Key>`
    select h.at::text as key, p.customer_id as id from change h
    join person p on p.business_id = h.business_id and p.customer_id = h.customer_id
    where h.business_id = ${businessId} and h.what = 'stop added' ${cursor ? sql`and h.at <= ${cursor.key}::timestamptz and (h.at, h.customer_id) < (${cursor.key}::timestamptz, ${cursor.id}::uuid)` : sql``}
      and not exists (select from change l where l.business_id = h.business_id and l.customer_id = h.customer_id
        and l.what = 'stop added' and (l.at, l.id) > (h.at, h.id))
      and ${standing(sql`p.customer_id`, sql`p.email_key`)}
    order by h.at desc, h.customer_id desc limit ${limit}`,
  'follow-up': ({ businessId, cursor, limit }) => sql<Key>`
    select min(f.due_on)::text as key, f.customer_id as id from follow_up f
    where f.business_id = ${businessId} and f.closed_at is null
    group by f.customer_id ${cursor ? sql`having (min(f.due_on), f.customer_id) > (${cursor.key}::date, ${cursor.id}::uuid)` : sql``}
    order by min(f.due_on), f.customer_id limit ${limit}`,
  new: ({ businessId, cursor, limit, search }) => sql<Key>`
    select c.created_at::text as key, c.id from customer c
    where c.business_id = ${businessId} and c.created_at >= ${newSince(search.now)} and c.merged_into is null and c.erased_at is null
      ${cursor ? sql`and (c.created_at, c.id) < (${cursor.key}::timestamptz, ${cursor.id}::uuid)` : sql``}
    order by c.created_at desc, c.id desc limit ${limit}`,
};

/** No index knows who lacks something, so a page looks at a good many by name and says where it stopped. */
async function withoutDate(db: Db, { businessId, cursor, limit, search }: Asked): Promise<Found> {
  const { rows } = await sql<Key & { seen: number; last_key: string; last_id: string }>`
    with seen as materialized (${byName(sql`true`, { businessId, cursor, limit: MOST_SEEN, search, filter: 'all', words: '' })}),
    lacking as (
      select p.key, p.id from (select ${businessId}::uuid as business_id, id as customer_id, key, id from seen) p
      where (select ${conditions['no-date'](search)}) and ${present} order by p.key, p.id limit ${limit}
    )
    select l.key, l.id, (select count(*)::int from seen) as seen, e.key as last_key, e.id as last_id
    from (select key, id from seen order by key desc, id desc limit 1) e left join lacking l on true order by l.key, l.id`.execute(
    db,
  );
  const found = rows.filter((row) => row.id !== null).map(({ key, id }) => ({ key, id }));
  const [first] = rows;
  const unseen = first !== undefined && first.seen === MOST_SEEN && found.length < limit;
  return { rows: found, ...(unseen ? { lastSeen: { key: first.last_key, id: first.last_id } } : {}) };
}

function monthOf(day: Day): number {
  return Number(day.slice(5, 7));
}

function newSince(now: Date): Date {
  return new Date(now.getTime() - NEW_DAYS * MS_PER_DAY);
}

function writeCursor({ key, id }: Key): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/** What a cursor says; undefined for what is none, or was tampered with so that it says nothing. */
function readCursor(text: string | undefined): Key | undefined {
  try {
    const [key, id] = JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')) as [unknown, unknown];
    const sound =
      typeof key === 'string' &&
      typeof id === 'string' &&
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) &&
      !key.includes('\0');
    return sound ? { key, id } : undefined;
  } catch {
    return undefined;
  }
}
