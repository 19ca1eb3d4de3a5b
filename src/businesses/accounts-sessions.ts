import { sql } from 'kysely';
import { type Db, inOneCommit } from './commit.ts';

/** Where an account is signed in. */
export interface Session {
  id: string;
  /** An address or network; '' when unknown. */
  network: string;
  /** The browser's own words for itself. */
  agent: string;
  since: Date;
  /** To the hour. */
  lastSeen: Date;
}

/** The latest first; sessions that ran out are none. */
export async function listSessions(db: Db, accountId: string): Promise<Session[]> {
  const { rows } = await sql<Session>`
    select id, coalesce(ip_address, '') as network, coalesce(user_agent, '') as agent, created_at as since, updated_at as "lastSeen"
    from auth_session where user_id = ${accountId} and expires_at > now() order by updated_at desc, id desc`.execute(db);
  return rows;
}

/** True when there was one. */
export async function endSession(db: Db, accountId: string, sessionId: string): Promise<boolean> {
  const query = db.deleteFrom('auth_session').where('user_id', '=', accountId).where('id', '=', sessionId);
  return (await query.executeTakeFirst()).numDeletedRows > 0n;
}

/** All but the one that is kept; how many. Browsers that were trusted with the second factor are asked again. */
export async function endOtherSessions(db: Db, accountId: string, keep: string): Promise<number> {
  const query = db.deleteFrom('auth_session').where('user_id', '=', accountId).where('id', '<>', keep);
  const { numDeletedRows } = await query.executeTakeFirst();
  await db.deleteFrom('auth_verification').where('value', '=', accountId).where('identifier', 'like', 'trust-device-%').execute();
  return Number(numDeletedRows);
}

/** For somebody who lost the phone and the paper: signing in asks for the password only. */
export async function dropTwoFactor(db: Db, accountId: string, now: Date): Promise<void> {
  await inOneCommit(db, async (trx) => {
    await trx.deleteFrom('auth_two_factor').where('user_id', '=', accountId).execute();
    await trx.updateTable('auth_user').set({ two_factor_enabled: false, updated_at: now }).where('id', '=', accountId).execute();
  });
}
