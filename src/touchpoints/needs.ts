import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Day } from '../database/schema.ts';

/** What waits for a person. Each number is at most MOST_NEEDED. */
export interface Needs {
  followUps: number;
  uncertain: number;
  waiting: number;
  /** The first of the waiting ones expires then. */
  waitingUntil: Date | null;
  /** What imports asked about single values, and nobody has answered. */
  questions: number;
  /** Imports that wait for a member before they begin. */
  imports: number;
  languages: MissingLanguage[];
}

/** Customers read a language that a card which goes now does not have: it speaks another one to them. */
export interface MissingLanguage {
  cardId: string;
  card: string;
  /** BCP 47. */
  languages: string[];
}

export const MOST_NEEDED = 1000;

export async function needsOf(db: Db, businessId: string, today: Day): Promise<Needs> {
  const [counts, languages] = await Promise.all([countNeeds(db, businessId, today), missingLanguages(db, businessId)]);
  return { ...counts, languages };
}

async function countNeeds(db: Db, businessId: string, today: Day): Promise<Omit<Needs, 'languages'>> {
  const bounded = (from: ReturnType<typeof sql>) =>
    sql`(select count(*)::int from (select ${from} limit ${MOST_NEEDED}) bounded)`;
  const { rows } = await sql<Omit<Needs, 'languages'>>`/* prepared: count needs */ select
    ${bounded(sql`from follow_up where business_id = ${businessId} and closed_at is null and due_on <= ${today}`)} as "followUps",
    ${bounded(sql`from import_question where business_id = ${businessId} and settled_at is null`)} as questions,
    ${bounded(sql`from import_run where business_id = ${businessId} and state in ('asking', 'tried', 'paused')`)} as imports,
    ${bounded(sql`from touchpoint where business_id = ${businessId} and state = 'uncertain'`)} as uncertain,
    ${bounded(sql`from touchpoint where business_id = ${businessId} and state = 'waiting'`)} as waiting,
    (select late_at from touchpoint where business_id = ${businessId} and state = 'waiting' order by late_at limit 1) as "waitingUntil"`.execute(
    db,
  );
  return rows[0] ?? { followUps: 0, questions: 0, imports: 0, uncertain: 0, waiting: 0, waitingUntil: null };
}

/** The cards of occasions that are on, those that take turns among them. */
export function cardsInUse(businessId: string) {
  return sql`select card_id from occasion where business_id = ${businessId} and mode <> 'off'
    union select v.card_id from occasion_card v join occasion o on o.business_id = v.business_id and o.id = v.occasion_id
      where v.business_id = ${businessId} and o.mode <> 'off'`;
}

/** Languages are few, customers many: the index is walked from one language to the next. */
async function missingLanguages(db: Db, businessId: string): Promise<MissingLanguage[]> {
  const { rows: read } = await sql<{ language: string }>`
    with recursive seen as (
      (select language from person where business_id = ${businessId} and language is not null order by language limit 1)
      union all
      select (select p.language from person p where p.business_id = ${businessId} and p.language > seen.language order by p.language limit 1)
      from seen where seen.language is not null
    )
    select language from seen where language is not null
    union select locale from business where id = ${businessId}`.execute(db);
  const { rows: cards } = await sql<{ cardId: string; card: string; languages: string[] }>`
    select k.id as "cardId", k.name as card, array_agg(w.language) as languages from card k
    join card_wording w on w.business_id = k.business_id and w.card_id = k.id
      and w.n = (select max(v.n) from card_version v where v.business_id = k.business_id and v.card_id = k.id)
    where k.business_id = ${businessId} and k.id in (${cardsInUse(businessId)})
    group by k.id, k.name order by k.name, k.id`.execute(db);
  const wanted = [...new Set(read.map(({ language }) => base(language)))];
  return cards
    .map(({ languages, ...card }) => ({
      ...card,
      languages: wanted.filter((language) => !languages.some((has) => base(has) === language)),
    }))
    .filter(({ languages }) => languages.length > 0);
}

// 'de-AT' is content with 'de'.
function base(language: string): string {
  return language.split('-')[0]?.toLowerCase() ?? language;
}
