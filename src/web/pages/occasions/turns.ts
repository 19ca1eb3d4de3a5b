import { html } from 'hono/html';
import { listVariants, setVariants, type Variant } from '../../../occasions/cards-variants.ts';
import type { Choices } from '../../../occasions/occasion-outlook.ts';
import type { Occasion } from '../../../occasions/occasion-shape.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { button, hidden, press, select } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { askedFor } from './asked.ts';

/** The cards that an occasion sends in turn: a customer of four years gets four different ones. */
export async function turnsPart(visit: Visit, occasion: Occasion, { cards }: Choices): Promise<Html> {
  const turns = await listVariants(visit.db, visit.business.id, occasion.id);
  const others = cards.filter(({ id }) => !turns.some(({ cardId }) => cardId === id));
  const to = visit.href(`/occasions/${occasion.id}/turns`);
  const lines = turns.map(
    ({ cardId, name }) =>
      html`<li>
        <a href="${visit.href(`/cards/${cardId}`)}">${name}</a>
        ${turns.length > 1 ? press(to, 'Take out', { fields: { do: 'out', card: cardId }, says: `Take out: ${name}` }) : ''}
      </li>`,
  );
  return html`<section class="occasions-turns">
    <h2>Cards in turn</h2>
    <p class="quiet">
      ${turns.length > 1 ? 'Each customer gets one they have not had.' : 'With a second card, nobody gets the same one twice in a row.'}
    </p>
    <ol>
      ${lines}
    </ol>
    ${
      others.length === 0
        ? ''
        : html`<form method="post" action="${to}">
            ${hidden({ do: 'in' })}
            ${select({ name: 'card', form: 'turn', label: 'Another card', value: '', options: others.map(({ id, name }) => ({ value: id, label: name })) })}
            ${button('Add to the turn', { icon: 'plus' })}
          </form>`
    }
  </section>`;
}

/** One card more or less in the turn; undo sets it as it was. */
export async function postTurns(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const form = await visit.form();
  const before = (await listVariants(db, business.id, occasion.id)).map(({ cardId }: Variant) => cardId);
  const card = idIn(textOf(form, 'card')) ?? '';
  const wanted = {
    in: [...before, card],
    out: before.filter((id) => id !== card),
    set: textOf(form, 'cards')
      .split(' ')
      .map((id) => idIn(id) ?? ''),
  }[textOf(form, 'do')];
  const back = `/occasions/${occasion.id}`;
  if (!wanted || wanted.includes('')) return after(visit, back, { say: 'Choose a card first.' });
  const set = await setVariants(db, business.id, occasion.id, wanted, actor);
  if (!set.ok) return after(visit, back, { say: set.reason });
  const undo = { path: `${back}/turns`, fields: { do: 'set', cards: before.join(' ') } };
  return after(visit, back, set.changed ? { say: 'The cards in turn were changed.', undo } : { say: 'It is so already.' });
}
