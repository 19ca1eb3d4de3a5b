import { sql } from 'kysely';
import type { Db } from '../businesses/commit.ts';
import type { Day } from '../database/schema.ts';
import type { Candidate, PlanCard, PlanOccasion } from './candidates.ts';
import type { HadCard, LedgerRow, PlanCustomer } from './household.ts';

/**
 * Whose turn it is among an occasion's cards. Each customer gets one that they had least often, and of those the one they have not had for
 * the longest time; the earlier card in the list where that is the same. What was chosen for an earlier day of the same planning counts, so that
 * planning anew chooses the same again.
 */
export class Turns {
  readonly #chosen = new Map<string, HadCard[]>();

  /** The card for a reason to write; `row` is how it stands in the ledger. */
  cardFor(who: PlanCustomer, candidate: Candidate, row: LedgerRow | undefined): PlanCard {
    const cards = cardsOf(candidate.occasion);
    const kept = keptCard(cards, who, candidate, row);
    return kept ?? this.#next(cards, who, candidate);
  }

  /** Counts a card that will go. */
  take(who: PlanCustomer, { occasion, cause, sendOn }: Candidate, card: PlanCard): void {
    if (!occasion.variants?.length) return;
    const key = `${who.id} ${occasion.id}`;
    this.#chosen.set(key, [...(this.#chosen.get(key) ?? []), { occasionId: occasion.id, cause, cardId: card.id, sendOn }]);
  }

  #next(cards: PlanCard[], who: PlanCustomer, { occasion, cause }: Candidate): PlanCard {
    const [first] = cards;
    if (cards.length === 1 && first) return first;
    const had = [...(who.had ?? []), ...(this.#chosen.get(`${who.id} ${occasion.id}`) ?? [])];
    const own = had.filter((one) => one.occasionId === occasion.id && one.cause !== cause);
    const ranked = cards.map((card) => ({
      card,
      days: own.filter(({ cardId }) => cardId === card.id).map(({ sendOn }) => sendOn),
    }));
    const order = ranked.toSorted((a, b) => a.days.length - b.days.length || compare(latest(a.days), latest(b.days)));
    return order[0]?.card ?? { id: occasion.cardId, version: occasion.cardVersion };
  }
}

/**
 * The cards of occasions with several that these customers had, by customer: their whole history, because a card of four years ago counts. Nothing
 * is read where no occasion has several.
 */
export async function loadHad(
  db: Db,
  businessId: string,
  customerIds: string[],
  occasions: readonly PlanOccasion[],
): Promise<Map<string, HadCard[]>> {
  const several = occasions.filter(({ variants }) => variants?.length).map(({ id }) => id);
  if (several.length === 0) return new Map();
  const { rows } = await sql<HadCard & { customerId: string }>`
    select t.customer_id as "customerId", t.occasion_id as "occasionId", t.cause, t.card_id as "cardId", t.send_on as "sendOn"
    from touchpoint t join business b on b.id = t.business_id
    where t.business_id = ${businessId} and t.customer_id = any(${customerIds}::uuid[]) and t.occasion_id = any(${several}::uuid[])
      and t.state in ('leased', 'handing over', 'accepted', 'deferred', 'uncertain', 'posted') and t.reminder_of is null
      and t.practice = (b.live_at is null)
    order by t.send_on, t.id`.execute(db);
  return Map.groupBy(rows, (row) => row.customerId);
}

/** All cards of an occasion: its own first, then those that take turns with it. */
function cardsOf({ cardId, cardVersion, variants = [] }: PlanOccasion): PlanCard[] {
  return [{ id: cardId, version: cardVersion }, ...variants.filter(({ id }) => id !== cardId)];
}

/** What a person decided stays: the card that a member chose, or approved as it is now. A reminder comes with the card it reminds of. */
function keptCard(cards: PlanCard[], who: PlanCustomer, { cause }: Candidate, row: LedgerRow | undefined): PlanCard | undefined {
  if (row !== undefined && row.swappedVersion !== null) return { id: row.cardId, version: row.swappedVersion };
  const approved = row !== undefined && row.approvedVersion !== null;
  const own = cards.find(({ id, version }) => approved && id === row.cardId && version === row.approvedVersion);
  const before = cause.startsWith('reminder:') ? who.rows.find(({ id }) => cause === `reminder:${id}`) : undefined;
  return own ?? cards.find(({ id }) => id === before?.cardId);
}

function latest(days: Day[]): Day {
  return days.reduce((last, day) => (day > last ? day : last), '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
