import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Day, TouchpointState } from '../database/schema.ts';
import { type Ground, mailUntil } from './mail-until.ts';

/** One line of a list of customers. */
export interface ListedCustomer {
  id: string;
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  phone: string | null;
  reference: string | null;
  basis: 'customer' | 'consent' | 'none';
  createdAt: Date;
  /** Birthday first. */
  dates: { kind: string; label: string; month: number; day: number; year: number | null }[];
  /** Of the stops that hold them from everything, the gravest; also 'consent ended' where it ended by law. */
  stop: string | null;
  /** The earliest day of an open follow-up. */
  followUpDue: Day | null;
  /** The day on which they bought last. */
  boughtOn: Day | null;
  /** What goes next, or would. */
  next: { day: Day; occasion: string; state: TouchpointState; reason: string | null } | null;
}

/** These customers as lines of a list, in this order. */
export async function describeCustomers(db: Db, businessId: string, ids: string[], today: Day): Promise<ListedCustomer[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<ListedCustomer & Shop & Pick<Ground, 'basisOn'>>`
    select p.customer_id as id, p.given_name as "givenName", p.family_name as "familyName", p.email, p.phone, p.reference,
      c.basis_kind as basis, c.basis_on as "basisOn", c.created_at as "createdAt", b.country, b.zone,
      (select coalesce(json_agg(json_build_object('kind', d.kind, 'label', d.label, 'month', d.month, 'day', d.day, 'year', d.year)
          order by d.kind <> 'birthday', d.kind, d.label), '[]')
        from date d where d.business_id = p.business_id and d.customer_id = p.customer_id) as dates,
      (select s.kind from (
          select o.kind, o.until from stop o
          where o.business_id = p.business_id and o.customer_id = p.customer_id and o.lifted_at is null
          union all
          select o.kind, o.until from stop o
          where o.business_id = p.business_id and o.email_hash = email_hash(p.email_key) and o.lifted_at is null) s
        where s.kind not in ('occasion', 'date') and (s.kind <> 'paused' or s.until > ${today})
        order by array_position(array['deceased', 'erased', 'unsubscribed', 'complained', 'consent ended', 'hard bounce', 'paused'], s.kind)
        limit 1) as stop,
      (select min(f.due_on) from follow_up f where f.business_id = p.business_id and f.customer_id = p.customer_id
        and f.closed_at is null) as "followUpDue",
      (select max(b."on") from purchase b where b.business_id = p.business_id and b.customer_id = p.customer_id
        and b.voided_at is null) as "boughtOn",
      (select json_build_object('day', t.send_on, 'occasion', o.name, 'state', t.state, 'reason', t.reason)
        from touchpoint t join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
        where t.business_id = p.business_id and t.customer_id = p.customer_id and t.state in ('planned', 'waiting', 'held')
        order by t.send_on limit 1) as next
    from unnest(${ids}::uuid[]) with ordinality as wanted(id, place)
    join person p on p.business_id = ${businessId} and p.customer_id = wanted.id
    join customer c on c.business_id = p.business_id and c.id = p.customer_id
    join business b on b.id = p.business_id
    order by wanted.place`.execute(db);
  return rows.map(({ basisOn, country, zone, ...row }) => {
    const until = mailUntil({ country, zone }, { ...row, basisOn });
    return until !== null && until < today ? { ...row, stop: row.stop ?? 'consent ended' } : row;
  });
}

interface Shop {
  country: string;
  zone: string;
}
