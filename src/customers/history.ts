import type { Db } from '../businesses/commit.ts';

export interface HistoryLine {
  id: string;
  at: Date;
  what: string;
  /** An actor. */
  by: string;
  before: unknown;
  after: unknown;
}

/** Every change of one customer, the newest first; `next` is where the older ones begin. */
export async function historyOf(
  db: Db,
  businessId: string,
  customerId: string,
  { before }: { before?: string },
  limit: number,
): Promise<{ lines: HistoryLine[]; next?: string }> {
  let query = db
    .selectFrom('change')
    .select(['id', 'at', 'what', 'by', 'before', 'after'])
    .where('business_id', '=', businessId)
    .where('customer_id', '=', customerId);
  if (before) {
    const place = db.selectFrom('change').select('at').where('business_id', '=', businessId).where('id', '=', before);
    query = query.where((eb) => eb.or([eb('at', '<', place), eb.and([eb('at', '=', place), eb('id', '<', before)])]));
  }
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const last = rows[limit - 1];
  return { lines: rows.slice(0, limit), ...(rows.length > limit && last ? { next: last.id } : {}) };
}
