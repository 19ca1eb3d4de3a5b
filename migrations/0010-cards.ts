import { type Kysely, sql } from 'kysely';

/** Drafts of cards, who is at one, what a version was made from, and the cards that an occasion sends in turn. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `gallery` is a ready card as it comes with Fondly; once a shop publishes its own words it is the shop's, and only made from one.
  `alter table card add column made_from text, add column created_at timestamptz`,
  // `look` is all that a version was published with; `own_look` what the card itself sets, above the shop's.
  `alter table card_version
    add column source text not null default 'slots' check (source in ('slots', 'mjml')),
    add column own_look jsonb not null default '{}'`,
  // As long as `rev` is `clean_rev` the draft says what version `from_n` says. It is never deleted, so a rev is never used twice.
  // `marks` says of each word, and of the design, at which rev and by whom it was changed last.
  `create table card_draft (
    business_id uuid not null,
    card_id uuid not null,
    rev integer not null,
    source text not null check (source in ('slots', 'mjml')),
    mjml text not null,
    words jsonb not null,
    own_look jsonb not null,
    marks jsonb not null,
    from_n integer,
    clean_rev integer not null,
    by text not null,
    at timestamptz not null,
    primary key (business_id, card_id),
    foreign key (business_id, card_id) references card (business_id, id) on delete cascade
  )`,
  `create table card_presence (
    business_id uuid not null,
    card_id uuid not null,
    by text not null,
    place text,
    at timestamptz not null,
    primary key (business_id, card_id, by),
    foreign key (business_id, card_id) references card (business_id, id) on delete cascade
  )`,
  // The occasion's own card is the first of them; these come after it.
  `create table occasion_card (
    business_id uuid not null,
    occasion_id uuid not null,
    card_id uuid not null,
    position smallint not null check (position between 1 and 9),
    primary key (business_id, occasion_id, position),
    unique (business_id, occasion_id, card_id),
    foreign key (business_id, occasion_id) references occasion (business_id, id) on delete cascade,
    foreign key (business_id, card_id) references card (business_id, id)
  )`,
  `create index occasion_card_card on occasion_card (business_id, card_id)`,
];
