import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';

/** Has started, or was ended by a person: such a row wins over one that is only planned. `t` is the touchpoint. */
export const FINAL = sql`(t.state in ('leased', 'handing over', 'accepted', 'deferred', 'rejected', 'uncertain', 'posted', 'skipped')
  or exists (select from message m where m.business_id = t.business_id and m.touchpoint_id = t.id))`;

export const GOING = sql`('leased', 'handing over', 'accepted', 'deferred', 'uncertain', 'posted')`;

/** Open rows free their days; planning gives them new ones. */
export async function stepAside(trx: Transaction<Database>, businessId: string, customers: string[]): Promise<void> {
  await sql`update touchpoint t set state = 'blocked' where business_id = ${businessId} and customer_id = any(${customers}::uuid[])
    and state in ('planned', 'waiting', 'held') and not ${FINAL}`.execute(trx);
}
