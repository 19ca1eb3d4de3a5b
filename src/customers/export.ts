import { sql } from 'kysely';
import { type Db, type Outcome, refused } from '../businesses/commit.ts';
import { presentId } from './lock.ts';

/** Everything that is kept about one person, under the names of our tables; each entry is a row as it stands. */
export type CustomerExport = Record<string, Record<string, unknown>[]>;

/**
 * A person's data for themselves (GDPR, articles 15 and 20): every row that hangs on them, on whom they were before a merge, or on a card that went
 * to them. Salted hashes, versions of ours and the queue's own columns say nothing about anybody and are left out.
 */
export async function exportCustomer(db: Db, businessId: string, customerId: string): Promise<Outcome<{ data: CustomerExport }>> {
  const id = await presentId(db, businessId, customerId);
  if (id === undefined) return refused('There is no such customer.');
  const { rows: customers } = await sql<{ id: string }>`
    select id from customer where business_id = ${businessId} and (id = ${id} or merged_into = ${id}) and erased_at is null order by id`.execute(
    db,
  );
  const ids = customers.map((row) => row.id);
  if (ids.length === 0) return refused('This customer was erased at their own wish.');
  const data: CustomerExport = {};
  for (const [name, source] of Object.entries(sources)) data[name] = await rowsOf(db, businessId, ids, source);
  return { ok: true, data };
}

/**
 * The same as one table: where it stands, which row, the name of the field, and its value. For spreadsheets: a byte order mark, CRLF, and
 * an apostrophe before what they would take for a formula (OWASP, CSV injection).
 */
export function exportAsCsv(data: CustomerExport): string {
  const lines = Object.entries(data).flatMap(([name, rows]) =>
    rows.flatMap((row, n) => Object.entries(row).map(([field, value]) => [name, String(n + 1), field, cellText(value)])),
  );
  return `\uFEFF${[['about', 'row', 'field', 'value'], ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`;
}

type Query = ReturnType<typeof sql<{ row: Record<string, unknown> }>>;
type Source = (businessId: string, ids: string[]) => Query;

const own =
  (table: string, column = 'customer_id'): Source =>
  (businessId, ids) =>
    sql`select to_jsonb(t) as row from ${sql.table(table)} t where business_id = ${businessId} and ${sql.ref(column)} = any(${ids}::uuid[]) order by t::text`;

/** What stands beside a touchpoint of theirs. */
const beside =
  (table: string, key = 'touchpoint_id'): Source =>
  (businessId, ids) =>
    sql`select to_jsonb(x) as row from ${sql.table(table)} x join touchpoint t on t.business_id = x.business_id and t.id = x.${sql.ref(key)}
      where t.business_id = ${businessId} and t.customer_id = any(${ids}::uuid[]) order by x::text`;

const stops: Source = (businessId, ids) => sql`
  select to_jsonb(s) as row from stop s where s.business_id = ${businessId} and (s.customer_id = any(${ids}::uuid[])
    or s.email_hash in (select email_hash(email_key) from person where business_id = ${businessId} and customer_id = any(${ids}::uuid[])))
  order by s.at, s.id`;

const signUps: Source = (businessId, ids) => sql`
  select to_jsonb(s) as row from sign_up s where s.business_id = ${businessId} and (s.customer_id = any(${ids}::uuid[])
    or s.email_key in (select email_key from person where business_id = ${businessId} and customer_id = any(${ids}::uuid[])))
  order by s.created_at, s.id`;

const merges: Source = (businessId, ids) => sql`
  select to_jsonb(m) as row from customer_merge m
  where m.business_id = ${businessId} and (m.kept_id = any(${ids}::uuid[]) or m.other_id = any(${ids}::uuid[])) order by m.id`;

/** Also the list by which a test sees that no table of a person's is forgotten. */
const sources: Record<string, Source> = {
  customer: own('customer', 'id'),
  person: own('person'),
  customer_merge: merges,
  date: own('date'),
  purchase: own('purchase'),
  stop: stops,
  sign_up: signUps,
  follow_up: own('follow_up'),
  touchpoint: own('touchpoint'),
  message: beside('message'),
  message_data: own('message_data'),
  attempt: beside('attempt'),
  attempt_reply: own('attempt_reply'),
  answer: beside('answer'),
  answer_text: own('answer_text'),
  personal_line: own('personal_line'),
  link_visit: own('link_visit'),
  import_row: own('import_row'),
  import_person: own('import_person'),
  import_question: own('import_question'),
  change: own('change'),
};

/** Nobody's data: ours, or a hash that only we can make. */
const LEFT_OUT = [
  'business_id',
  'rev',
  'replan_at',
  'lease_until',
  'fence',
  'crashes',
  'queued_until',
  'boundary',
  'hash',
  'email_hash',
  'email_key',
  'name_key',
  'sort_name',
  'visitor',
];

async function rowsOf(db: Db, businessId: string, ids: string[], source: Source): Promise<Record<string, unknown>[]> {
  const { rows } = await source(businessId, ids).execute(db);
  return rows.map(({ row }) =>
    Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && !LEFT_OUT.includes(name))),
  );
}

function cellText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cell(text: string): string {
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
