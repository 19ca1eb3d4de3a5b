import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';

/** A shop's card as its members see it lying on the shelf. */
export interface ShelfCard {
  id: string;
  name: string;
  /** The ready card that it was made from. */
  gallery: string | null;
  /** The newest published version; null before the first. */
  version: number | null;
  languages: string[];
  /** Names of the occasions that send it. */
  usedBy: string[];
  archived: boolean;
  /** Since when something is written that is not published yet; null where nothing is. */
  draftAt: Date | null;
}

/** Every card of a shop by name, those put away last. */
export async function listCards(db: Db, businessId: string): Promise<ShelfCard[]> {
  return shelf(db, businessId, undefined);
}

export async function findCard(db: Db, businessId: string, cardId: string): Promise<ShelfCard | undefined> {
  return (await shelf(db, businessId, cardId))[0];
}

async function shelf(db: Db, businessId: string, cardId: string | undefined): Promise<ShelfCard[]> {
  const { rows } = await sql<ShelfCard>`
    select c.id, c.name, coalesce(c.gallery, c.made_from) as gallery, v.n as version, c.archived_at is not null as archived,
      array(select w.language from card_wording w where w.business_id = c.business_id and w.card_id = c.id and w.n = v.n order by w.language) as languages,
      array(select o.name from occasion o where o.business_id = c.business_id and o.mode <> 'off' and (o.card_id = c.id or exists (
        select from occasion_card t where t.business_id = o.business_id and t.occasion_id = o.id and t.card_id = c.id)) order by o.rank) as "usedBy",
      case when d.rev <> d.clean_rev then d.at end as "draftAt"
    from card c
    left join card_draft d on d.business_id = c.business_id and d.card_id = c.id
    left join lateral (
      select n from card_version v where v.business_id = c.business_id and v.card_id = c.id order by n desc limit 1
    ) v on true
    where c.business_id = ${businessId} and ${cardId === undefined ? sql`true` : sql`c.id = ${cardId}`}
    order by archived, lower(c.name), c.id`.execute(db);
  return rows;
}

export interface VersionLine {
  n: number;
  at: Date;
  by: string;
}

/** The newest first. */
export async function listVersions(db: Db, businessId: string, cardId: string): Promise<VersionLine[]> {
  return db
    .selectFrom('card_version')
    .select(['n', 'at', 'by'])
    .where('business_id', '=', businessId)
    .where('card_id', '=', cardId)
    .orderBy('n', 'desc')
    .execute();
}
