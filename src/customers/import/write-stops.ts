import { sql } from 'kysely';
import { v7 } from 'uuid';
import { keepChanges } from '../../businesses/change.ts';
import type { Db } from '../../businesses/commit.ts';
import { markForReplan } from '../replan.ts';
import type { FileStop } from './apply.ts';
import type { ImportOf } from './write-people.ts';

/**
 * Stops those who left, or whose address is dead, as the file says: on the customer and on the address, like a stop set by hand. The addresses
 * and all who have them are held already, since the rows name them; and nobody is stopped twice, nor again once it was lifted.
 */
export async function putStops(trx: Db, of: ImportOf, stops: FileStop[]): Promise<void> {
  if (stops.length === 0) return;
  const { businessId, importId, now } = of;
  // Two of one household may both have left: the address is stopped once.
  const rows = [...new Map(stops.flatMap(rowsOf).map((row) => [`${row.kind} ${row.key ?? row.customer_id}`, row])).values()];
  await sql`
    insert into stop (business_id, id, customer_id, email_hash, kind, by, at)
    select ${businessId}, r.id, r.customer_id, email_hash(r.key), r.kind, ${`import:${importId}`}, ${now}
    from json_to_recordset(${JSON.stringify(rows)}) as r(id uuid, customer_id uuid, key text, kind text)
    where not exists (
      select from stop s where s.business_id = ${businessId} and s.kind = r.kind
        and case when r.key is null then s.customer_id = r.customer_id else s.email_hash = email_hash(r.key) end
    )`.execute(trx);
  const told = stops.map(({ customerId, kind }) => ({ businessId, customerId, what: 'stop added', after: { kind } }));
  await keepChanges(trx, told, { by: `import:${importId}`, now });
  await markReached(trx, of, stops);
}

function rowsOf({
  kind,
  customerId,
  key,
}: FileStop): { id: string; customer_id: string | null; key: string | null; kind: string }[] {
  return [
    ...(kind === 'unsubscribed' ? [{ id: v7(), customer_id: customerId, key: null, kind }] : []),
    ...(key === null ? [] : [{ id: v7(), customer_id: null, key, kind }]),
  ];
}

async function markReached(trx: Db, { businessId, now }: ImportOf, stops: FileStop[]): Promise<void> {
  const keys = [...new Set(stops.map(({ key }) => key).filter((key) => key !== null))];
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from person where business_id = ${businessId} and email_key = any(${keys}::text[])`.execute(trx);
  const ids = new Set([...rows.map(({ id }) => id), ...stops.map(({ customerId }) => customerId)]);
  await markForReplan(trx, businessId, [...ids].toSorted(), now);
}
