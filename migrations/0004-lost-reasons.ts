import { type Kysely, sql } from 'kysely';

/** Why customers leave: the short list a follow-up is closed with, which each business words itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table business add column lost_reasons jsonb not null
        default '["the price", "went elsewhere", "moved away", "unhappy with us", "no longer needs it"]'`,
    )
    .execute(db);
}
