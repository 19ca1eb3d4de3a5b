import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** What the person `p` is called: the full name, else the address; null for somebody who was erased. */
export const called = sql<string | null>`coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email)`;

/** What those who came last are called, the newest first. */
export async function newestCustomers(db: Db, businessId: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select coalesce(${called}, 'Somebody') as name from person p
    where p.business_id = ${businessId} order by p.customer_id desc limit ${most}`.execute(db);
  return rows.map(({ name }) => name);
}
