import { type Kysely, sql } from 'kysely';

/** Who signs in, what they may do in which business, and how others are asked to join. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The next five are better-auth's own, in our way of writing. They belong to no business: one person may work in several.
  `create table auth_user (
    id uuid primary key,
    name text not null,
    email text not null unique,
    email_verified boolean not null default false,
    image text,
    two_factor_enabled boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create table auth_session (
    id uuid primary key,
    user_id uuid not null references auth_user on delete cascade,
    token text not null unique,
    expires_at timestamptz not null,
    ip_address text,
    user_agent text,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create index auth_session_user on auth_session (user_id)`,
  `create index auth_session_expires on auth_session (expires_at)`,
  `create table auth_account (
    id uuid primary key,
    user_id uuid not null references auth_user on delete cascade,
    account_id text not null,
    provider_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (user_id, provider_id)
  )`,
  `create table auth_verification (
    id uuid primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create index auth_verification_identifier on auth_verification (identifier)`,
  `create index auth_verification_expires on auth_verification (expires_at)`,
  `create table auth_two_factor (
    id uuid primary key,
    user_id uuid not null unique references auth_user on delete cascade,
    secret text not null,
    backup_codes text not null,
    verified boolean not null default true,
    failed_verification_count integer not null default 0,
    locked_until timestamptz
  )`,

  // A key is a hash: whom or where from, nobody can read out of it.
  `create table sign_in_limit (
    key text primary key,
    tries integer not null,
    until timestamptz not null
  )`,
  `create index sign_in_limit_until on sign_in_limit (until)`,
  `create table password_reset (
    user_id uuid not null references auth_user on delete cascade,
    id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (user_id, id)
  )`,

  `create table member (
    business_id uuid not null references business,
    id uuid not null,
    user_id uuid not null references auth_user,
    role text not null check (role in ('owner', 'staff')),
    since timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    primary key (business_id, id)
  )`,
  `create unique index member_open on member (business_id, user_id) where ended_at is null`,
  `create index member_user on member (user_id)`,
  // `by` is a member, or nobody: made on the command line.
  `create table invitation (
    business_id uuid not null references business,
    id uuid not null,
    role text not null check (role in ('owner', 'staff')),
    email text,
    by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    withdrawn_at timestamptz,
    primary key (business_id, id),
    foreign key (business_id, by) references member (business_id, id),
    foreign key (business_id, accepted_by) references member (business_id, id)
  )`,
  `create index invitation_by on invitation (business_id, by)`,
  `create index invitation_accepted_by on invitation (business_id, accepted_by)`,
  `alter table letter
    drop constraint letter_kind_check,
    add check (kind in ('low answer', 'sign-up', 'invitation', 'password')),
    add column invitation_id uuid,
    add column reset_user_id uuid,
    add column reset_id uuid,
    add foreign key (business_id, invitation_id) references invitation (business_id, id) on delete cascade,
    add foreign key (reset_user_id, reset_id) references password_reset (user_id, id) on delete cascade`,
  `create index letter_invitation on letter (business_id, invitation_id)`,
  `create index letter_reset on letter (reset_user_id, reset_id)`,
];
