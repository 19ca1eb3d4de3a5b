import { type Kysely, sql } from 'kysely';

/** A card that a member sends to themselves before publishing it: a letter, with the card made for nobody in particular until it has left. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table letter
    drop constraint letter_kind_check,
    add constraint letter_kind_check check (kind in ('low answer', 'sign-up', 'invitation', 'password', 'test card'))`,
  `create table test_card (
    business_id uuid not null,
    letter_id uuid not null,
    address text not null,
    subject text not null,
    html text not null,
    text text not null,
    primary key (business_id, letter_id),
    foreign key (business_id, letter_id) references letter (business_id, id) on delete cascade
  )`,
];
