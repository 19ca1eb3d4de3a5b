import { type Kysely, sql } from 'kysely';

/** Occasions that are put away, notes on follow-ups, and the look-ups that their pages need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What was sent for an occasion refers to it, so it is put away and never deleted.
  `alter table occasion
    add column off_at timestamptz,
    add column archived_at timestamptz,
    add constraint occasion_archived check (archived_at is null or mode = 'off')`,
  `alter table follow_up add column note text`,
  `create index follow_up_due on follow_up (business_id, due_on, id) where closed_at is null`,
  `create index follow_up_closed on follow_up (business_id, closed_at, id) where closed_at is not null`,
  // The newest words first, without sorting a year of answers.
  `create index answer_at on answer (business_id, at, touchpoint_id, question)`,
  // With the day itself, so that how many a day touches is counted in the index alone.
  `drop index customer_since`,
  `create index customer_since on customer (business_id, (extract(month from since_on)), (extract(day from since_on))) include (since_on)`,
  // The history of a business's own settings: a few rows among the many that are about customers.
  `create index change_of_business on change (business_id, at) where customer_id is null`,
];
