import { html } from 'hono/html';
import { type ComingCard, findComing } from '../../../touchpoints/coming.ts';
import { LONGEST_LINE, lineOf } from '../../../touchpoints/line.ts';
import { type Preview, previewTouchpoint, tryCards, type Trial } from '../../../touchpoints/preview.ts';
import { dayWords, todayOf } from '../../days.ts';
import { cardPage } from '../../headers.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { area, button, hidden, linkButton, type Piece, pill, press, thumbnail } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { desk, viewOf, viewTabs } from '../sent/views.ts';
import { readingOf } from './reading.ts';
import { type Reading, stateWords, when } from './state.ts';

/** What was typed as a line, and what is wrong with it. */
export interface TypedLine {
  line: string;
  problem: string;
}

/** One coming card as its customer will see it, and everything that can still be decided about it. */
export async function comingPage(visit: Visit, typed?: TypedLine): Promise<Response> {
  const card = await cardAt(visit);
  if (!card) return visit.missing();
  const { db, business, href } = visit;
  const [preview, reading, line] = await Promise.all([
    previewTouchpoint(db, business.id, card.id, { pictures: picturesOf(visit) }),
    readingOf(visit),
    lineOf(db, business.id, card.id),
  ]);
  const content = html`<p class="back"><a href="${href('')}">Next 30 days</a></p>
    <div class="head">
      <div>
        <h1><bdi>${card.customer}</bdi>: ${card.occasion}</h1>
        <p>${dayWords(card.day, todayOf(visit))}, with “${card.card}”</p>
      </div>
    </div>
    <div class="home-open">
      <div class="box home-first">${decisions(visit, card, reading)}</div>
      <div class="home-shown">${preview ? shown(visit, card, preview) : html`<p>This card cannot be shown.</p>`}</div>
      <div class="box home-rest">${lineForm(visit, card, preview, { line, ...typed })} ${facts(visit, card)}</div>
    </div>`;
  return membersPage(visit, {
    title: `${card.customer}: ${card.occasion}`,
    section: 'home',
    wide: true,
    content,
    ...(typed ? { status: 422 } : {}),
  });
}

/** The card itself, for its frame; `card` tries another one on. */
export async function comingFrame(visit: Visit): Promise<Response> {
  const id = visit.id('touchpoint');
  const cardId = idIn(visit.c.req.query('card'));
  const preview = id && (await previewTouchpoint(visit.db, visit.business.id, id, { pictures: picturesOf(visit), cardId }));
  return preview ? cardPage(visit.c, preview.html, true) : visit.missing();
}

/** The shop's cards, each as this customer would get it. */
export async function swapPage(visit: Visit): Promise<Response> {
  const card = await cardAt(visit);
  if (!card) return visit.missing();
  const trials = await tryCards(visit.db, visit.business.id, card.id, picturesOf(visit));
  const content = html`<p class="back">
      <a href="${visit.href(`/coming/${card.id}`)}"><bdi>${card.customer}</bdi>: ${card.occasion}</a>
    </p>
    <div class="head">
      <div>
        <h1>Another card for <bdi>${card.customer}</bdi></h1>
        <p>Only this time: the occasion keeps its own card for everybody else.</p>
      </div>
      ${card.swapped ? swapForm(visit, card, '', 'Use the occasion’s own card', 'quiet') : ''}
    </div>
    <ul class="home-cards">
      ${trials.map((trial) => tile(visit, card, trial))}
    </ul>`;
  return membersPage(visit, { title: `Another card for ${card.customer}`, section: 'home', wide: true, content });
}

async function cardAt(visit: Visit): Promise<ComingCard | undefined> {
  const id = visit.id('touchpoint');
  return id === undefined ? undefined : findComing(visit.db, visit.business.id, id);
}

function picturesOf({ site }: Visit): string {
  return `${site.publicUrl}/pictures/`;
}

function shown(visit: Visit, card: ComingCard, preview: Preview): Html {
  const at = visit.href(`/coming/${card.id}`);
  const view = viewOf(visit, ['phone', 'desktop', 'text']);
  return html`<div class="home-inbox">
      <b>${visit.business.from_name}</b>
      <bdi>${preview.subject}</bdi>
    </div>
    ${preview.errors.map((problem) => html`<p class="problem">${problem}</p>`)}
    ${viewTabs(at, ['phone', 'desktop', 'text'], view)}
    ${view === 'text' ? html`<pre class="plain" tabindex="0">${preview.text}</pre>` : desk(`${at}/card`, view, `The card for ${card.customer}`)}`;
}

function decisions(visit: Visit, card: ComingCard, reading: Reading): Html {
  const { text, tone } = stateWords(card, reading);
  return html`<h2>What becomes of it</h2>
    <p class="home-state ${tone}">${text}.</p>
    <div class="home-decide">${choices(visit, card)}</div>`;
}

function choices({ href }: Visit, card: ComingCard): Piece {
  const at = `/coming/${card.id}`;
  const form = (verb: string, label: string, options: Parameters<typeof press>[2] = {}) =>
    press(href(`${at}/${verb}`), label, { ...options, fields: { back: at, shown: card.shown } });
  const now = form('now', 'Send it now', { icon: 'send' });
  const skip = form('skip', 'Skip this one', { icon: 'x' });
  const swap = linkButton(href(`${at}/swap`), 'Swap the card', { icon: 'arrow-left-right' });
  switch (card.state) {
    case 'waiting':
      return [
        form('approve', 'Approve', { kind: 'main', icon: 'check' }),
        swap,
        form('hold', 'Hold back', { icon: 'hand' }),
        now,
        skip,
      ];
    case 'planned':
      return [swap, form('hold', 'Hold back', { icon: 'hand' }), now, skip];
    case 'held':
      return [form('release', 'Release', { kind: 'main', icon: 'play' }), swap, now, skip];
    case 'blocked':
      return [swap, skip];
    case 'skipped':
      return form('unskip', 'Take that back', { icon: 'undo-2' });
    default:
      return linkButton(href(`/sent/${card.id}`), 'See it under Sent', { icon: 'send' });
  }
}

const OPEN = ['planned', 'waiting', 'held', 'blocked'];

function lineForm(
  { href }: Visit,
  card: ComingCard,
  preview: Preview | undefined,
  { line, problem }: { line: string; problem?: string },
): Piece {
  if (!OPEN.includes(card.state)) return '';
  if (!preview?.hasLine && line === '') return html`<p class="quiet">This card has no room for a line of your own.</p>`;
  const hint = `Up to ${LONGEST_LINE} letters, only for ${card.customer}. ${card.approvedBy === null ? '' : 'The card then asks for a yes again.'}`;
  return html`<form class="home-line" method="post" action="${href(`/coming/${card.id}/line`)}" data-keep>
    ${area({ name: 'line', label: 'A line of your own', value: line, hint, problem, rows: 3 })}
    ${button('Save the line', { icon: 'pen-line' })}
  </form>`;
}

function facts(visit: Visit, card: ComingCard): Html {
  return html`<dl class="facts home-facts">
    <div>
      <dt>To</dt>
      <dd>
        <a href="${visit.href(`/customers/${card.customerId}`)}">${card.customer}</a
        >${card.email === null ? '' : html`<br />${card.email}`}
      </dd>
    </div>
    <div>
      <dt>Their clock</dt>
      <dd>${card.zone.replaceAll('_', ' ')}</dd>
    </div>
    <div>
      <dt>Too late</dt>
      <dd>${when(card.lateAt, card, { business: visit.business, now: visit.now })}</dd>
    </div>
  </dl>`;
}

function tile(visit: Visit, card: ComingCard, { cardId, name, problems }: Trial): Html {
  const src = visit.href(`/coming/${card.id}/card?card=${cardId}`);
  const now = cardId === card.cardId;
  return html`<li>
    ${thumbnail(src)}
    <h2>${name} ${now ? pill('chosen now', 'good') : ''}</h2>
    ${
      problems.length > 0
        ? html`<p class="quiet">Does not fit here: ${problems.join(' ')}</p>`
        : now
          ? ''
          : swapForm(visit, card, cardId, 'Send this one', 'main', `Send this one: ${name}`)
    }
  </li>`;
}

function swapForm({ href }: Visit, card: ComingCard, cardId: string, label: string, kind: 'main' | 'quiet', says?: string): Html {
  return html`<form class="one-press" method="post" action="${href(`/coming/${card.id}/swap`)}">
    ${hidden({ card: cardId, back: `/coming/${card.id}` })}${button(label, { kind, ...(says ? { says } : {}) })}
  </form>`;
}
