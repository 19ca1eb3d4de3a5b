import { type Kysely, sql } from 'kysely';

/** People who asked for cards on a business's own form, until their address is confirmed, and the letter that asks them to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What is personal goes into the customer at the confirmation, and else after a week.
  `create table sign_up (
    business_id uuid not null references business,
    id uuid not null,
    email text,
    email_key text,
    given_name text,
    family_name text,
    month smallint check (month between 1 and 12),
    day smallint check (day between 1 and 31),
    year smallint,
    language text not null,
    wording text,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    customer_id uuid,
    primary key (business_id, id),
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index sign_up_email on sign_up (business_id, email_key)`,
  `create index sign_up_customer on sign_up (business_id, customer_id)`,
  `create index sign_up_created on sign_up (created_at)`,
  `alter table letter
    drop constraint letter_kind_check,
    add check (kind in ('low answer', 'sign-up')),
    add column sign_up_id uuid,
    add foreign key (business_id, sign_up_id) references sign_up (business_id, id) on delete cascade`,
  `create index letter_sign_up on letter (business_id, sign_up_id)`,
  // Whoever is erased does not come back by a form that was filled in before.
  `create function forget_sign_ups() returns trigger language plpgsql as $$
    begin
      delete from sign_up where business_id = old.business_id and email_key = old.email_key;
      return old;
    end $$`,
  `create trigger forget_sign_ups before delete on person for each row execute function forget_sign_ups()`,
];
