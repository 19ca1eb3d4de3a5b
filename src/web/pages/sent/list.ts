import { html } from 'hono/html';
import { searchCustomers } from '../../../customers/search.ts';
import { listOccasions, type Occasion } from '../../../occasions/occasion.ts';
import {
  listSent,
  listUncertain,
  type SentCard,
  type SentPage,
  type SentPlace,
  type SentState,
  type UncertainCard,
} from '../../../touchpoints/sent.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { moment, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage, practises } from '../../members-page.ts';
import { attribute, button, empty, type Piece, pager, pill } from '../../parts.ts';
import { momentPlace } from '../../places.ts';
import { idIn, type Visit } from '../../visit.ts';
import { doubtPresses } from './presses.ts';
import { sentTabs } from './tabs.ts';
import { isPractice, sentWords } from './words.ts';

const PER_PAGE = 50;
const MOST_UNCERTAIN = 20;
/** A search by name looks at the cards of this many customers. */
const MOST_PEOPLE = 60;

interface Asked {
  q: string;
  occasion: string | undefined;
  state: SentState | undefined;
  before: SentPlace | undefined;
}

/** What left, the newest first; what nobody knows the fate of on top. */
export async function sentPage(visit: Visit): Promise<Response> {
  const { db, business } = visit;
  const asked = read(visit);
  const first = asked.before === undefined;
  const [page, occasions, uncertain] = await Promise.all([
    find(visit, asked),
    listOccasions(db, business.id),
    first && asked.q === '' ? listUncertain(db, business.id, MOST_UNCERTAIN) : [],
  ]);
  const results = html`<div id="sent-results">${lines(visit, asked, page)}</div>`;
  if (visit.fragment) return visit.c.html(results);
  const lead = practises(visit)
    ? 'Every card as the customer would get it. You are practising, so they stay here in the outbox.'
    : 'Every card that has left, just as it went out, and what the mail server said.';
  const content = html`<div class="head">
      <div>
        <h1>Sent</h1>
        <p>${lead}</p>
      </div>
    </div>
    ${sentTabs(visit, 'cards')} ${doubts(visit, uncertain)} ${searchForm(visit, asked, occasions)} ${results}`;
  return membersPage(visit, { title: 'Sent', section: 'sent', wide: true, content });
}

function read({ c }: Visit): Asked {
  return {
    q: (c.req.query('q') ?? '').trim().slice(0, 200),
    occasion: idIn(c.req.query('occasion')),
    state: STATES.find(({ value }) => value === c.req.query('state'))?.value,
    before: momentPlace(c.req.query('before')),
  };
}

const STATES: readonly { value: SentState; label: string }[] = [
  { value: 'arrived', label: 'Arrived' },
  { value: 'on its way', label: 'Being tried' },
  { value: 'refused', label: 'Refused or given up' },
  { value: 'uncertain', label: 'May have arrived' },
];

async function find(visit: Visit, { q, occasion, state, before }: Asked): Promise<SentPage> {
  const { db, business, now } = visit;
  const people = q === '' ? undefined : await searchCustomers(db, business.id, { q, today: todayOf(visit), now }, MOST_PEOPLE);
  const search = {
    ...(people && { customers: people.customers.map(({ id }) => id) }),
    ...(occasion !== undefined && { occasionId: occasion }),
    ...(state && { state }),
    before,
  };
  return listSent(db, business.id, search, PER_PAGE);
}

function searchForm({ href }: Visit, { q, occasion, state }: Asked, occasions: Occasion[]): Html {
  const at = href('/sent');
  const option = (value: string, label: string, chosen: boolean) =>
    html`<option value="${value}" ${chosen ? html`selected` : ''}>${label}</option>`;
  return html`<form
    class="sent-search"
    role="search"
    method="get"
    action="${at}"
    hx-get="${at}"
    hx-target="#sent-results"
    hx-swap="outerHTML"
    hx-trigger="input delay:250ms from:find input, change, submit"
  >
    <label class="sent-wide"
      ><span>Name or e-mail</span><input type="search" name="q" value="${q}" autocomplete="off" ${attribute('maxlength', 200)} />
    </label>
    <label
      ><span>Occasion</span
      ><select name="occasion">
        ${option('', 'All', occasion === undefined)} ${occasions.map(({ id, name }) => option(id, name, id === occasion))}
      </select></label
    >
    <label
      ><span>State</span
      ><select name="state">
        ${option('', 'All', state === undefined)} ${STATES.map(({ value, label }) => option(value, label, value === state))}
      </select></label
    >
    ${button('Show', { icon: 'search' })}
  </form>`;
}

function lines(visit: Visit, asked: Asked, { cards, next }: SentPage): Piece {
  const further = next && visit.href(`/sent?${query(asked, next)}`);
  if (cards.length === 0 && next === undefined) return nothing(asked);
  return html`${
    cards.length === 0
      ? html`<p class="quiet">Nothing of the kind among these. Older ones were not looked through yet.</p>`
      : html`<ul class="rows sent-list">
          ${cards.map((card) => line(visit, card))}
        </ul>`
  }
  ${pager({ next: further })}`;
}

function query({ q, occasion, state }: Asked, next: SentPlace): string {
  const fields = { q, occasion: occasion ?? '', state: state ?? '', before: `${next.at.getTime()}.${next.id}` };
  return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== '')).toString();
}

function nothing({ q, occasion, state, before }: Asked): Html {
  if (q !== '' || occasion !== undefined || state !== undefined)
    return empty({ title: 'Nothing found', text: 'No card that left fits this. Try fewer letters, or all occasions.' });
  if (before !== undefined) return empty({ title: 'That is all', text: 'There are no older ones.' });
  return empty({
    title: 'No card has left yet',
    text: 'As soon as a customer has a birthday, an anniversary or a purchase, their card is shown here, exactly as it went out.',
  });
}

function line({ href, business, now }: Visit, card: SentCard): Html {
  const { text, tone } = sentWords(card);
  const name = card.name ?? card.address ?? 'Somebody who was erased';
  return html`<li>
    <a class="sent-who" href="${href(`/sent/${card.id}`)}">${name}</a>
    <span class="sent-what"><bdi>${card.subject ?? card.occasion}</bdi><small>${card.occasion}</small></span>
    <time datetime="${card.at.toISOString()}">${moment(card.at, business.zone, now)}</time>
    <span>${isPractice(card) ? pill('practice') : ''} ${pill(text, tone)}</span>
  </li>`;
}

/** Only a member can say what became of these. */
function doubts(visit: Visit, uncertain: UncertainCard[]): Piece {
  if (uncertain.length === 0) return '';
  return html`<section class="box sent-doubts" aria-labelledby="doubts">
    <h2 id="doubts">Did these arrive?</h2>
    <p class="quiet">Fondly sends nothing twice by itself. Ask the customer, or look into your mail server’s log, then say so.</p>
    <ul>
      ${uncertain.map((card) => doubt(visit, card))}
    </ul>
  </section>`;
}

function doubt(visit: Visit, card: UncertainCard): Html {
  const { business, now, href } = visit;
  return html`<li>
    <div>
      ${card.made ? html`<a href="${href(`/sent/${card.id}`)}">${card.name}</a>` : html`<b>${card.name}</b>`}
      <small
        >${card.occasion}, ${moment(card.at, business.zone, now)}. ${card.reason === null ? '' : sentenceFor(card.reason)}</small
      >
    </div>
    <div class="actions">${doubtPresses(visit, card)}</div>
  </li>`;
}
