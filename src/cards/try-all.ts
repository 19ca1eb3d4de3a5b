import { withoutMarks } from './apart.ts';
import type { StoredCard } from './card.ts';
import type { MergeData } from './fields.ts';
import { renderCard, type RenderFault } from './render.ts';

/** One person to try a card on; `card` is the place of theirs in the list. */
export interface TryPerson {
  id: string;
  card: number;
  data: MergeData;
}

export interface Tried {
  /** Whom a card cannot go to, and why. */
  faults: { id: string; errors: RenderFault[] }[];
  /** Whose subject is the longest. */
  longest: { id: string; subject: string } | null;
}

/** Fills in one of the cards for each person. Pure; the same in a thread of the workshop and out of it. */
export function tryAll(cards: readonly StoredCard[], people: readonly TryPerson[]): Tried {
  const tried: Tried = { faults: [], longest: null };
  for (const { id, card, data } of people) {
    const stored = cards[card];
    if (!stored) continue;
    const { subject: marked, errors } = renderCard(stored, data);
    const subject = withoutMarks(marked);
    if (errors.length > 0) tried.faults.push({ id, errors });
    if (subject.length > (tried.longest?.subject.length ?? 0)) tried.longest = { id, subject };
  }
  return tried;
}
