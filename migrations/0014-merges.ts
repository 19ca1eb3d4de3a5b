import { type Kysely, sql } from 'kysely';

/** What two customers were before a member made one of them, for as long as it can be undone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // It goes with either person. Once undone it holds nothing of them, and stays until the ledger has been parted too.
  `create table customer_merge (
    business_id uuid not null,
    id uuid not null,
    kept_id uuid not null,
    other_id uuid not null,
    was jsonb check ((was is null) = (undone_at is not null)),
    at timestamptz not null,
    undone_at timestamptz,
    primary key (business_id, id),
    foreign key (business_id, kept_id) references person (business_id, customer_id) on delete cascade,
    foreign key (business_id, other_id) references person (business_id, customer_id) on delete cascade
  )`,
  `create index customer_merge_kept on customer_merge (business_id, kept_id)`,
  `create index customer_merge_other on customer_merge (business_id, other_id)`,
  `create index customer_merge_at on customer_merge (at)`,
];
