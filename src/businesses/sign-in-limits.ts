import { createHmac, hkdfSync } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './commit.ts';

/** At most so many tries in so many minutes, counted from the first of them. */
export interface Limit {
  most: number;
  minutes: number;
}

/**
 * A name for whoever tries, by which nobody can tell who it is: an address, a network, both. Kept in the database, so that all processes
 * count together.
 */
export function limitKey(secretKeys: readonly string[], what: string, ...who: string[]): string {
  const key = Buffer.from(hkdfSync('sha256', secretKeys[0] ?? '', '', 'fondly sign-in limits v1', 32));
  return createHmac('sha256', key)
    .update(JSON.stringify([what, ...who]))
    .digest('base64url');
}

/** Counts one try. Undefined while there is room, else when there is room again. */
export async function takeTry(db: Db, key: string, { most, minutes }: Limit, now: Date): Promise<Date | undefined> {
  const until = new Date(now.getTime() + minutes * 60_000);
  const { rows } = await sql<{ tries: number; until: Date }>`
    insert into sign_in_limit as l (key, tries, until) values (${key}, 1, ${until})
    on conflict (key) do update set tries = case when l.until <= ${now} then 1 else l.tries + 1 end,
      until = case when l.until <= ${now} then excluded.until else l.until end
    returning tries, until`.execute(db);
  const [row] = rows;
  return row && row.tries > most ? row.until : undefined;
}

/** After a success: what was tried before it no longer counts. */
export async function forgetTries(db: Db, keys: readonly string[]): Promise<void> {
  await db.deleteFrom('sign_in_limit').where('key', 'in', keys).execute();
}

/** "in 12 minutes", as it stands in a sentence. */
export function untilWords(until: Date, now: Date): string {
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000));
  return minutes === 1 ? 'in a minute' : `in ${minutes} minutes`;
}

const ROWS_A_STEP = 1000;

/** Takes away what is over: counts, sessions, half-done sign-ins and links for a new password. True when there may be more. */
export async function forgetSignIns(db: Db, now: Date): Promise<boolean> {
  const over = [
    sql`delete from sign_in_limit where ctid = any(array(select ctid from sign_in_limit where until < ${now} limit ${ROWS_A_STEP}))`,
    sql`delete from auth_session where ctid = any(array(select ctid from auth_session where expires_at < now() limit ${ROWS_A_STEP}))`,
    sql`delete from auth_verification where ctid = any(array(select ctid from auth_verification where expires_at < now() limit ${ROWS_A_STEP}))`,
  ];
  let more = false;
  for (const statement of over) more = Number((await statement.execute(db)).numAffectedRows ?? 0) === ROWS_A_STEP || more;
  return more;
}
