import { html } from 'hono/html';
import { addDays, parseDay } from '../../../calendar/day.ts';
import { type ComingCard, countDays, listDay, listWaiting } from '../../../touchpoints/coming.ts';
import { dayWords, todayOf } from '../../days.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, type Piece, pager } from '../../parts.ts';
import { momentPlace } from '../../places.ts';
import type { Visit } from '../../visit.ts';
import { approveAll } from './home.ts';
import { cards, readingOf } from './reading.ts';
import { row } from './rows.ts';

const PER_PAGE = 50;
const FURTHEST = 400;

/** One day, by hour. Today's also has what is left of the days before. */
export async function dayPage(visit: Visit): Promise<Response> {
  const { db, business, href } = visit;
  const today = todayOf(visit);
  const day = parseDay(visit.c.req.param('day') ?? '');
  if (day === undefined || day > addDays(today, FURTHEST) || day < addDays(today, -FURTHEST)) return visit.missing();
  const after = momentPlace(visit.c.req.query('after'));
  const rows = await listDay(db, business.id, { day, earlier: day === today, after }, PER_PAGE + 1);
  const [count] = await countDays(db, business.id, { from: day, to: day, earlier: day === today });
  const name = `${day === today ? 'Today, ' : ''}${dayWords(day, today)}`;
  const link = (to: string, words: string): Piece => linkButton(href(`/day/${to}`), words);
  const content = html`<p class="back"><a href="${href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1>${name}</h1>
        ${count && count.cards > 0 ? html`<p>${cards(count.cards, count.more)} still to go.</p>` : ''}
      </div>
      ${count ? approveAll(visit, count, `/day/${day}`) : ''}
    </div>
    ${await list(visit, rows, { back: `/day/${day}`, nextOf: (last) => `/day/${day}?after=${last.dueAt.getTime()}.${last.id}`, none: NO_CARD })}
    <nav class="actions home-turn" aria-label="Other days">
      ${link(addDays(day, -1), 'The day before')} ${link(addDays(day, 1), 'The day after')}
    </nav>`;
  return membersPage(visit, { title: name, section: 'home', content });
}

/** Everything that waits for a yes, what expires first at the top. */
export async function waitingPage(visit: Visit): Promise<Response> {
  const rows = await listWaiting(visit.db, visit.business.id, momentPlace(visit.c.req.query('after')), PER_PAGE + 1);
  const content = html`<p class="back"><a href="${visit.href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1>Waiting for your yes</h1>
        <p>Their occasions ask first. What nobody approves expires; nothing goes by itself.</p>
      </div>
    </div>
    ${await list(visit, rows, { back: '/waiting', nextOf: (last) => `/waiting?after=${last.lateAt.getTime()}.${last.id}`, none: NOTHING_WAITS })}`;
  return membersPage(visit, { title: 'Waiting for your yes', section: 'home', content });
}

const NO_CARD = { title: 'No card here', text: 'Nobody has one on this day, or it is gone already.' };
const NOTHING_WAITS = { title: 'Nothing waits', text: 'Every card that asks first has its answer.' };

interface Around {
  back: string;
  nextOf: (last: ComingCard) => string;
  none: { title: string; text: string };
}

async function list(visit: Visit, rows: ComingCard[], { back, nextOf, none }: Around): Promise<Piece> {
  if (rows.length === 0) return empty(none);
  const reading = await readingOf(visit);
  const last = rows.length > PER_PAGE ? rows[PER_PAGE - 1] : undefined;
  return html`<ul class="rows">
      ${rows.slice(0, PER_PAGE).map((card) => row(visit, card, reading, back))}
    </ul>
    ${pager({ next: last && visit.href(nextOf(last)) })}`;
}
