import { html } from 'hono/html';
import type { Day } from '../../../database/schema.ts';
import type { NothingGroup, NothingRow } from '../../../touchpoints/nothing.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { dayWords } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { icon } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { counted } from './reading.ts';
import { repair } from './repairs.ts';

/** Who gets nothing in the next 30 days, by reason, each with its repair. */
export function nothingPanel(visit: Visit, groups: NothingGroup[], today: Day): Html {
  return html`<section class="box home-nothings" aria-labelledby="nothing">
    <h2 id="nothing">Nothing goes to</h2>
    ${
      groups.length === 0
        ? html`<p class="home-calm">${icon('circle-check')} Everybody who has a day gets a card.</p>`
        : groups.map((group) => groupOf(visit, group, today))
    }
  </section>`;
}

/** "no email" stands as "no-email" in an address. */
export function slugOf(reason: string): string {
  return reason.replaceAll(' ', '-');
}

/** What a reason is called above a list of people. */
export function titleOf(reason: string): string {
  return TITLES[reason] ?? reason.slice(0, 1).toUpperCase() + reason.slice(1);
}

export function person(visit: Visit, row: NothingRow, today: Day): Html {
  return html`<a href="${visit.href(`/customers/${row.customerId}`)}">${row.customer}</a>
    <small>${row.occasion}, ${dayWords(row.day, today)}</small>`;
}

const TITLES: Record<string, string> = {
  'no email': 'No e-mail address',
  'no basis': 'No agreement to write',
  unsubscribed: 'Asked for no more mail',
  'occasion declined': 'Do not want this occasion',
  'date declined': 'Do not want cards for this date',
  'paused by customer': 'Asked for a pause',
  'hard bounce': 'Their address came back',
  complained: 'Reported a mail as unwanted',
  'consent ended': 'Their consent has ended',
  erased: 'Address was erased',
  capped: 'Another card on that day',
  'too soon': 'Had one a short while ago',
  'open complaint': 'Wait for your call first',
  'field missing': 'The card lacks something about them',
  'card broken': 'The card is broken',
  crashed: 'Set aside after trouble',
  answered: 'Answered already',
};

/** Nothing is wrong with these: a rule or the customer wants it so. */
const AS_MEANT = new Set([
  'capped',
  'too soon',
  'unsubscribed',
  'occasion declined',
  'date declined',
  'paused by customer',
  'answered',
]);

function groupOf(visit: Visit, { reason, count, more, first }: NothingGroup, today: Day): Html {
  const all = visit.href(`/nothing/${slugOf(reason)}`);
  const title = titleOf(reason);
  return html`<details class="home-reason ${AS_MEANT.has(reason) ? 'meant' : ''}">
    <summary><span>${title}</span><b>${counted(count, more)}</b></summary>
    <p class="quiet">${sentenceFor(reason)}</p>
    <ul>
      ${first.map((row) => html`<li>${person(visit, row, today)} ${repair(visit, reason, row, {})}</li>`)}
    </ul>
    ${
      count > first.length
        ? html`<p class="home-more">
            <a href="${all}">All ${counted(count, more)} <span class="unseen">: ${title}</span></a>
          </p>`
        : ''
    }
  </details>`;
}
