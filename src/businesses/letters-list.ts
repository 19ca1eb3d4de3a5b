import { sql } from 'kysely';
import type { Db } from './commit.ts';
import type { Letter } from './letters.ts';

/** A letter as a member reads it. */
export interface ListedLetter {
  id: string;
  businessId: string;
  shop: string;
  zone: string;
  kind: Letter['kind'];
  state: Letter['state'];
  at: Date;
  /** Null until it is about to leave. */
  messageId: string | null;
}

/** Letters of a business (of all, unless said), the newest first, older than a place. Those about an account's password are nobody else's business. */
export async function listLetters(
  db: Db,
  { businessId, before }: { businessId?: string; before?: { at: Date; id: string } | undefined },
  limit: number,
): Promise<ListedLetter[]> {
  const whose = businessId === undefined ? sql`true` : sql`l.business_id = ${businessId}`;
  const rest = before === undefined ? sql`true` : sql`(l.created_at, l.id) < (${before.at}::timestamptz, ${before.id}::uuid)`;
  const { rows } = await sql<ListedLetter>`${letterRows} where ${whose} and ${rest} and l.kind <> 'password'
    order by l.created_at desc, l.id desc limit ${limit}`.execute(db);
  return rows;
}

/** One of them, of this business or of any. */
export async function findLetter(db: Db, id: string, businessId?: string): Promise<ListedLetter | undefined> {
  // Through the businesses, because the key leads with them.
  const whose = businessId === undefined ? sql`any(array(select id from business))` : sql`${businessId}::uuid`;
  const { rows } = await sql<ListedLetter>`${letterRows}
    where l.business_id = ${whose} and l.id = ${id} and l.kind <> 'password'`.execute(db);
  return rows[0];
}

const letterRows = sql`
  select l.id, l.business_id as "businessId", b.name as shop, b.zone, l.kind, l.state, l.created_at as at, l.message_id as "messageId"
  from letter l join business b on b.id = l.business_id`;
