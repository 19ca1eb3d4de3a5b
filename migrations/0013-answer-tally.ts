import { type Kysely, sql } from 'kysely';

/**
 * How often each answer was given, counted ahead by the days on which surveys left, and the days that have changed since. Whatever changes
 * a figure marks its day in the same transaction, whoever writes it, so no figure is ever older than the rows it is made of.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const markMessages = `insert into answer_tally_stale (business_id, day)
  select distinct business_id, (date at time zone 'UTC')::date from changed where survey_id is not null`;

const markAnswers = `insert into answer_tally_stale (business_id, day)
  select distinct m.business_id, (m.date at time zone 'UTC')::date
  from changed c join message m on m.business_id = c.business_id and m.touchpoint_id = c.touchpoint_id
  where m.survey_id is not null`;

const statements = [
  // `day` is when the messages left, by UTC: what is found by an index, and never changes. `question` is null for those who did not answer.
  `create table answer_tally (
    business_id uuid not null references business,
    day date not null,
    occasion_id uuid not null,
    survey_id uuid not null,
    survey_version integer not null,
    sent_on date not null,
    practice boolean not null,
    question integer,
    value integer,
    suspect boolean not null,
    count integer not null,
    foreign key (business_id, occasion_id) references occasion (business_id, id),
    foreign key (business_id, survey_id, survey_version) references survey_version (business_id, survey_id, n)
  )`,
  `create index answer_tally_day on answer_tally (business_id, day)`,
  // Only ever added to, as often as it happens, so that nobody waits for another: a day counts as changed while it stands here.
  `create table answer_tally_stale (
    business_id uuid not null references business,
    day date not null
  )`,
  `create index answer_tally_stale_day on answer_tally_stale (business_id, day)`,

  `create function mark_answer_tally() returns trigger language plpgsql as $$
    begin
      if tg_table_name = 'message' then
        ${markMessages};
      else
        ${markAnswers};
      end if;
      return null;
    end $$`,
  ...[
    ['message', 'insert', 'new'],
    ['message', 'update', 'old'],
    ['message', 'update', 'new'],
    ['message', 'delete', 'old'],
    ['answer', 'insert', 'new'],
    ['answer', 'update', 'new'],
    ['answer', 'delete', 'old'],
  ].map(
    ([
      table,
      event,
      which,
    ]) => `create trigger mark_${event}_${which} after ${event} on ${table} referencing ${which} table as changed
      for each statement execute function mark_answer_tally()`,
  ),
  // Most changes of a touchpoint are of no account here, and cost nothing.
  `create function mark_touchpoint_tally() returns trigger language plpgsql as $$
    begin
      insert into answer_tally_stale (business_id, day)
      select m.business_id, (m.date at time zone 'UTC')::date from message m
      where m.business_id = new.business_id and m.touchpoint_id = new.id and m.survey_id is not null;
      return null;
    end $$`,
  `create trigger mark_update after update on touchpoint for each row
    when ((old.state = 'accepted') <> (new.state = 'accepted')
      or (old.send_on, old.practice, old.occasion_id) <> (new.send_on, new.practice, new.occasion_id)
      or old.reminder_of is distinct from new.reminder_of)
    execute function mark_touchpoint_tally()`,

  `insert into answer_tally_stale (business_id, day)
    select distinct business_id, (date at time zone 'UTC')::date from message where survey_id is not null`,
];
