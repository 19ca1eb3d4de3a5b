import { type Kysely, sql } from 'kysely';

/** How a business's cards look, its pictures, how its mail leaves, and how far its first run came. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `logo` names a picture by its file; `smtp_rev` says which version of its own mail server to use, null the installation's.
  `alter table business
    add column accent text check (accent ~ '^#[0-9a-f]{6}$'),
    add column second text check (second ~ '^#[0-9a-f]{6}$'),
    add column logo text check (logo ~ '^[0-9a-f]{32}[.](png|jpg)$'),
    add column smtp_rev integer,
    add column setup_step text not null default 'done' check (setup_step in ('look', 'you', 'customers', 'cards', 'mail', 'start', 'done')),
    add check (not sample or (live_at is null and smtp_rev is null))`,
  `create table picture (
    business_id uuid not null references business,
    id uuid not null,
    file text not null check (file ~ '^[0-9a-f]{32}[.](png|jpg)$'),
    bytes bytea not null check (octet_length(bytes) <= 262144),
    width integer not null,
    height integer not null,
    by text not null,
    at timestamptz not null,
    primary key (business_id, id),
    unique (business_id, file)
  )`,
  // Host, user and password, sealed with a key that only SECRET_KEY gives.
  `create table smtp (
    business_id uuid primary key references business,
    rev integer not null,
    sealed bytea not null,
    by text not null,
    at timestamptz not null
  )`,
];
