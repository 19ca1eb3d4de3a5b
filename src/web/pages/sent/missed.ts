import { html } from 'hono/html';
import { listMissed, type MissedCard } from '../../../touchpoints/missed.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { dayWords, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, pager, press } from '../../parts.ts';
import { dayPlace } from '../../places.ts';
import type { Visit } from '../../visit.ts';
import { sentTabs } from './tabs.ts';

const PER_PAGE = 50;

/** What was due and did not go, each with its reason: nothing vanishes. */
export async function missedPage(visit: Visit): Promise<Response> {
  const today = todayOf(visit);
  const rows = await listMissed(
    visit.db,
    visit.business.id,
    { to: today, before: dayPlace(visit.c.req.query('before')) },
    PER_PAGE + 1,
  );
  const last = rows.length > PER_PAGE ? rows[PER_PAGE - 1] : undefined;
  const content = html`<div class="head">
      <div>
        <h1>Did not go</h1>
        <p>Cards that were due, and why they stayed here.</p>
      </div>
    </div>
    ${sentTabs(visit, 'missed')}
    ${
      rows.length === 0
        ? empty({ title: 'Nothing was missed', text: 'Every card that was due has left, or is still to come.' })
        : html`<ul class="rows sent-list sent-missed">
            ${rows.slice(0, PER_PAGE).map((card) => line(visit, card, today))}
          </ul>`
    }
    ${pager({ next: last && visit.href(`/sent/missed?before=${last.day}.${last.id}`) })}`;
  return membersPage(visit, { title: 'Did not go', section: 'sent', wide: true, content });
}

function line({ href, now }: Visit, card: MissedCard, today: string): Html {
  const back = card.state === 'skipped' && card.reason === 'skipped' && card.lateAt > now && !card.gone;
  return html`<li>
    ${card.gone ? html`<b>${card.customer}</b>` : html`<a class="sent-who" href="${href(`/customers/${card.customerId}`)}">${card.customer}</a>`}
    <span class="sent-what">${card.reason === null ? '' : sentenceFor(card.reason)}<small>${card.occasion}</small></span>
    <time datetime="${card.day}">${dayWords(card.day, today)}</time>
    <span
      >${back ? press(href(`/coming/${card.id}/unskip`), 'Take back', { icon: 'undo-2', says: `Take back: let the card for ${card.customer} go after all` }) : ''}</span
    >
  </li>`;
}
