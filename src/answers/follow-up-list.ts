import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { called } from '../customers/called.ts';
import type { Day } from '../database/schema.ts';
import type { FollowUp } from '../customers/follow-ups.ts';
import { labelOf, type Question, wordsOf } from '../occasions/surveys.ts';

/** A task as a member reads it: whom it is about, what they said, who cares for it. */
export interface Task {
  id: string;
  customerId: string;
  /** Full name, else the address. */
  customer: string;
  email: string | null;
  phone: string | null;
  reason: FollowUp['reason'];
  dueOn: Day;
  assignedTo: string | null;
  assignee: string | null;
  note: string | null;
  openedAt: Date;
  closedAt: Date | null;
  outcome: FollowUp['outcome'];
  lostReason: string | null;
  /** What they answered and wrote, for a low answer: question, answer and words. */
  said: { asked: string; answer: string | null; words: string | null }[];
}

export interface TaskFilter {
  closed?: boolean;
  /** Only those of one member. */
  assignedTo?: string;
  /** Where the last page ended: a day for open ones, an instant for closed ones. */
  after?: { at: string; id: string };
}

/** Open tasks by their day, the oldest first, so what is overdue stands on top; or closed ones, the latest first. */
export async function listTasks(
  db: Db,
  businessId: string,
  filter: TaskFilter,
  limit: number,
  languages: string[],
): Promise<Task[]> {
  const { closed = false, assignedTo, after } = filter;
  const order = closed ? sql`f.closed_at desc, f.id desc` : sql`f.due_on, f.id`;
  const { rows } = await sql<Row>`${tasks}
    where f.business_id = ${businessId} and ${closed ? sql`f.closed_at is not null` : sql`f.closed_at is null`}
      ${assignedTo === undefined ? sql`` : sql`and f.assigned_to = ${assignedTo}`}
      ${after === undefined ? sql`` : closed ? sql`and (f.closed_at, f.id) < (${after.at}, ${after.id})` : sql`and (f.due_on, f.id) > (${after.at}, ${after.id})`}
    order by ${order} limit ${limit}`.execute(db);
  return rows.map((row) => toTask(row, languages));
}

export async function findTask(db: Db, businessId: string, id: string, languages: string[]): Promise<Task | undefined> {
  const { rows } = await sql<Row>`${tasks} where f.business_id = ${businessId} and f.id = ${id}`.execute(db);
  return rows[0] && toTask(rows[0], languages);
}

/** How many are open, and of those how many should have been done before `today`; each counted up to a thousand. */
export async function countTasks(db: Db, businessId: string, today: Day): Promise<{ open: number; overdue: number }> {
  const { rows } = await sql<{ open: number; overdue: number }>`
    select count(*)::int as open, count(*) filter (where due_on < ${today})::int as overdue
    from (select due_on from follow_up where business_id = ${businessId} and closed_at is null order by due_on limit 1000) f`.execute(
    db,
  );
  return rows[0] ?? { open: 0, overdue: 0 };
}

/** Why customers left, by month ('YYYY-MM', by the business's calendar, the newest first) and reason. A loss without a reason has null. */
export async function whyTheyLeft(
  db: Db,
  businessId: string,
  since: Day,
): Promise<{ month: string; reason: string | null; count: number }[]> {
  const { rows } = await sql<{ month: string; reason: string | null; count: number }>`
    select to_char(f.closed_at at time zone b.zone, 'YYYY-MM') as month, f.lost_reason as reason, count(*)::int as count
    from follow_up f join business b on b.id = f.business_id
    where f.business_id = ${businessId} and f.closed_at >= ${since}::date and f.outcome = 'lost'
    group by 1, 2 order by 1 desc, 3 desc, 2`.execute(db);
  return rows;
}

interface Row extends Omit<Task, 'said'> {
  questions: Question[] | null;
  answers: { question: number; value: number | null; words: string | null }[];
}

const tasks = sql`
  select f.id, f.customer_id as "customerId", coalesce(${called}, 'A customer') as customer,
    p.email, p.phone, f.reason, f.due_on as "dueOn", f.assigned_to as "assignedTo", u.name as assignee, f.note,
    f.opened_at as "openedAt", f.closed_at as "closedAt", f.outcome, f.lost_reason as "lostReason", v.questions,
    (select coalesce(jsonb_agg(jsonb_build_object('question', a.question, 'value', a.value, 'words', w.words) order by a.question), '[]')
      from answer a left join answer_text w on w.business_id = a.business_id and w.touchpoint_id = a.touchpoint_id and w.question = a.question
      where a.business_id = f.business_id and a.touchpoint_id = f.touchpoint_id) as answers
  from follow_up f
  join person p on p.business_id = f.business_id and p.customer_id = f.customer_id
  left join member mb on mb.business_id = f.business_id and mb.id = f.assigned_to
  left join auth_user u on u.id = mb.user_id
  left join message m on m.business_id = f.business_id and m.touchpoint_id = f.touchpoint_id
  left join survey_version v on v.business_id = m.business_id and v.survey_id = m.survey_id and v.n = m.survey_version`;

function toTask({ questions, answers, ...row }: Row, languages: string[]): Task {
  const said = answers.flatMap(({ question: place, value, words }) => {
    const question = questions?.[place];
    if (!question) return [];
    const answer = value === null ? null : labelOf(question, value, languages);
    return [{ asked: wordsOf(question, languages).question, answer, words }];
  });
  return { ...row, said };
}
