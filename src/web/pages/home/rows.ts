import { html } from 'hono/html';
import type { ComingCard } from '../../../touchpoints/coming.ts';
import { hour } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { button, type ButtonOptions, hidden, type Piece, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type Reading, stateWords } from './state.ts';

/** One coming card in a list. `back` is the page that it stands on; `done` is what was just done to it, with the way back. */
export function row(visit: Visit, card: ComingCard, reading: Reading, back: string, done?: Piece): Html {
  const { text, tone } = stateWords(card, reading);
  return html`<li class="home-row ${tone}" id="c-${card.id}">
    <time class="home-time" datetime="${card.dueAt.toISOString()}">${hour(card.dueAt, card.zone)}</time>
    <div class="home-what">
      <a class="home-who" href="${visit.href(`/coming/${card.id}`)}">${card.customer}</a>
      <span class="home-card">${cardName(card)}${marks(card)}</span>
      <span class="home-state ${tone}">${text}</span>
      ${done ? html`<span class="home-done" role="status">${done}</span>` : ''}
    </div>
    <div class="home-presses">${presses(visit, card, back)}</div>
  </li>`;
}

interface PressOptions extends Pick<ButtonOptions, 'kind' | 'icon' | 'says'> {
  fields?: Record<string, string>;
  /** Only the icon is seen. */
  bare?: boolean;
}

/** A press on one card: with htmx its row changes in place, without it the page comes anew. */
export function rowPress(
  { href }: Visit,
  id: string,
  verb: string,
  label: string,
  back: string,
  options: PressOptions = {},
): Html {
  const { fields = {}, bare = false, ...look } = options;
  const at = href(`/coming/${id}/${verb}`);
  return html`<form
    class="one-press ${bare ? 'home-bare' : ''}"
    method="post"
    action="${at}"
    hx-post="${at}"
    hx-target="#c-${id}"
    hx-swap="outerHTML"
  >
    ${hidden({ back, ...fields })}${button(bare ? html`<span class="unseen">${label}</span>` : label, look)}
  </form>`;
}

function presses(visit: Visit, card: ComingCard, back: string): Piece {
  const says = (verb: string) => `${verb} ${card.customer}: ${card.occasion}`;
  const skip = rowPress(visit, card.id, 'skip', 'Skip', back, { icon: 'x', bare: true, says: says('Skip') });
  switch (card.state) {
    case 'waiting':
      return [
        rowPress(visit, card.id, 'approve', 'Approve', back, {
          kind: 'main',
          icon: 'check',
          says: says('Approve'),
          fields: { shown: card.shown },
        }),
        skip,
      ];
    case 'planned':
      return [rowPress(visit, card.id, 'hold', 'Hold', back, { icon: 'hand', bare: true, says: says('Hold back') }), skip];
    case 'held':
      return [rowPress(visit, card.id, 'release', 'Release', back, { icon: 'play', says: says('Release') }), skip];
    default:
      return '';
  }
}

function cardName({ occasion, card }: ComingCard): string {
  return occasion === card ? occasion : `${occasion} · “${card}”`;
}

function marks(card: ComingCard): Piece {
  return [card.swapped ? pill('swapped') : '', card.line ? html` ${pill('with your line')}` : ''];
}
