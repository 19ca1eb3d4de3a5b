import { type Kysely, sql } from 'kysely';

/** Imports that members start: the file, how far it is, whom it spoke of, what it asks, and how it is taken back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // 'elsewhere' is run by the process that began it, from a command; its file is not here.
  `alter table import_run
    add column state text not null default 'elsewhere' check (state in ('looking', 'asking', 'trying', 'tried', 'running', 'paused',
      'done', 'cancelled', 'failed', 'undoing', 'undone', 'elsewhere')),
    add column file_name text,
    add column rows integer,
    add column share integer not null default 0,
    add column stopped integer not null default 0,
    add column questions integer not null default 0,
    add column going_since timestamptz,
    add column rows_before integer not null default 0,
    add column lease_until timestamptz,
    add column fence integer not null default 0,
    add column tries integer not null default 0,
    add column trouble text,
    add column undone_by text,
    add column undone_at timestamptz,
    add column removed integer not null default 0,
    add column restored integer not null default 0,
    add column left_alone integer not null default 0`,
  `update import_run set state = 'done' where ended_at is not null`,
  `create index import_run_work on import_run (started_at) where state in ('looking', 'trying', 'running', 'undoing')`,

  // The file itself goes when the import ends; the names of its columns stay as long as the rows that were refused.
  `create table import_file (
    business_id uuid not null,
    import_id uuid not null,
    inspection jsonb not null,
    look jsonb,
    trial jsonb,
    primary key (business_id, import_id),
    foreign key (business_id, import_id) references import_run (business_id, id) on delete cascade
  )`,
  `create table import_chunk (
    business_id uuid not null,
    import_id uuid not null,
    n integer not null,
    bytes bytea not null,
    primary key (business_id, import_id, n),
    foreign key (business_id, import_id) references import_file (business_id, import_id) on delete cascade
  )`,
  // Packed bytes would only be packed again, and a table of customers is read from its start to its end.
  `alter table import_chunk alter column bytes set storage external`,

  // Whom a file spoke of: the first line that did, and whether it made them. For resuming where it stood, and for taking it back.
  `create table import_person (
    business_id uuid not null,
    import_id uuid not null,
    customer_id uuid not null,
    line integer not null,
    made boolean not null,
    undone_at timestamptz,
    primary key (business_id, import_id, customer_id),
    foreign key (business_id, import_id) references import_run (business_id, id) on delete cascade,
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index import_person_customer on import_person (business_id, customer_id)`,
  `create table import_question (
    business_id uuid not null,
    id uuid not null,
    import_id uuid not null,
    customer_id uuid not null,
    line integer not null,
    question text not null,
    samples jsonb not null,
    settled_at timestamptz,
    settled_by text,
    primary key (business_id, id),
    foreign key (business_id, import_id) references import_run (business_id, id) on delete cascade,
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index import_question_order on import_question (business_id, import_id, line, id)`,
  `create index import_question_customer on import_question (business_id, customer_id)`,
  `create index import_question_open on import_question (business_id, import_id) where settled_at is null`,

  // Whether an address was ever stopped: the index so far knows only what still stands.
  `create index stop_email_ever on stop (business_id, email_hash, kind)`,

  // A customer whom an import made by mistake goes with what was only planned for them. What has started keeps them here.
  `create function forget_plans() returns trigger language plpgsql as $$
    begin
      delete from touchpoint t where t.business_id = old.business_id and t.customer_id = old.id
        and t.state in ('planned', 'waiting', 'held', 'blocked', 'skipped', 'expired', 'cancelled')
        and not exists (select from message m where m.business_id = t.business_id and m.touchpoint_id = t.id);
      return old;
    end $$`,
  `create trigger forget_plans before delete on customer for each row execute function forget_plans()`,
];
