import type { Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';

/** Takes the occasions that changed since they were last planned; whoever calls plans them in the same transaction. */
export async function claimOccasionReplan(trx: Transaction<Database>, businessId: string): Promise<string[]> {
  const rows = await trx
    .updateTable('occasion')
    .set({ replan_at: null })
    .where('business_id', '=', businessId)
    .where('replan_at', 'is not', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
