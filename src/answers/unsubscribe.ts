import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { addStop, listStops } from '../customers/stops.ts';
import type { LinkTarget } from '../links/token.ts';

type Target = Pick<LinkTarget, 'business' | 'touchpoint'>;

/** Whom an unsubscribe link belongs to: the shop (and its short name, as `slug`), and the address that the card went to (undefined once the customer was erased). */
export interface Subscription {
  shop: string;
  slug: string;
  customerId: string;
  address: string | undefined;
  /** The customer's and the shop's, in the order in which they are wanted. */
  languages: (string | null)[];
}

export async function findSubscription(db: Db, { business, touchpoint }: Target): Promise<Subscription | undefined> {
  const { rows } = await sql<Omit<Subscription, 'address'> & { address: string | null }>`
    select b.name as shop, b.slug, t.customer_id as "customerId", coalesce(md.addresses #>> '{to,address}', p.email) as address,
      array[p.language, b.locale] as languages
    from touchpoint t
    join business b on b.id = t.business_id
    left join message_data md on md.business_id = t.business_id and md.touchpoint_id = t.id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${business} and t.id = ${touchpoint}`.execute(db);
  const row = rows[0];
  return row && { ...row, address: row.address ?? undefined };
}

export async function isUnsubscribed(db: Db, { business }: Target, { customerId }: Subscription): Promise<boolean> {
  return (await listStops(db, business, customerId)).some(({ kind }) => kind === 'unsubscribed');
}

/**
 * Stops everything to this customer and to the address that the card went to, at the customer's own wish. Harmless when repeated, and for
 * someone who was erased since: they get nothing anyway. False when the link leads to nobody.
 */
export async function unsubscribe(db: Db, target: Target, now: Date): Promise<boolean> {
  const found = await findSubscription(db, target);
  if (found === undefined) return false;
  const email = found.address === undefined ? {} : { email: found.address };
  await addStop(db, target.business, { kind: 'unsubscribed', customerId: found.customerId, ...email }, { by: 'customer', now });
  return true;
}
