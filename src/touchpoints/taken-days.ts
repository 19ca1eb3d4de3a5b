import { type Day, daysBetween } from '../calendar/day.ts';
import type { TouchpointState } from '../database/schema.ts';
import { type Candidate, type PlanOccasion, isReminder } from './candidates.ts';
import { isGoing } from './household.ts';

interface Member {
  id: string;
  rows: readonly { occasionId: string; cause: string; sendOn: Day; state: TouchpointState }[];
}

/** The days on which somebody of a household already gets something. */
export class TakenDays {
  readonly #days = new Set<string>();
  readonly #addressDays = new Set<Day>();
  readonly #occasionDays = new Map<string, Day[]>();

  constructor(household: readonly Member[], occasions: PlanOccasion[]) {
    const yearly = new Set(occasions.filter(({ trigger }) => trigger === 'date' || trigger === 'years').map(({ id }) => id));
    for (const { id, rows } of household) {
      for (const { occasionId, cause, sendOn } of rows.filter(({ state }) => isGoing(state))) {
        this.#noteDay(id, sendOn, yearly.has(occasionId) && !isReminder(cause));
        if (!isReminder(cause)) this.#noteOccasion(id, occasionId, sendOn);
      }
    }
  }

  /** A card that never went keeps its day, but no gap is counted from it. */
  take(who: Member, { occasion, cause, yearly }: Candidate, day: Day, missed: boolean): void {
    this.#noteDay(who.id, day, yearly);
    if (!missed && !isReminder(cause)) this.#noteOccasion(who.id, occasion.id, day);
  }

  isTaken(who: Member, day: Day): boolean {
    return this.#days.has(`${who.id} ${day}`);
  }

  isAddressTaken(day: Day): boolean {
    return this.#addressDays.has(day);
  }

  isTooSoon(who: Member, { occasion, cause }: Candidate, day: Day): boolean {
    if (isReminder(cause)) return false;
    const gap = occasion.minGapDays ?? 0;
    return (this.#occasionDays.get(`${who.id} ${occasion.id}`) ?? []).some((other) => Math.abs(daysBetween(other, day)) < gap);
  }

  #noteDay(customerId: string, day: Day, yearly: boolean): void {
    this.#days.add(`${customerId} ${day}`);
    if (!yearly) this.#addressDays.add(day);
  }

  #noteOccasion(customerId: string, occasionId: string, day: Day): void {
    const key = `${customerId} ${occasionId}`;
    this.#occasionDays.set(key, [...(this.#occasionDays.get(key) ?? []), day]);
  }
}
