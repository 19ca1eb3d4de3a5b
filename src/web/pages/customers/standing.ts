import { html } from 'hono/html';
import { type Day, daysBetween } from '../../../calendar/day.ts';
import type { ComingCard, Profile } from '../../../customers/profile.ts';
import { mailUntil } from '../../../customers/mail-until.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { dayText, dayWords, moment, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { icon, type Piece, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { basisNames } from './words.ts';

interface Standing {
  tone: 'good' | 'warn' | 'bad';
  text: Piece;
  mend?: { path: string; words: string };
}

/** What may be sent to them and why, and what goes next. */
export function standingBox(visit: Visit, profile: Profile): Html {
  const { tone, text, mend } = standingOf(visit, profile);
  const link = mend ? html` <a href="${visit.href(`/customers/${profile.customer.id}${mend.path}`)}">${mend.words}</a>` : '';
  const next = tone === 'good' ? nextCard(visit, profile) : '';
  return html`<div class="customers-standing ${tone}">
    ${icon(tone === 'good' ? 'circle-check' : 'ban')}
    <p>${text}${link}${next}</p>
  </div>`;
}

function standingOf(visit: Visit, profile: Profile): Standing {
  const { customer, person, stops } = profile;
  const kinds = new Set(stops.map(({ kind }) => kind));
  const today = todayOf(visit);
  if (kinds.has('deceased')) return { tone: 'bad', text: 'They have died. Nothing is sent any more.' };
  if (kinds.has('unsubscribed')) return { tone: 'bad', text: 'No mail goes to them, because they wanted no more.' };
  if (kinds.has('complained')) return { tone: 'bad', text: 'No mail goes to them: they reported one of ours as unwanted.' };
  if (kinds.has('erased')) return { tone: 'bad', text: 'No mail goes to this address: whoever had it asked to be forgotten.' };
  if (kinds.has('consent ended')) return { tone: 'bad', text: 'No mail goes to them: their consent has ended.' };
  if (person.email === null)
    return { tone: 'warn', text: 'There is no e-mail address, so no card can go.', mend: { path: '/edit', words: 'Add one' } };
  if (kinds.has('hard bounce'))
    return {
      tone: 'warn',
      text: html`Mail to ${person.email} came back for good.`,
      mend: { path: '/edit', words: 'Give another address' },
    };
  if (customer.basis_kind === 'none')
    return { tone: 'warn', text: 'We may not write to them yet.', mend: { path: '/basis', words: 'Note how they agreed' } };
  const until = lastDayOf(visit, profile);
  if (until && until.day < today) return ended(until);
  const pause = stops.find(({ kind }) => kind === 'paused')?.until;
  if (pause) return { tone: 'warn', text: `Paused: nothing goes before ${dayWords(pause, today)}.` };
  if (until && daysBetween(today, until.day) < NEAR_DAYS)
    return {
      tone: 'good',
      text: `Mail may go to them until ${dayText(until.day, 'en', visit.business.country)}, two years after ${until.after} (Canadian law).`,
      mend: YES,
    };
  return { tone: 'good', text: basis(visit, { customer, person }), mend: { path: '/basis', words: 'Change' } };
}

/** So long before the law's last day it is spoken of. */
const NEAR_DAYS = 90;
const YES = { path: '/basis', words: 'Note a yes' };

interface LastDay {
  day: Day;
  /** What it is counted from. */
  after: string;
}

/** The last day on which mail may go, where the law sets one. */
function lastDayOf({ business }: Visit, { customer, bought }: Profile): LastDay | undefined {
  const ground = { basis: customer.basis_kind, basisOn: customer.basis_on, createdAt: customer.created_at };
  const day = mailUntil(business, { ...ground, boughtOn: bought.last });
  if (day === null) return undefined;
  const bySale = bought.last !== null && day !== mailUntil(business, { ...ground, boughtOn: null });
  return { day, after: bySale ? 'their last purchase' : 'the day they were noted as a customer' };
}

function ended({ after }: LastDay): Standing {
  const text = html`No mail goes to them: two years have passed since ${after}, and Canadian law asks for a new yes.
    <a href="#customers-purchases">Add a purchase</a> or`;
  return { tone: 'warn', text, mend: { ...YES, words: 'note a yes' } };
}

function basis(visit: Visit, { customer, person }: Pick<Profile, 'customer' | 'person'>): Piece {
  const on = customer.basis_on ? ` on ${dayWords(customer.basis_on, todayOf(visit))}` : '';
  const source = person.basis_source ? html` (<bdi>${person.basis_source}</bdi>)` : '';
  if (customer.basis_kind === 'consent') return html`Cards may go: they agreed${on}${source}.`;
  return html`Cards may go: ${basisNames[customer.basis_kind]}${source}.`;
}

function nextCard(visit: Visit, { coming }: Profile): Piece {
  const next = coming.find(({ state }) => state !== 'blocked' && state !== 'held');
  if (!next) return html`<br />No card is planned in the next weeks.`;
  return html`<br /><strong>Next: ${next.occasion}</strong>, ${dayWords(next.day, todayOf(visit))}.`;
}

export function comingSection(visit: Visit, profile: Profile): Piece {
  if (profile.coming.length === 0) return '';
  return html`<section class="box customers-box" aria-labelledby="customers-coming">
    <h2 id="customers-coming">What comes</h2>
    <ul class="customers-lines">
      ${profile.coming.map(
        (card) =>
          html`<li>
            <a href="${visit.href(`/coming/${card.id}`)}">${card.occasion}</a>
            <span class="quiet">${dayWords(card.day, todayOf(visit))}</span>
            <p>${state(visit, profile, card)}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}

function state(visit: Visit, { person }: Profile, card: ComingCard): Piece {
  const zone = person.zone ?? visit.business.zone;
  const theirs = person.zone && person.zone !== visit.business.zone ? ' their time' : '';
  switch (card.state) {
    case 'planned':
      return `Goes by itself, ${moment(card.dueAt, zone, visit.now)}${theirs}.`;
    case 'waiting':
      return html`${pill('Waits for you', 'warn')} Goes once somebody approves it.`;
    case 'held':
      return html`${pill('Held', 'warn')} Stays until somebody lets it go.`;
    case 'blocked':
      return html`${pill('Cannot go', 'bad')} ${sentenceFor(card.reason ?? '')}`;
    case 'deferred':
      return html`${pill('On its way', 'calm')} ${sentenceFor(card.reason ?? 'server busy')}`;
    default:
      return html`${pill('On its way', 'calm')} It is leaving just now.`;
  }
}
