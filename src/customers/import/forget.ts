import { sql } from 'kysely';
import type { Db } from '../../businesses/commit.ts';

/**
 * Forgets what imports no longer need: 30 days after an import the rows that it refused, what it asked, the names of its columns and whom it spoke
 * of, after which it cannot be taken back; and a file that nobody answered for within 7 days, or that was left paused for 30. Says whether there was one.
 */
export async function forgetImports(db: Db, now: Date): Promise<boolean> {
  const days = (count: number): Date => new Date(now.getTime() - count * 86_400_000);
  const { numAffectedRows: dropped } = await sql`
    delete from import_run where (business_id, id) in (
      select business_id, id from import_run where state in ('asking', 'tried') and started_at < ${days(7)} limit 10)`.execute(
    db,
  );
  const { numAffectedRows: ended } = await sql`
    with ended as (
      update import_run set state = 'cancelled', ended_at = ${now}, lease_until = null where state = 'paused' and going_since < ${days(30)}
      returning business_id, id), chunks as (
      delete from import_chunk c using ended e where c.business_id = e.business_id and c.import_id = e.id)
    select from ended`.execute(db);
  const { rows } = await sql<{ business_id: string; id: string }>`
    select r.business_id, r.id from import_run r
    where coalesce(r.undone_at, r.ended_at, case when r.state = 'elsewhere' then r.started_at end) < ${days(30)}
      and (exists (select from import_person p where p.business_id = r.business_id and p.import_id = r.id)
        or exists (select from import_row w where w.business_id = r.business_id and w.import_id = r.id)
        or exists (select from import_question q where q.business_id = r.business_id and q.import_id = r.id)
        or exists (select from import_file f where f.business_id = r.business_id and f.import_id = r.id))
    limit 1`.execute(db);
  const [old] = rows;
  if (old) await forgetOne(db, old.business_id, old.id);
  return old !== undefined || Number(dropped ?? 0) + Number(ended ?? 0) > 0;
}

async function forgetOne(db: Db, businessId: string, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const table of ['import_person', 'import_row', 'import_question', 'import_file'] as const) {
      await sql`delete from ${sql.table(table)} where business_id = ${businessId} and import_id = ${id}`.execute(trx);
    }
  });
}
