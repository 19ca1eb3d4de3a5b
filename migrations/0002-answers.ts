import { type Kysely, sql } from 'kysely';

/** What answers need beyond the ledger: who opened which link, letters to the person in charge, reminders, and where happy customers are led. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table business
    add column review_url text,
    add column referral_line text`,
  `alter table occasion add column reminder_days smallint check (reminder_days between 1 and 30)`,
  // Reminders look for surveys that went out lately; other cards cost nothing here.
  `create index message_survey on message (business_id, date) where survey_id is not null`,
  // What practice forgets, its reminders forget with it.
  `alter table touchpoint
    drop constraint touchpoint_business_id_reminder_of_fkey,
    add foreign key (business_id, reminder_of) references touchpoint (business_id, id) on delete cascade`,
  `create index touchpoint_reminder on touchpoint (business_id, reminder_of) where reminder_of is not null`,

  // Kept for a day, to know mail filters by their opening everything.
  `create table link_visit (
    business_id uuid not null,
    touchpoint_id uuid not null,
    visitor text not null,
    link text not null,
    customer_id uuid not null,
    at timestamptz not null,
    primary key (business_id, touchpoint_id, visitor, link),
    foreign key (business_id, touchpoint_id) references touchpoint (business_id, id) on delete cascade,
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index link_visit_at on link_visit (at)`,
  `create index link_visit_customer on link_visit (business_id, customer_id)`,

  // Ids only: the words are made of the rows when the letter leaves, so that an erased person stands in none that waits.
  `create table letter (
    business_id uuid not null references business,
    id uuid not null,
    kind text not null check (kind in ('low answer')),
    follow_up_id uuid,
    language text not null,
    due_at timestamptz not null,
    state text not null default 'planned' check (state in ('planned', 'sending', 'sent', 'failed', 'dropped')),
    lease_until timestamptz,
    fence integer not null default 0,
    attempts integer not null default 0,
    message_id text,
    created_at timestamptz not null,
    sent_at timestamptz,
    primary key (business_id, id),
    foreign key (business_id, follow_up_id) references follow_up (business_id, id) on delete cascade
  )`,
  `create index letter_due on letter (due_at) where state in ('planned', 'sending')`,
  `create index letter_follow_up on letter (business_id, follow_up_id)`,
];
