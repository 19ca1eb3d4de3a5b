import { html } from 'hono/html';
import { addDays, parseDay } from '../../../calendar/day.ts';
import { type ComingCard, countDays, listDay, listWaiting, type Place } from '../../../touchpoints/coming.ts';
import { dayWords } from '../../days.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, type Piece, pager } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { approveAll } from './home.ts';
import { cards, readingOf, todayOf } from './reading.ts';
import { row } from './rows.ts';

const PER_PAGE = 50;
const FURTHEST = 400;

/** One day, by hour. Today's also has what is left of the days before. */
export async function dayPage(visit: Visit): Promise<Response> {
  const { db, business, href } = visit;
  const today = todayOf(visit);
  const day = parseDay(visit.c.req.param('day') ?? '');
  if (day === undefined || day > addDays(today, FURTHEST) || day < addDays(today, -FURTHEST)) return visit.missing();
  const after = placeIn(visit);
  const rows = await listDay(db, business.id, { day, earlier: day === today, after }, PER_PAGE + 1);
  const [count] = await countDays(db, business.id, day, day);
  const name = `${day === today ? 'Today, ' : ''}${dayWords(day, today)}`;
  const link = (to: string, words: string): Piece => linkButton(href(`/day/${to}`), words);
  const content = html`<p class="back"><a href="${href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1>${name}</h1>
        <p>${count && count.cards > 0 ? `${cards(count.cards, count.more)} still to go.` : 'No card is due.'}</p>
      </div>
      ${count ? approveAll(visit, count, `/day/${day}`) : ''}
    </div>
    ${await list(visit, rows, `/day/${day}`, (last) => `/day/${day}?after=${last.dueAt.getTime()}.${last.id}`)}
    <nav class="actions home-turn" aria-label="Other days">
      ${link(addDays(day, -1), 'The day before')} ${link(addDays(day, 1), 'The day after')}
    </nav>`;
  return membersPage(visit, { title: name, section: 'home', content });
}

/** Everything that waits for a yes, what expires first at the top. */
export async function waitingPage(visit: Visit): Promise<Response> {
  const rows = await listWaiting(visit.db, visit.business.id, placeIn(visit), PER_PAGE + 1);
  const content = html`<p class="back"><a href="${visit.href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1>Waiting for your yes</h1>
        <p>Their occasions ask first. What nobody approves expires; nothing goes by itself.</p>
      </div>
    </div>
    ${await list(visit, rows, '/waiting', (last) => `/waiting?after=${last.lateAt.getTime()}.${last.id}`)}`;
  return membersPage(visit, { title: 'Waiting for your yes', section: 'home', content });
}

async function list(visit: Visit, rows: ComingCard[], back: string, nextOf: (last: ComingCard) => string): Promise<Piece> {
  const reading = await readingOf(visit);
  const last = rows.length > PER_PAGE ? rows[PER_PAGE - 1] : undefined;
  if (rows.length === 0) return empty({ title: 'Nothing here', text: 'No card of this kind is due.' });
  return html`<ul class="rows">
      ${rows.slice(0, PER_PAGE).map((card) => row(visit, card, reading, back))}
    </ul>
    ${pager({ next: last && visit.href(nextOf(last)) })}`;
}

function placeIn({ c }: Visit): Place | undefined {
  const [ms = '', id] = (c.req.query('after') ?? '').split('.');
  const known = idIn(id);
  return /^\d{1,14}$/.test(ms) && known !== undefined ? { at: new Date(Number(ms)), id: known } : undefined;
}
