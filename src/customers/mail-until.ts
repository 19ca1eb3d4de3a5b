import type { Day } from '../calendar/day.ts';
import { localDayOf } from '../calendar/instant.ts';
import { occurrenceIn } from '../calendar/occurrence.ts';

/** What a customer's permission to be written to rests on. */
export interface Ground {
  basis: 'customer' | 'consent' | 'none';
  basisOn: Day | null;
  /** When they were entered: a basis without a day counts from then. */
  createdAt: Date;
  /** The last purchase that was not voided. */
  boughtOn: Day | null;
}

const YEARS = 2;

/**
 * The last local day on which mail may go, or null where there is none. Canada's anti-spam law (CASL, section 10) takes a sale for a yes for two years;
 * a yes that was given counts until it is taken back.
 */
export function mailUntil(shop: { country: string; zone: string }, ground: Ground): Day | null {
  if (!isUntilBought(shop, ground)) return null;
  const noted = ground.basisOn ?? localDayOf(ground.createdAt, shop.zone);
  const since = ground.boughtOn !== null && ground.boughtOn > noted ? ground.boughtOn : noted;
  const [year, month, day] = since.split('-').map(Number) as [number, number, number];
  return occurrenceIn(year + YEARS, { month, day }, 'feb28');
}

/** Whether the last purchase counts at all for how long mail may go. */
export function isUntilBought({ country }: { country: string }, { basis }: Pick<Ground, 'basis'>): boolean {
  return country === 'CA' && basis === 'customer';
}
