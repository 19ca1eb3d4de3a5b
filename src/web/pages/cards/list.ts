import { html } from 'hono/html';
import { listCards, type ShelfCard } from '../../../occasions/card-shelf.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, linkButton, pill, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

/** The shop's own cards, as pictures. */
export async function listPage(visit: Visit): Promise<Response> {
  const cards = await listCards(visit.db, visit.business.id);
  const [kept, away] = [cards.filter((card) => !card.archived), cards.filter((card) => card.archived)];
  const content = html`<div class="head">
      <div>
        <h1>Cards</h1>
        <p>What your customers get. Press a card to see it, to change its words, or to bring an older version back.</p>
      </div>
      ${linkButton(visit.href('/cards/gallery'), 'Choose from the gallery', { kind: 'main', icon: 'plus' })}
    </div>
    ${
      kept.length === 0
        ? empty({ title: 'No cards yet', text: 'Choose one from the gallery: its words are ready, in seven languages.' })
        : html`<ul class="cards-shelf">
            ${kept.map((card) => tile(visit, card))}
          </ul>`
    }
    ${
      away.length === 0
        ? ''
        : html`<h2 class="cards-away">Put away</h2>
            <ul class="cards-shelf">
              ${away.map((card) => tile(visit, card))}
            </ul>`
    }`;
  return membersPage(visit, { title: 'Cards', section: 'cards', wide: true, content });
}

function tile({ href }: Visit, card: ShelfCard): Html {
  const used = card.usedBy.length === 0 ? 'Not sent by any occasion' : `Sent on: ${card.usedBy.join(', ')}`;
  return html`<li>
    <a class="cards-tile" href="${href(`/cards/${card.id}`)}">
      ${thumbnail(href(`/cards/${card.id}/${card.version === null ? 'draft/preview' : 'preview'}`))}
      <span class="cards-name">${card.name}</span>
      <span class="quiet">${used}</span>
      ${card.version === null ? pill('Draft', 'warn') : ''}
    </a>
  </li>`;
}
