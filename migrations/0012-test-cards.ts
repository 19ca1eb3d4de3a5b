import { type Kysely, sql } from 'kysely';

/** A card that a member sends to themselves before publishing it: a letter, with the card as they saw it until it has left. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table letter
    drop constraint letter_kind_check,
    add constraint letter_kind_check check (kind in ('low answer', 'sign-up', 'invitation', 'password', 'test card'))`,
  // Shown as a customer it holds what is theirs, and goes with them.
  `create table test_card (
    business_id uuid not null,
    letter_id uuid not null,
    customer_id uuid,
    address text not null,
    subject text not null,
    html text not null,
    text text not null,
    primary key (business_id, letter_id),
    foreign key (business_id, letter_id) references letter (business_id, id) on delete cascade,
    foreign key (business_id, customer_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index test_card_customer on test_card (business_id, customer_id)`,
];
