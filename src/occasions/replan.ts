import type { Db } from '../businesses/commit.ts';

/**
 * Takes the occasions of a business that changed since they were last planned: locked for this transaction, their mark cleared.
 * Those that someone else has are left to them.
 */
export async function claimOccasionReplan(trx: Db, businessId: string): Promise<string[]> {
  const rows = await trx
    .updateTable('occasion')
    .set({ replan_at: null })
    .where('business_id', '=', businessId)
    .where('id', 'in', (from) =>
      from
        .selectFrom('occasion')
        .select('id')
        .where('business_id', '=', businessId)
        .where('replan_at', 'is not', null)
        .orderBy('id')
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}
