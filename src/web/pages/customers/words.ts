import { localDayOf } from '../../../calendar/instant.ts';
import { dayName } from '../../../customers/one-line-days.ts';
import type { Profile } from '../../../customers/profile.ts';
import { dayText, dayWords, moment } from '../../days.ts';
import type { Visit } from '../../visit.ts';

export { dayName } from '../../../customers/one-line-days.ts';

export interface YearlyDay {
  month: number;
  day: number;
  year?: number | null;
}

/** '14 March 1980', as the shop's country writes it; without the year where it is not known. */
export function yearlyText({ month, day, year }: YearlyDay, country: string): string {
  if (!year) return dayText({ month, day }, 'en', country);
  return dayText(`${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`, 'en', country);
}

/** The day by the shop's calendar on which something happened. */
export function dayOf(at: Date, { business, now }: Pick<Visit, 'business' | 'now'>): string {
  return dayWords(localDayOf(at, business.zone), localDayOf(now, business.zone));
}

export function momentOf(at: Date, { business, now }: Pick<Visit, 'business' | 'now'>): string {
  return moment(at, business.zone, now);
}

type StopLine = Pick<Profile['stops'][number], 'kind' | 'until' | 'date_kind' | 'occasion'>;

/** What a stop means for the customer, in a sentence. */
export function stopSentence(stop: StopLine, today: string): string {
  switch (stop.kind) {
    case 'unsubscribed':
      return 'No more mail.';
    case 'occasion':
      return `No cards for “${stop.occasion ?? 'an occasion that is gone'}”.`;
    case 'date':
      return `No cards for one day: ${dayName({ kind: stop.date_kind ?? '' })}.`;
    case 'paused':
      return `Nothing before ${stop.until === null ? 'a day' : dayWords(stop.until, today)}.`;
    case 'deceased':
      return 'They have died. Nothing is sent any more.';
    case 'hard bounce':
      return 'Mail to this address came back for good.';
    case 'complained':
      return 'They reported one of our mails as unwanted.';
    case 'consent ended':
      return 'Their consent has ended.';
    case 'erased':
      return 'Whoever had this address before asked to be forgotten.';
  }
}

/** As a mark in a list. */
export const stopMarks: Record<string, string> = {
  deceased: 'Has died',
  erased: 'Address blocked',
  unsubscribed: 'No mail',
  complained: 'No mail',
  'consent ended': 'Consent ended',
  'hard bounce': 'Mail came back',
  paused: 'Paused',
};

export const fieldNames: Record<string, string> = {
  given_name: 'first name',
  family_name: 'family name',
  email: 'e-mail',
  phone: 'phone',
  language: 'language',
  zone: 'time zone',
  leap_rule: 'day for 29 February',
  reference: 'number',
  notes: 'notes',
  custom: 'own fields',
  joined_on: 'customer since',
  basis_kind: 'why we may write',
  basis_on: 'agreed on',
  basis_source: 'where they agreed',
  basis_wording: 'what they agreed to',
};

export const basisNames: Record<string, string> = {
  customer: 'a customer of ours',
  consent: 'they agreed',
  none: 'we may not write',
};

export const outcomeNames: Record<string, string> = {
  solved: 'solved',
  'made good': 'made good',
  lost: 'lost',
  'no answer': 'no answer',
};

export const reasonNames: Record<string, string> = {
  'low answer': 'a low answer',
  bounce: 'mail that came back',
  lapse: 'not having been here for long',
};

export function many(count: number, one: string, more: string): string {
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en-GB')} ${more}`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

export function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
