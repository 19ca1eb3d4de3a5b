import { sql } from 'kysely';

/** What the person `p` is called: the full name, else the address; null for somebody who was erased. */
export const called = sql<string | null>`coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.email)`;
