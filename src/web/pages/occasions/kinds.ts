import { sql } from 'kysely';
import type { Db } from '../../../businesses/commit.ts';

const USUAL = ['anniversary', 'name day', 'first visit'];

/** Yearly days that customers' pages speak of already, as suggestions: read off the first few thousand, not all. */
export async function kindsInUse(db: Db, businessId: string): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`
    select distinct kind from (select kind from date where business_id = ${businessId} limit 3000) some order by kind`.execute(
    db,
  );
  const known = rows.map(({ kind }) => kind.replaceAll('-', ' ')).filter((kind) => kind !== 'birthday');
  return [...new Set([...known, ...USUAL])];
}
