import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Day, TouchpointState } from '../database/schema.ts';

/** One line of a customer's story. `by` is an actor. */
export type StoryLine = { id: string; at: Date; key: string } & (
  | { is: 'card'; occasion: string; day: Day; state: TouchpointState; reason: string | null; practice: boolean; written: boolean }
  | {
      is: 'purchase';
      day: Day;
      amount: number;
      currency: string;
      category: string | null;
      reference: string | null;
      voided: boolean;
      nth: number;
    }
  | { is: 'answer'; occasion: string; answers: GivenAnswer[]; suspect: boolean }
  | { is: 'follow-up opened'; reason: string; dueOn: Day }
  | { is: 'follow-up closed'; reason: string; by: string; outcome: string; lostReason: string | null }
  | { is: 'change'; what: string; by: string; before: unknown; after: unknown }
);

export interface GivenAnswer {
  /** Its place in the survey. */
  place: number;
  value: number | null;
  words: string | null;
  /** The question as it was asked, as the survey keeps it. */
  question: unknown;
  language: string | null;
}

export interface Story {
  lines: StoryLine[];
  /** Where an older page begins. */
  next?: string;
}

/** What cards tell where they did not go: these never got so far that it is worth a line. */
const UNTOLD = ['planned', 'waiting', 'held', 'blocked', 'cancelled'];
/** Told by the line of what it made. */
const TOLD_ELSEWHERE = [
  'purchase added',
  'answer given',
  'answer changed',
  'answer suspected',
  'follow-up opened',
  'follow-up closed',
];

/**
 * All that happened with a customer on one line of time, the newest first: cards sent (and those that did not go, once their day had passed),
 * purchases, answers, follow-ups, and who changed what. What is still to come is in the profile.
 */
export async function storyOf(
  db: Db,
  businessId: string,
  customerId: string,
  { before }: { before?: string },
  limit: number,
): Promise<Story> {
  const of = { businessId, customerId, until: readPlace(before), limit: limit + 1 };
  const sources = [cards, purchases, answers, followUps, closedFollowUps, changes];
  const found: StoryLine[] = [];
  for (const source of sources) found.push(...(await source(db, of)));
  const lines = found.toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a.key < b.key ? 1 : -1));
  const page = lines.slice(0, limit);
  const last = page.at(-1);
  return { lines: page, ...(last && lines.length > limit ? { next: `${last.at.toISOString()} ${last.key}` } : {}) };
}

interface Of {
  businessId: string;
  customerId: string;
  until: { at: Date; key: string } | undefined;
  limit: number;
}

type Source = (db: Db, of: Of) => Promise<StoryLine[]>;

// A line's key tells apart what happened in the same moment; it names the source, so that several share one order.
const page = (at: RawBuilder<unknown>, key: RawBuilder<unknown>, { until, limit }: Of): RawBuilder<unknown> => sql`
  ${until ? sql`and (date_trunc('milliseconds', ${at}), ${key}) < (${until.at}::timestamptz, ${until.key})` : sql``}
  order by date_trunc('milliseconds', ${at}) desc, ${key} desc limit ${limit}`;

const cards: Source = async (db, of) => {
  const at = sql`coalesce(m.date, t.due_at)`;
  const key = sql`('card ' || t.id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select 'card' as is, t.id, ${key} as key, date_trunc('milliseconds', ${at}) as at, o.name as occasion, t.send_on as day, t.state, t.reason,
      t.practice, m.touchpoint_id is not null as written
    from touchpoint t
    join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
    left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
    where t.business_id = ${of.businessId} and t.customer_id = ${of.customerId} and t.state <> all(${UNTOLD}::text[])
      ${page(at, key, of)}`.execute(db);
  return rows;
};

const purchases: Source = async (db, of) => {
  // A purchase has a day and no hour: it stands at noon.
  const at = sql`(p."on" + time '12:00') at time zone 'UTC'`;
  const key = sql`('purchase ' || p.id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select 'purchase' as is, p.id, ${key} as key, ${at} as at, p."on" as day, p.amount, p.currency, p.category, p.reference, p.nth,
      p.voided_at is not null as voided
    from purchase p where p.business_id = ${of.businessId} and p.customer_id = ${of.customerId} ${page(at, key, of)}`.execute(db);
  return rows;
};

const answers: Source = async (db, of) => {
  const key = sql`('answer ' || a.touchpoint_id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select * from (
      select 'answer' as is, a.touchpoint_id as id, ${key} as key, date_trunc('milliseconds', min(a.at)) as at, o.name as occasion,
        bool_or(a.suspect) as suspect,
        json_agg(json_build_object('place', a.question, 'value', a.value, 'words', w.words, 'language', m.language,
          'question', v.questions -> a.question) order by a.question) as answers
      from touchpoint t
      join answer a on a.business_id = t.business_id and a.touchpoint_id = t.id
      join occasion o on o.business_id = t.business_id and o.id = t.occasion_id
      left join answer_text w on w.business_id = a.business_id and w.touchpoint_id = a.touchpoint_id and w.question = a.question
      left join message m on m.business_id = t.business_id and m.touchpoint_id = t.id
      left join survey_version v on v.business_id = m.business_id and v.survey_id = m.survey_id and v.n = m.survey_version
      where t.business_id = ${of.businessId} and t.customer_id = ${of.customerId}
      group by a.touchpoint_id, o.name
    ) x where true ${page(sql`x.at`, sql`x.key`, of)}`.execute(db);
  return rows;
};

const followUps: Source = async (db, of) => {
  const key = sql`('follow-up ' || f.id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select 'follow-up opened' as is, f.id, ${key} as key, date_trunc('milliseconds', f.opened_at) as at, f.reason, f.due_on as "dueOn"
    from follow_up f where f.business_id = ${of.businessId} and f.customer_id = ${of.customerId} ${page(sql`f.opened_at`, key, of)}`.execute(
    db,
  );
  return rows;
};

const closedFollowUps: Source = async (db, of) => {
  const key = sql`('follow-up closed ' || f.id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select 'follow-up closed' as is, f.id, ${key} as key, date_trunc('milliseconds', f.closed_at) as at, f.reason, f.closed_by as by,
      f.outcome, f.lost_reason as "lostReason"
    from follow_up f where f.business_id = ${of.businessId} and f.customer_id = ${of.customerId} and f.closed_at is not null
      ${page(sql`f.closed_at`, key, of)}`.execute(db);
  return rows;
};

const changes: Source = async (db, of) => {
  const key = sql`('change ' || h.id) collate "C"`;
  const { rows } = await sql<StoryLine>`
    select 'change' as is, h.id, ${key} as key, date_trunc('milliseconds', h.at) as at, h.what, h.by, h.before, h.after
    from change h where h.business_id = ${of.businessId} and h.customer_id = ${of.customerId} and h.what <> all(${TOLD_ELSEWHERE}::text[])
      ${page(sql`h.at`, key, of)}`.execute(db);
  return rows;
};

function readPlace(text: string | undefined): Of['until'] {
  const match = /^(\S+) ([a-z -]+ [0-9a-f-]{36})$/.exec(text ?? '');
  const at = new Date(match?.[1] ?? '');
  return match?.[2] === undefined || Number.isNaN(at.getTime()) ? undefined : { at, key: match[2] };
}
