import type { SentCard } from '../../../touchpoints/sent.ts';

export interface SentWords {
  text: string;
  tone: 'good' | 'warn' | 'bad' | 'calm';
}

/** Where a card that left stands, in two or three words. */
export function sentWords({ state, practice }: Pick<SentCard, 'state' | 'practice'>): SentWords {
  switch (state) {
    case 'accepted':
    case 'posted':
      return practice ? { text: 'Practice: kept here', tone: 'calm' } : { text: 'Arrived', tone: 'good' };
    case 'handing over':
    case 'leased':
      return { text: 'Leaving now', tone: 'calm' };
    case 'deferred':
    case 'planned':
      return { text: 'Tried again soon', tone: 'warn' };
    case 'uncertain':
      return { text: 'May have arrived', tone: 'warn' };
    case 'rejected':
      return { text: 'Refused', tone: 'bad' };
    default:
      return { text: 'Did not go', tone: 'bad' };
  }
}

/** Beside other states it must be said that it was practice. */
export function isPractice({ state, practice }: Pick<SentCard, 'state' | 'practice'>): boolean {
  return practice && state !== 'accepted' && state !== 'posted';
}
