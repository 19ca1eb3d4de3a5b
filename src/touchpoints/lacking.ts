import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import { findWording } from '../occasions/cards.ts';
import { cardsInUse } from './needs.ts';

/** A card that speaks of something some customers lack, and what to look for: a condition on `t` (touchpoint) and `p` (person). */
export interface Reads {
  cardId: string;
  lacks: RawBuilder<unknown>;
}

/** The cards that go now and have nothing to say instead of a field that a customer may lack. */
export async function readsOf(db: Db, businessId: string): Promise<Reads[]> {
  const { rows } = await sql<Wording>`
    select w.card_id as "cardId", w.n, w.language, w.hash from card_wording w
    where w.business_id = ${businessId} and w.card_id in (${cardsInUse(businessId)})
      and w.n = (select max(v.n) from card_version v where v.business_id = w.business_id and v.card_id = w.card_id)`.execute(db);
  const read = await Promise.all(
    rows.map(async (row) => ({ cardId: row.cardId, required: await requiredBy(db, businessId, row) })),
  );
  const byCard = Map.groupBy(read, ({ cardId }) => cardId);
  return Array.from(byCard, ([cardId, wordings]) => {
    const conditions = [...new Set(wordings.flatMap(({ required }) => required))].flatMap((path) => CONDITIONS[path] ?? []);
    return { cardId, conditions };
  }).flatMap(({ cardId, conditions }) => (conditions.length === 0 ? [] : [{ cardId, lacks: sql.join(conditions, sql` or `) }]));
}

interface Wording {
  cardId: string;
  n: number;
  language: string;
  hash: string;
}

const CONDITIONS: Record<string, RawBuilder<unknown>> = {
  'customer.firstName': sql`p.given_name is null`,
  'customer.lastName': sql`p.family_name is null`,
  'customer.name': sql`p.given_name is null and p.family_name is null`,
  'date.years': sql`exists (select from date d where d.business_id = t.business_id and d.customer_id = t.customer_id and d.year is null
    and t.cause like 'date:%' and d.kind || case when d.label = '' then '' else '/' || d.label end = substring(t.cause from '^date:(.*):[0-9]+$'))`,
};

// A hash stands for the same sources always.
const MOST_KNOWN = 1000;
const known = new Map<string, readonly string[]>();

async function requiredBy(db: Db, businessId: string, { cardId, n, language, hash }: Wording): Promise<readonly string[]> {
  const kept = known.get(hash);
  if (kept) return kept;
  const required = (await findWording(db, businessId, cardId, n, [language]))?.card.required ?? [];
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(hash, required);
  return required;
}
