import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { type Load, stopsSeen } from './load.ts';
import type { Prepared } from './prepare.ts';

/** One message about to leave: what it was made from, what was made, and when. */
export interface HandOver {
  load: Load;
  prepared: Prepared;
  practice: boolean;
  now: Date;
}

/**
 * `attempt` is its number when it may go now; undefined: something changed since it was loaded, or it is no longer ours, and it must not go.
 * `at` is the moment before the commit, on `performance.now()`: a stop's commit may follow right after.
 */
export interface HandedOver {
  attempt: number | undefined;
  at: number;
}

/**
 * The last look before messages leave, for many in one transaction. Locks the customers (`for share`, in id order; a stop takes them
 * `for update`), then reads again, with a new snapshot, whether anything that was loaded has changed: a stop, the person, the business,
 * the claim. What has not becomes `handing over`, with its message frozen. So nothing is handed over after a stop's commit.
 * A customer who is being changed at this moment is not waited for: their card counts as changed.
 */
export async function handOver(db: Db, asked: readonly HandOver[], leaseMs: number): Promise<HandedOver[]> {
  return db.transaction().execute(async (trx) => {
    const locked = await lockCustomers(trx, asked);
    const rows = asked.filter(({ load }) => locked.has(`${load.businessId} ${load.customerId}`));
    const going = rows.length === 0 ? [] : await freeze(trx, rows, leaseMs);
    const at = performance.now();
    const attempts = new Map(going.map((row) => [row.id, row.n]));
    return asked.map(({ load }) => ({ attempt: attempts.get(load.id), at }));
  });
}

async function lockCustomers(trx: Db, asked: readonly HandOver[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`/* prepared: lock customers */
    select c.business_id || ' ' || c.id as key
    from unnest(${asked.map(({ load }) => load.businessId)}::uuid[], ${asked.map(({ load }) => load.customerId)}::uuid[]) as a(business_id, id)
    join customer c on c.business_id = a.business_id and c.id = a.id
    order by c.business_id, c.id for share of c skip locked`.execute(trx);
  return new Set(rows.map(({ key }) => key));
}

// The `limit` changes nothing but the planner's guess of a hundred rows, for which it reads whole tables.
async function freeze(trx: Db, rows: readonly HandOver[], leaseMs: number): Promise<{ id: string; n: number }[]> {
  const { rows: going } = await sql<{ id: string; n: number }>`/* prepared: hand over */
    with a as (
      select * from jsonb_to_recordset(${JSON.stringify(rows.map(toRecord))}::jsonb) as a(business_id uuid, id uuid, fence int, customer_id uuid,
        rev int, live boolean, email_key text, email_hash text, stops text, practice boolean, frozen boolean, now timestamptz, message_id text, date timestamptz,
        boundary text, card_id uuid, card_version int, survey_id uuid, survey_version int, language text, sha256 text, data jsonb, addresses jsonb)
      limit ${rows.length}
    ), going as (
      update touchpoint t set state = 'handing over', practice = a.practice, lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      from a
        join customer c on c.business_id = a.business_id and c.id = a.customer_id
        join person p on p.business_id = a.business_id and p.customer_id = a.customer_id
        join business b on b.id = a.business_id
      where t.business_id = a.business_id and t.id = a.id and t.fence = a.fence and t.state = 'leased' and t.held_at is null
        and t.customer_id = a.customer_id and t.late_at > a.now and b.paused_at is null and (b.live_at is not null) = a.live
        and c.rev = a.rev and c.basis_kind <> 'none' and p.email_key is not distinct from a.email_key and ${stopsNow} = a.stops
      returning t.business_id, t.id
    ), messages as (
      insert into message (business_id, touchpoint_id, message_id, date, boundary, card_id, card_version, survey_id, survey_version, language, hash)
      select a.business_id, a.id, a.message_id, a.date, a.boundary, a.card_id, a.card_version, a.survey_id, a.survey_version, a.language,
        decode(a.sha256, 'hex')
      from a join going g on g.business_id = a.business_id and g.id = a.id where not a.frozen
    ), data as (
      insert into message_data (business_id, touchpoint_id, customer_id, data, addresses)
      select a.business_id, a.id, a.customer_id, a.data, a.addresses
      from a join going g on g.business_id = a.business_id and g.id = a.id where not a.frozen
    )
    insert into attempt (business_id, touchpoint_id, n, fence, stage, started_at)
    select a.business_id, a.id, a.n, a.fence, 'handing over', a.now from (
      select a.*, 1 + coalesce((select max(n) from attempt e where e.business_id = a.business_id and e.touchpoint_id = a.id), 0) as n
      from a join going g on g.business_id = a.business_id and g.id = a.id) a
    returning touchpoint_id as id, n`.execute(trx);
  return going;
}

// The same look-ups as when it was loaded.
const stopsNow = sql`coalesce((
  select string_agg(s.id::text, ',' order by s.id) from (
    select id from stop where business_id = a.business_id and customer_id = a.customer_id and lifted_at is null
    union select id from stop where business_id = a.business_id and email_hash = a.email_hash and lifted_at is null
  ) s), '')`;

function toRecord({ load, prepared, practice, now }: HandOver) {
  const { message, sha256 } = prepared;
  return {
    business_id: load.businessId,
    id: load.id,
    fence: load.fence,
    customer_id: load.customerId,
    rev: load.rev,
    live: load.business.live_at !== null,
    email_key: load.person?.email_key ?? null,
    email_hash: load.emailHash,
    stops: stopsSeen(load),
    practice,
    frozen: load.frozen !== null,
    now,
    message_id: message.messageId,
    date: message.date,
    boundary: message.boundary,
    card_id: message.cardId,
    card_version: message.cardVersion,
    survey_id: message.surveyId,
    survey_version: message.surveyVersion,
    language: message.language,
    sha256,
    // What is frozen already need not travel again.
    data: load.frozen ? null : message.data,
    addresses: load.frozen ? null : message.addresses,
  };
}
