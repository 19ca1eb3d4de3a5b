import type { NameOf } from '../../../businesses/authors.ts';
import type { Business } from '../../../businesses/business.ts';
import type { ComingCard } from '../../../touchpoints/coming.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { hour, moment, placeOf } from '../../days.ts';

/** What a card's words depend on besides itself. */
export interface Reading {
  business: Pick<Business, 'zone' | 'paused_at'>;
  now: Date;
  /** Who reads: their own doings are "you". */
  memberId: string;
  nameOf: NameOf;
}

export interface StateWords {
  text: string;
  tone: 'good' | 'warn' | 'bad' | 'calm';
}

/** Where a card stands and what becomes of it if nobody looks, in one short sentence by the customer's own clock. */
export function stateWords(card: ComingCard, reading: Reading): StateWords {
  const { business, now } = reading;
  const until = when(card.lateAt, card, reading);
  switch (card.state) {
    case 'planned': {
      if (business.paused_at !== null) return { text: `Paused. It goes if you send again before ${until}`, tone: 'warn' };
      if (card.dueAt <= now) return { text: 'Leaves now', tone: 'good' };
      const by = card.approvedBy === null ? '' : `, approved by ${who(card.approvedBy, reading)}`;
      return { text: `Goes by itself at ${clock(card.dueAt, card, reading)}${by}`, tone: 'calm' };
    }
    case 'waiting':
      return { text: `Waits for you. Without a yes it expires ${until}`, tone: 'warn' };
    case 'held':
      return { text: `Held back by ${who(card.heldBy, reading)}. Unless released it expires ${until}`, tone: 'warn' };
    default:
      return pastWords(card);
  }
}

/** The hour on the customer's clock; with the shop's own beside it where the two differ. */
function clock(at: Date, { zone }: Pick<ComingCard, 'zone'>, { business }: Pick<Reading, 'business'>): string {
  const theirs = hour(at, zone);
  const ours = hour(at, business.zone);
  return theirs === ours ? theirs : `${theirs} in ${placeOf(zone)}, ${ours} here`;
}

/** "today at 20:00", or with its day. */
export function when(at: Date, card: Pick<ComingCard, 'zone'>, reading: Pick<Reading, 'business' | 'now'>): string {
  const day = moment(at, card.zone, reading.now).replace(/,? \d\d:\d\d$/, '');
  const today = moment(reading.now, card.zone, reading.now).replace(/,? \d\d:\d\d$/, '');
  return `${day === today ? 'today' : day} at ${clock(at, card, reading)}`;
}

function who(actor: string | null, { memberId, nameOf }: Pick<Reading, 'memberId' | 'nameOf'>): string {
  return actor === `member:${memberId}` ? 'you' : nameOf(actor ?? 'fondly');
}

function pastWords({ state, reason }: ComingCard): StateWords {
  const why = reason === null ? '' : ` ${sentenceFor(reason)}`;
  switch (state) {
    case 'leased':
    case 'handing over':
      return { text: 'Leaves now', tone: 'good' };
    case 'accepted':
    case 'posted':
      return { text: 'Has left', tone: 'good' };
    case 'deferred':
      return { text: `Put off by the mail server.${why}`, tone: 'warn' };
    case 'uncertain':
      return { text: `May have arrived.${why}`, tone: 'warn' };
    case 'skipped':
      return { text: 'Does not go: somebody decided against this one', tone: 'calm' };
    case 'blocked':
      return { text: reason === null ? 'Is being planned' : `Does not go.${why}`, tone: 'bad' };
    case 'rejected':
      return { text: `Refused.${why}`, tone: 'bad' };
    case 'expired':
      return { text: `Did not go.${why}`, tone: 'bad' };
    default:
      return { text: `No longer planned.${why}`, tone: 'calm' };
  }
}
