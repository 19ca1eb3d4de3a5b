import { type Selectable, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { MergeData } from '../cards/fields.ts';
import type { Database, Day } from '../database/schema.ts';
import type { Mailbox } from '../mail/address.ts';
import type { Question } from '../occasions/surveys.ts';
import type { Claim } from './claim.ts';
import type { StandingStop } from './stops.ts';

/** A row as jsonb gives it: instants are ISO texts. */
type AsJson<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K] };
type Row<Table extends keyof Database> = AsJson<Selectable<Database[Table]>>;

/** Who a message goes between, frozen with it. */
export interface Addresses {
  from: Mailbox;
  replyTo?: Mailbox;
  to: Mailbox;
  listId: { name: string; id: string };
  feedbackId: string;
  unsubscribe: string;
}

/** A message that was made earlier and goes again with the same bytes. `hash` is '\x' and hexadecimal digits. */
export interface Frozen extends Omit<Row<'message'>, 'hash'> {
  hash: string;
  data: MergeData | null;
  addresses: Addresses | null;
}

/** Everything that sending one touchpoint needs, read at one moment. */
export interface Load extends Claim {
  customerId: string;
  /** What it is about: a reminder is about what the first card was about. */
  cause: string;
  /** The touchpoint whose survey this one asks again. */
  reminderOf: string | null;
  answered: boolean;
  sendOn: Day;
  lateAt: Date;
  cardId: string;
  cardVersion: number | null;
  basis: 'customer' | 'consent' | 'none';
  basisOn: Day | null;
  createdAt: Date;
  /** The last purchase that was not voided; null where it does not matter. */
  boughtOn: Day | null;
  rev: number;
  gone: boolean;
  complaint: boolean;
  business: Row<'business'>;
  occasion: Row<'occasion'>;
  person: Row<'person'> | null;
  emailHash: string | null;
  stops: (StandingStop & { id: string })[];
  date: Row<'date'> | null;
  purchase: Row<'purchase'> | null;
  survey: { survey_id: string; n: number; questions: Question[] } | null;
  /** What a member wrote for this one person. */
  line: string | null;
  frozen: Frozen | null;
  /** An earlier try may have arrived. */
  unsure: boolean;
}

/**
 * Reads a slice of claims whole, in one statement. What is no longer ours does not come back. (The `limit` changes nothing but the
 * planner's guess of a hundred rows, for which it reads whole tables.)
 */
export async function loadClaims(db: Db, claims: readonly Claim[]): Promise<Load[]> {
  const { rows } = await sql<Load>`/* prepared: load claims */
    select ${everything}
    from (
      select * from jsonb_to_recordset(${JSON.stringify(claims.map(({ businessId, id, fence }) => ({ businessId, id, fence })))}::jsonb)
        as r("businessId" uuid, id uuid, fence int) limit ${claims.length}
    ) r
    join touchpoint t on t.business_id = r."businessId" and t.id = r.id and t.fence = r.fence and t.state = 'leased'
    ${withItsRows}`.execute(db);
  return rows;
}

/** The same of one touchpoint in whatever state, for showing it: nothing is claimed. */
export async function loadTouchpoint(db: Db, businessId: string, id: string): Promise<Load | undefined> {
  const { rows } = await sql<Load>`select ${everything} from touchpoint t ${withItsRows}
    where t.business_id = ${businessId} and t.id = ${id}`.execute(db);
  return rows[0];
}

/** What the stops were when they were read: whether they are still the same is checked in the hand-over's transaction. */
export function stopsSeen(load: Load): string {
  return load.stops.map((stop) => stop.id).join(',');
}

// The same two look-ups as in the hand-over, which compares the ids: on the customer, and on the address, whoever set them there.
const stopsOf = sql`coalesce((
  select jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'occasionId', s.occasion_id, 'dateKind', s.date_kind, 'until', s.until) order by s.id)
  from (
    select * from stop where business_id = t.business_id and customer_id = t.customer_id and lifted_at is null
    union select * from stop where business_id = t.business_id and email_hash = h.hash and lifted_at is null
  ) s), '[]')`;

// 'date:birthday:2027', 'date:anniversary/wedding:2027': a label may hold any sign, a year closes the text.
const dateOf = sql`(
  select to_jsonb(d) from date d where d.business_id = t.business_id and d.customer_id = t.customer_id and s.cause like 'date:%'
    and d.kind || case when d.label = '' then '' else '/' || d.label end = substring(s.cause from '^date:(.*):[0-9]+$'))`;

const purchaseOf = sql`(
  select to_jsonb(u) from purchase u where u.business_id = t.business_id and s.cause like 'purchase:%'
    and u.id = case when s.cause like 'purchase:%' then substring(s.cause from 10)::uuid end)`;

// Only there it counts for how long mail may go (customers/mail-until.ts).
const boughtOn = sql`case when b.country = 'CA' then (
  select max(u."on") from purchase u where u.business_id = t.business_id and u.customer_id = t.customer_id and u.voided_at is null) end`;

const surveyOf = sql`(
  select jsonb_build_object('survey_id', v.survey_id, 'n', v.n, 'questions', v.questions) from survey_version v
  where v.business_id = t.business_id and v.survey_id = coalesce(m.survey_id, fm.survey_id, o.survey_id)
    and v.n = coalesce(m.survey_version, fm.survey_version, v.n)
  order by v.n desc limit 1)`;

const everything = sql`t.business_id as "businessId", t.id, t.fence, t.customer_id as "customerId", s.cause, t.reminder_of as "reminderOf", t.send_on as "sendOn", t.late_at as "lateAt",
      t.card_id as "cardId", t.card_version as "cardVersion", c.basis_kind as basis, c.basis_on as "basisOn", c.created_at as "createdAt", ${boughtOn} as "boughtOn", c.rev,
      c.erased_at is not null or c.merged_into is not null as gone,
      to_jsonb(b) as business, to_jsonb(o) as occasion, to_jsonb(p) as person, h.hash as "emailHash",
      ${stopsOf} as stops, ${dateOf} as date, ${purchaseOf} as purchase, ${surveyOf} as survey, l.words as line,
      case when m.touchpoint_id is not null then to_jsonb(m) || jsonb_build_object('data', md.data, 'addresses', md.addresses) end as frozen,
      exists (select from follow_up f where f.business_id = t.business_id and f.customer_id = t.customer_id
        and f.closed_at is null and f.reason = 'low answer') as complaint,
      t.reminder_of is not null and exists (select from answer a where a.business_id = t.business_id and a.touchpoint_id = t.reminder_of
        and not a.suspect) as answered,
      m.touchpoint_id is not null and exists (select from attempt a where a.business_id = t.business_id and a.touchpoint_id = t.id
        and a.stage = 'uncertain') as unsure`;

const withItsRows = sql`
    join business b on b.id = t.business_id
    join customer c on c.business_id = t.business_id and c.id = t.customer_id
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    left join message_data md on md.business_id = t.business_id and md.touchpoint_id = t.id
    left join personal_line l on l.business_id = t.business_id and l.touchpoint_id = t.id
    left join touchpoint f on f.business_id = t.business_id and f.id = t.reminder_of
    left join message fm on fm.business_id = t.business_id and fm.touchpoint_id = t.reminder_of
    cross join lateral (select coalesce(f.cause, t.cause) as cause) s
    cross join lateral (select case when p.email_key is not null then email_hash(p.email_key) end as hash) h`;
