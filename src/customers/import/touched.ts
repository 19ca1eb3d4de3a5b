import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';

/**
 * Of customers whom an import made: those with whom something else happened since. Somebody changed them, they bought, answered or unsubscribed,
 * a card went or is going to them, they were merged, or another file knows them too. A plan alone is nothing that happened.
 */
export async function findTouched(
  trx: Db,
  { business_id, id, file_hash }: { business_id: string; id: string; file_hash: string },
  ids: string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const by = `import:${id}`;
  const { rows } = await sql<{ id: string }>`
    select c.id from customer c where c.business_id = ${business_id} and c.id = any(${ids}::uuid[]) and (
      c.merged_into is not null or c.erased_at is not null
      or exists (select from customer o where o.business_id = c.business_id and o.merged_into = c.id)
      or exists (select from change h where h.business_id = c.business_id and h.customer_id = c.id and h.by <> ${by})
      or exists (select from stop s where s.business_id = c.business_id and s.customer_id = c.id and s.by <> ${by})
      or exists (select from purchase b where b.business_id = c.business_id and b.customer_id = c.id)
      or exists (select from follow_up f where f.business_id = c.business_id and f.customer_id = c.id)
      or exists (
        select from touchpoint t where t.business_id = c.business_id and t.customer_id = c.id and (
          t.state not in ('planned', 'waiting', 'held', 'blocked', 'skipped', 'expired', 'cancelled')
          or exists (select from message m where m.business_id = t.business_id and m.touchpoint_id = t.id)))
      or exists (
        select from import_person o join import_run r on r.business_id = o.business_id and r.id = o.import_id
        where o.business_id = c.business_id and o.customer_id = c.id and r.id <> ${id} and r.file_hash <> ${file_hash} and r.state <> 'undone'))`.execute(
    trx,
  );
  return new Set(rows.map((row) => row.id));
}
