import { findOccasion, type Occasion } from '../../../occasions/occasion.ts';
import type { Visit } from '../../visit.ts';

/** The occasion that the address names. */
export async function askedFor(visit: Visit): Promise<Occasion | undefined> {
  const id = visit.id('occasion');
  return id === undefined ? undefined : findOccasion(visit.db, visit.business.id, id);
}
