import type { Context } from 'hono';
import { sql } from 'kysely';
import type { Site } from './site.ts';

const PATIENCE_MS = 3000;

/** 200 while the database answers, else 503. Says nothing else about us. */
export function health(site: Site) {
  return async (c: Context): Promise<Response> => {
    const answer = sql`select 1`.execute(site.db).then(
      () => true,
      () => false,
    );
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, PATIENCE_MS, false);
    const ok = await Promise.race([answer, late]);
    clearTimeout(timer);
    return c.json({ ok }, ok ? 200 : 503);
  };
}
