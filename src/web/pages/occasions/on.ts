import { html } from 'hono/html';
import { addDays } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { occurrencesBetween } from '../../../calendar/occurrence.ts';
import { choicesOf } from '../../../occasions/occasion-outlook.ts';
import type { Occasion } from '../../../occasions/occasion.ts';
import { sentenceOf } from '../../../occasions/sentence.ts';
import { type Reach, reachOf } from '../../../touchpoints/reach.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { dayWords, hour, placeOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage, practises } from '../../members-page.ts';
import { button, choice, hidden, linkButton, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { shownIn } from './article.ts';
import { askedFor } from './asked.ts';

/** Before an occasion is switched on: whom it would reach in the next 30 days, by name and number. */
export async function beforeOn(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion || occasion.archived_at !== null) return visit.missing();
  const { db, business, now, href } = visit;
  const today = localDayOf(now, business.zone);
  const proposal: Occasion = occasion.mode === 'off' ? { ...occasion, mode: 'automatic', active_since: today } : occasion;
  const [reach, choices] = await Promise.all([reachOf(db, business, proposal, now), choicesOf(db, business.id)]);
  const card = choices.cards.find(({ id }) => id === occasion.card_id)?.name ?? 'its card';
  const survey = choices.surveys.find(({ id }) => id === occasion.survey_id)?.name;
  const content = html`<p class="back"><a href="${href('/occasions')}">Occasions</a></p>
    <div class="head">
      <div>
        <h1>${occasion.mode === 'off' ? `Switch “${occasion.name}” on?` : `Whom “${occasion.name}” reaches`}</h1>
        <p>${sentenceOf({ ...occasion, mode: proposal.mode }, { card: `“${card}”`, survey: survey && `“${survey}”` })}</p>
      </div>
    </div>
    <div class="occasions-pair">
      <div>${reachPart(visit, occasion, reach)} ${occasion.mode === 'off' ? onForm(visit, occasion) : ''}</div>
      <aside>
        <div class="occasions-large">${thumbnail(href(`/occasions/${occasion.id}/preview?card=${occasion.card_id}`))}</div>
      </aside>
    </div>`;
  return membersPage(visit, { title: `Switch on ${occasion.name}`, section: 'occasions', content, wide: true });
}

function reachPart(visit: Visit, occasion: Occasion, reach: Reach): Html {
  const { trigger, mode } = occasion;
  const fromNow = mode === 'off' && (trigger === 'purchase' || trigger === 'joined');
  return html`<section class="box">
    <h2>${headline(reach)}</h2>
    ${fromNow ? html`<p>It answers to what happens from today on, and lets be what lies before.</p>` : ''}
    ${reach.cards === 0 ? nextDay(visit, occasion) : ''} ${reach.first.length === 0 ? '' : whoPart(visit, reach)}
    ${withoutPart(reach)}
  </section>`;
}

// Whoever makes an occasion for New Year in summer sees that it was understood.
function nextDay({ business, now }: Visit, { month, day }: Occasion): Html | string {
  if (month === null || day === null) return '';
  const today = localDayOf(now, business.zone);
  const [next] = occurrencesBetween({ month, day }, business.leap_rule, today, addDays(today, 366));
  return next ? html`<p>Its next day: ${dayWords(next, today)}. Whom it reaches stands on the home page 30 days before.</p>` : '';
}

function headline(reach: Reach): string {
  if (reach.cards === 0) return `${reach.exact ? 'Nobody' : 'Hardly anybody'} in the next 30 days`;
  if (reach.exact && reach.cards === 1) return 'One card in the next 30 days';
  return `${told(reach.cards, reach)} cards in the next 30 days`;
}

/** What was reckoned is not told to the last card, and what was not counted to its end is at least so much. */
function told(count: number, { exact, more }: Reach): string {
  const step = exact ? 1 : 10 ** Math.max(0, String(count).length - 2);
  const number = new Intl.NumberFormat('en-GB').format((more ? Math.floor(count / step) : Math.round(count / step)) * step);
  return exact ? number : `${more ? 'More than' : 'About'} ${number}`;
}

function whoPart({ business, now, href }: Visit, { first, cards, exact }: Reach): Html {
  const today = localDayOf(now, business.zone);
  return html`<ul class="occasions-reach">
      ${first.map(
        ({ customerId, name, day, dueAt, zone }) =>
          html`<li>
            <a href="${href(`/customers/${customerId}`)}">${name}</a>
            <span class="quiet"
              >${dayWords(day, today)}, ${hour(dueAt, zone)} ${zone === business.zone ? '' : `in ${placeOf(zone)}`}</span
            >
          </li>`,
      )}
    </ul>
    ${cards > first.length ? html`<p class="quiet">These are ${exact ? '' : 'among '}the first.</p>` : ''}`;
}

function withoutPart(reach: Reach): Html | '' {
  if (reach.without.length === 0) return '';
  return html`<h3>Who would get nothing, and why</h3>
    <ul>
      ${reach.without.map(({ reason, count }) => html`<li>${told(count, reach)}: ${sentenceFor(reason)}</li>`)}
    </ul>`;
}

function onForm(visit: Visit, occasion: Occasion): Html {
  const real = practises(visit) ? 'You are practising, so nothing leaves this machine yet.' : 'From then on, cards really leave.';
  return html`<form class="box" method="post" action="${visit.href(`/occasions/${occasion.id}`)}">
    ${hidden({ was: shownIn(occasion, ['mode']) })}
    ${choice({
      name: 'mode',
      label: 'How shall it go?',
      value: 'automatic',
      hint: real,
      options: [
        { value: 'automatic', label: 'Automatically', hint: 'Each card goes by itself. You can still hold or skip any one.' },
        { value: 'ask', label: 'Ask me first', hint: 'Each card waits on the home page until somebody lets it go.' },
      ],
    })}
    <div class="actions">${button('Switch it on', { kind: 'main' })} ${linkButton(visit.href('/occasions'), 'Not yet')}</div>
  </form>`;
}
