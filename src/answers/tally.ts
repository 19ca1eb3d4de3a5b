import { sql } from 'kysely';
import { type Db, inOneCommit } from '../businesses/commit.ts';
import type { Day } from '../database/schema.ts';

export interface Range {
  /** Local days on which surveys went out, both inclusive. */
  from: Day;
  to: Day;
}

/** The surveys that one occasion sent in one month: how many gave this answer to this question, or none (`place` is null). */
export interface Count {
  /** Its slug. */
  occasion: string;
  name: string;
  /** 'YYYY-MM', in which they went out. */
  month: string;
  surveyId: string;
  version: number;
  place: number | null;
  value: number | null;
  suspect: boolean;
  count: number;
}

/**
 * How often each answer was given to surveys of these days, the newest version first. Days come from the tally, and those that have changed
 * since are counted as they are, in one look: a tally that is behind, or empty, makes this slower and never wrong.
 */
export async function countAnswers(db: Db, businessId: string, { from, to }: Range): Promise<Count[]> {
  const { rows } = await sql<Count>`
    with changed as materialized (
      select distinct business_id, day from answer_tally_stale where business_id = ${businessId} and day >= ${from}::date - 2)
    select o.slug as occasion, o.name, to_char(s.month, 'YYYY-MM') as month, s.survey_id as "surveyId", s.survey_version as version,
      s.question as place, s.value, s.suspect, s.count
    from (
      select occasion_id, date_trunc('month', sent_on::timestamp) as month, survey_id, survey_version, question, value, suspect,
        sum(count)::int as count
      from (
        select ${figures} from answer_tally
        where business_id = ${businessId} and day >= ${from}::date - 2 and day not in (select day from changed)
        union all select c.* from changed d cross join lateral (${countDay}) c
      ) days
      where sent_on between ${from} and ${to} and not (practice and (select live_at is not null from business where id = ${businessId}))
      group by 1, 2, 3, 4, 5, 6, 7
    ) s join occasion o on o.business_id = ${businessId} and o.id = s.occasion_id
    order by o.rank, o.slug, version desc, "surveyId", place`.execute(db);
  return rows;
}

const DAYS_A_STEP = 10;

/**
 * Counts some of the days anew that have changed, the latest first; true when there may be more. A change that is not committed yet is not
 * counted, and neither is its mark taken away, because one statement sees both or neither.
 */
export async function tallyAnswers(db: Db): Promise<boolean> {
  return inOneCommit(db, async (trx) => {
    if (!(await isMyTurn(trx))) return false;
    const { rows } = await sql`
      with changed as materialized (
        select distinct business_id, day from answer_tally_stale order by day desc, business_id limit ${DAYS_A_STEP}
      ), marks as (
        delete from answer_tally_stale s using changed d where s.business_id = d.business_id and s.day = d.day
      ), before as (
        delete from answer_tally y using changed d where y.business_id = d.business_id and y.day = d.day
      ), after as (
        insert into answer_tally (business_id, day, ${figures})
        select d.business_id, d.day, c.* from changed d cross join lateral (${countDay}) c
      )
      select from changed`.execute(trx);
    return rows.length === DAYS_A_STEP;
  });
}

// Two at once would each put in what the other cannot see yet.
async function isMyTurn(trx: Db): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('answer tally')) as mine`.execute(trx);
  return rows[0]?.mine ?? false;
}

const figures = sql.raw('occasion_id, survey_id, survey_version, sent_on, practice, question, value, suspect, count');

// Of the business and day of `d`, what the raw rows say. Reminders count with the survey that they remind of. Each `offset 0` has the few rows
// of a day looked up one by one: planned as one join, it reads all answers there ever were.
const countDay = sql`
  select t.occasion_id, m.survey_id, m.survey_version, t.sent_on, t.practice, a.question, a.value,
    coalesce(a.suspect, false) as suspect, count(*)::int as count
  from message m
  cross join lateral (
    select occasion_id, send_on as sent_on, practice, state from touchpoint
    where business_id = m.business_id and id = m.touchpoint_id and reminder_of is null offset 0
  ) t
  left join lateral (
    select question, value, suspect from answer where business_id = m.business_id and touchpoint_id = m.touchpoint_id offset 0
  ) a on true
  where m.business_id = d.business_id and m.survey_id is not null
    and m.date >= d.day::timestamp at time zone 'UTC' and m.date < (d.day + 1)::timestamp at time zone 'UTC'
    and (t.state = 'accepted' or a.question is not null)
  group by 1, 2, 3, 4, 5, 6, 7, 8`;
