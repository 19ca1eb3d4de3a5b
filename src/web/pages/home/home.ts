import { html } from 'hono/html';
import { addDays } from '../../../calendar/day.ts';
import { countCustomers } from '../../../customers/search.ts';
import type { Day } from '../../../database/schema.ts';
import { type ComingCard, countDays, type DayCount, listDays } from '../../../touchpoints/coming.ts';
import { type Needs, needsOf } from '../../../touchpoints/needs.ts';
import { groupNothing } from '../../../touchpoints/nothing.ts';
import { dayWords, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { needsPanel } from './needs-panel.ts';
import { nothingPanel } from './nothing-panel.ts';
import { cards, readingOf } from './reading.ts';
import { row } from './rows.ts';
import type { Reading } from './state.ts';
import { leftToday } from './today.ts';

const DAYS = 30;
/** Cards of one day that the home page shows, and of all days together; the rest is a press away. */
const OF_A_DAY = 8;
const OF_ALL = 80;

/** The next 30 days: who gets which card when, who gets nothing, and what needs a person. */
export async function homePage(visit: Visit): Promise<Response> {
  const { db, business } = visit;
  const today = todayOf(visit);
  const last = addDays(today, DAYS);
  const [days, reading, nothing, needs, left, anybody] = await Promise.all([
    countDays(db, business.id, { from: today, to: last, earlier: true }),
    readingOf(visit),
    groupNothing(db, business.id, { from: today, to: last }, 3),
    needsOf(db, business.id, today),
    leftToday(visit),
    countCustomers(db, business.id, 1),
  ]);
  const shown = shownUntil(days);
  const rows =
    shown === undefined ? [] : await listDays(db, business.id, { from: today, to: shown, asking: askingOf(days) }, OF_A_DAY);
  const waiting = waitingIn(days, needs);
  const content = html`${head(days, today, waiting)} ${strip(visit, days, today, shown)}
    <div class="home">
      <div class="home-days">${anybody === 0 ? nobody(visit) : board(visit, { days, rows, reading, today, shown })} ${left}</div>
      <div class="home-beside">${needsPanel(visit, needs, waiting)} ${nothingPanel(visit, nothing, today)}</div>
    </div>`;
  return membersPage(visit, { title: 'Next 30 days', section: 'home', wide: true, content });
}

function askingOf(days: DayCount[]): Day[] {
  return days.filter(({ waiting }) => waiting > 0).map(({ day }) => day);
}

/** The last day whose cards are listed one by one. */
function shownUntil(days: DayCount[]): Day | undefined {
  let total = 0;
  const full = days.findIndex((day) => {
    total += Math.min(day.cards, OF_A_DAY);
    return total >= OF_ALL;
  });
  return full === -1 ? days.at(-1)?.day : days[full]?.day;
}

/** How many of these days' cards wait; 'some' where they are too many to count each time. */
function waitingIn(days: DayCount[], needs: Needs): number | 'some' {
  const counted = days.reduce((sum, day) => sum + day.waiting, 0);
  return days.some(({ more }) => more) && needs.waiting > 0 ? 'some' : counted;
}

function head(days: DayCount[], today: Day, waiting: number | 'some'): Html {
  const total = days.reduce((sum, day) => sum + day.cards, 0);
  const more = days.some((day) => day.more);
  const last = days.at(-1)?.day ?? '';
  const words =
    total === 0 ? 'No card is due.' : `${cards(total, more)} until ${dayWords(last, today)}. ${waitingWords(waiting)}`;
  return html`<div class="head">
    <div>
      <h1>Next 30 days</h1>
      <p>${words}</p>
    </div>
  </div>`;
}

function waitingWords(waiting: number | 'some'): string {
  if (waiting === 0) return 'All of them go by themselves, unless you hold them back.';
  if (waiting === 1) return 'One of them waits for your yes.';
  return `${waiting === 'some' ? 'Some' : waiting.toLocaleString('en')} of them wait for your yes.`;
}

/** A month at a glance: a column for each day, as high as it is full. */
function strip({ href }: Visit, days: DayCount[], today: Day, shown: Day | undefined): Html {
  const cells = days.map((day) => {
    const at = shown !== undefined && day.day <= shown && day.cards > 0 ? `#d-${day.day}` : href(`/day/${day.day}`);
    const words = dayWords(day.day, today);
    const marks = `${day.waiting > 0 ? 'waits' : ''} ${isSunday(day.day) ? 'sunday' : ''}`;
    return html`<li>
      <a href="${at}" class="${marks}">
        <span class="unseen">${words}: ${day.cards === 0 ? 'nothing' : cards(day.cards, day.more)}</span>
        <span class="home-bar home-bar-${level(day.cards)}"></span>
        <span class="home-date" aria-hidden="true"><b>${Number(day.day.slice(8))}</b>${words.slice(0, 2)}</span>
      </a>
    </li>`;
  });
  return html`<nav class="home-strip" aria-label="Days">
    <ol>
      ${cells}
    </ol>
  </nav>`;
}

function isSunday(day: Day): boolean {
  return new Date(day).getUTCDay() === 0;
}

// 0 to 6: one card, a few, a dozen, many.
function level(count: number): number {
  return count === 0 ? 0 : Math.min(6, 1 + Math.floor(Math.log2(count)));
}

interface Board {
  days: DayCount[];
  rows: ComingCard[];
  reading: Reading;
  today: Day;
  shown: Day | undefined;
}

function board(visit: Visit, { days, rows, reading, today, shown }: Board): Piece {
  const byDay = Map.groupBy(rows, ({ day }) => (day < today ? today : day));
  const full = days.filter((day) => day.day === today || (day.cards > 0 && shown !== undefined && day.day <= shown));
  const later = days.filter((day) => day.cards > 0 && shown !== undefined && day.day > shown);
  if (days.every((day) => day.cards === 0)) return quietMonth(visit);
  return [
    ...full.map((day) => section(visit, day, byDay.get(day.day) ?? [], reading, today)),
    later.length === 0
      ? ''
      : html`<section aria-labelledby="later">
          <h2 id="later">Then</h2>
          <ul class="rows home-later">
            ${later.map(
              (day) =>
                html`<li>
                  <a href="${visit.href(`/day/${day.day}`)}">${dayWords(day.day, today)}</a
                  ><span>${cards(day.cards, day.more)}</span>
                </li>`,
            )}
          </ul>
        </section>`,
  ];
}

function section(visit: Visit, day: DayCount, rows: ComingCard[], reading: Reading, today: Day): Html {
  const name = day.day === today ? `Today, ${dayWords(day.day, today)}` : nameOf(day.day, today);
  const rest = day.cards - rows.length;
  return html`<section aria-labelledby="d-${day.day}">
    <div class="home-day">
      <h2 id="d-${day.day}"><a href="${visit.href(`/day/${day.day}`)}">${name}</a></h2>
      ${approveAll(visit, day, '')}
    </div>
    ${
      rows.length === 0
        ? html`<p class="home-nothing">Nothing is left to go today.</p>`
        : html`<ul class="rows">
            ${rows.map((card) => row(visit, card, reading, ''))}
          </ul>`
    }
    ${rest > 0 ? html`<p class="home-more"><a href="${visit.href(`/day/${day.day}`)}">See all ${cards(day.cards, day.more)} of this day</a></p>` : ''}
  </section>`;
}

/** One press for everything that waits on a day. */
export function approveAll({ href }: Visit, { day, waiting, more, shown }: DayCount, back: string): Piece {
  if (waiting === 0) return '';
  const all = more ? 'Approve all that wait' : `Approve all ${waiting.toLocaleString('en')} that wait`;
  const label = waiting === 1 && !more ? 'Approve the one that waits' : all;
  return press(href(`/day/${day}/approve`), label, { kind: 'main', icon: 'check', fields: { back, shown: shown.join(' ') } });
}

function nameOf(day: Day, today: Day): string {
  return day === addDays(today, 1) ? `Tomorrow, ${dayWords(day, today)}` : dayWords(day, today);
}

function nobody({ href }: Visit): Html {
  return empty({
    title: 'Nobody is here yet',
    text: 'As soon as your customers are in, with their birthdays and what they bought, you see here who gets which card when.',
    action: html`<p class="actions home-centre">
      ${linkButton(href('/imports'), 'Import your customers', { kind: 'main', icon: 'upload' })}
      ${linkButton(href('/customers'), 'Add one by hand', { icon: 'plus' })}
    </p>`,
  });
}

function quietMonth({ href }: Visit): Html {
  return empty({
    title: 'A quiet month',
    text: 'None of your customers has a day in the next 30 days. Cards come from birthdays, other yearly days, purchases and fixed days.',
    action: html`<p class="actions home-centre">
      ${linkButton(href('/occasions'), 'See your occasions', { icon: 'gift' })}
      ${linkButton(href('/customers'), 'Add dates to customers', { icon: 'calendar-days' })}
    </p>`,
  });
}
