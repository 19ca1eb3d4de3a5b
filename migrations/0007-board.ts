import { type Kysely, sql } from 'kysely';

/** What members decide about single cards before they go, and the indexes by which the coming days and what was sent are looked through. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Another card than the occasion's, and an hour of a member's own: both survive replanning.
  `alter table touchpoint
    add column swapped_at timestamptz,
    add column swapped_by text,
    add column hurried_at timestamptz,
    add column hurried_by text`,
  // Words for one person: they go with the person, and with what practice forgets.
  `create table personal_line (
    business_id uuid not null,
    touchpoint_id uuid not null,
    customer_id uuid not null,
    words text not null check (char_length(words) between 1 and 300),
    by text not null,
    at timestamptz not null,
    primary key (business_id, touchpoint_id),
    foreign key (business_id, touchpoint_id) references touchpoint (business_id, id) on delete cascade,
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index personal_line_customer on personal_line (business_id, customer_id)`,

  // One index for planning and for the coming days: sending passes through no further one than before.
  `drop index touchpoint_open`,
  `create index touchpoint_open on touchpoint (business_id, send_on, due_at, id) include (state, occasion_id, card_id)
    where state in ('planned', 'waiting', 'held', 'blocked')`,
  `create index touchpoint_waiting on touchpoint (business_id, late_at, id) where state = 'waiting'`,
  `create index touchpoint_blocked on touchpoint (business_id, reason, send_on, id) where state = 'blocked'`,
  `create index touchpoint_uncertain on touchpoint (business_id, id) where state = 'uncertain'`,
  `create index touchpoint_missed on touchpoint (business_id, send_on, id) where state in ('expired', 'skipped', 'rejected')`,
  `create index message_date on message (business_id, date, touchpoint_id)`,
  `create index person_language on person (business_id, language) where language is not null`,
  `create index letter_created on letter (business_id, created_at, id)`,
];
