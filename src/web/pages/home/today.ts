import { html } from 'hono/html';
import { instantOf } from '../../../calendar/instant.ts';
import { listSent } from '../../../touchpoints/sent.ts';
import { hour, todayOf } from '../../days.ts';
import type { Piece } from '../../parts.ts';
import { pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { sentWords } from '../sent/words.ts';

const SHOWN = 6;

/** What has left today already, the newest first. */
export async function leftToday(visit: Visit): Promise<Piece> {
  const { db, business, href } = visit;
  const midnight = instantOf(todayOf(visit), '00:00', business.zone) ?? visit.now;
  const { cards: sent } = await listSent(db, business.id, {}, SHOWN + 1);
  const today = sent.filter(({ at }) => at >= midnight);
  if (today.length === 0) return '';
  const lines = today.slice(0, SHOWN).map((card) => {
    const { text, tone } = sentWords(card);
    return html`<li>
      <a href="${href(`/sent/${card.id}`)}">${card.name ?? card.address ?? 'Somebody who was erased'}</a>
      <span class="quiet">${card.occasion}, ${hour(card.at, business.zone)}</span>
      ${pill(text, tone)}
    </li>`;
  });
  return html`<section aria-labelledby="left-today">
    <h2 id="left-today">Left today</h2>
    <ul class="rows home-left">
      ${lines}
    </ul>
    ${today.length > SHOWN ? html`<p class="home-more"><a href="${href('/sent')}">See all that was sent</a></p>` : ''}
  </section>`;
}
