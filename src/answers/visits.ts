import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { MS_PER_DAY } from '../calendar/day.ts';
import type { LinkTarget } from '../links/token.ts';

type Target = Pick<LinkTarget, 'business' | 'touchpoint'>;

/** Mail filters open every link, and some press every button, within seconds of a message's arrival. */
const TOO_QUICK_MS = 60_000;
const KEPT_MS = MS_PER_DAY;
/** Whoever makes up a new name for each visit fills no table with it. */
const MOST_VISITS = 500;
const ROWS_A_STEP = 5000;

/**
 * Keeps for a day that a visitor (a hash, see links/visitor.ts) opened a link of a card: 'view', 'unsubscribe', or 'answer:<value>'. It is no
 * figure, and changes none.
 */
export async function noteVisit(db: Db, target: Target, visit: { visitor: string; link: string }, now: Date): Promise<void> {
  await sql`
    insert into link_visit (business_id, touchpoint_id, visitor, link, customer_id, at)
    select t.business_id, t.id, ${visit.visitor}::text, ${visit.link}::text, t.customer_id, ${now}::timestamptz
    from touchpoint t join person p on p.business_id = t.business_id and p.customer_id = t.customer_id
    where t.business_id = ${target.business} and t.id = ${target.touchpoint}
      and (select count(*) from link_visit v where v.business_id = t.business_id and v.touchpoint_id = t.id) < ${MOST_VISITS}
    on conflict do nothing`.execute(db);
}

/** Forgets visits of more than a day ago; true when there may be more to forget. */
export async function forgetVisits(db: Db, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from link_visit where ctid = any(array(
      select ctid from link_visit where at <= ${new Date(now.getTime() - KEPT_MS)} limit ${ROWS_A_STEP}))`.execute(db);
  return numAffectedRows === BigInt(ROWS_A_STEP);
}

/**
 * Whether an answer given now is more likely a mail filter's than a person's: it comes within a minute of the card's delivery (or its
 * reminder's), or its visitor has opened every link of one of them. `values` are the answers that stand in the mail.
 */
export async function isSuspect(
  db: Db,
  target: Target,
  { visitor, values }: { visitor: string | undefined; values: readonly number[] },
  now: Date,
): Promise<boolean> {
  return (await cameTooQuick(db, target, now)) || (visitor !== undefined && (await openedAll(db, target, visitor, values, now)));
}

/** By our own clock: delivered is when the mail server accepted it, or, where that is unknown, when it was handed over. */
async function cameTooQuick(db: Db, { business, touchpoint }: Target, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select 1 from touchpoint t join attempt a on a.business_id = t.business_id and a.touchpoint_id = t.id
    where t.business_id = ${business} and (t.id = ${touchpoint} or t.id in ${remindersOf(business, touchpoint)})
      and a.stage in ('accepted', 'uncertain', 'handing over')
      and (case when a.stage = 'accepted' then a.at else a.started_at end) between ${new Date(now.getTime() - TOO_QUICK_MS + 1)} and ${now}
    limit 1`.execute(db);
  return rows.length > 0;
}

async function openedAll(
  db: Db,
  { business, touchpoint }: Target,
  visitor: string,
  values: readonly number[],
  now: Date,
): Promise<boolean> {
  const { rows } = await sql<{ id: string; link: string }>`
    select touchpoint_id as id, link from link_visit
    where business_id = ${business} and visitor = ${visitor} and at > ${new Date(now.getTime() - KEPT_MS)}
      and (touchpoint_id = ${touchpoint} or touchpoint_id in ${remindersOf(business, touchpoint)})`.execute(db);
  const opened = Map.groupBy(rows, ({ id }) => id);
  const has = (id: string, link: string) => opened.get(id)?.some((visit) => visit.link === link) ?? false;
  const answers = values.every((value) => has(touchpoint, `answer:${value}`));
  return answers && [...opened.keys()].some((id) => has(id, 'view') && has(id, 'unsubscribe'));
}

// A reminder's links answer the first card.
function remindersOf(business: string, touchpoint: string) {
  return sql`(select r.id from touchpoint r where r.business_id = ${business} and r.reminder_of = ${touchpoint})`;
}
