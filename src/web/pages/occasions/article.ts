import { html } from 'hono/html';
import type { Choices, Outlook } from '../../../occasions/occasion-outlook.ts';
import { type Occasion, type OccasionChange, type OccasionField, shapeOf } from '../../../occasions/occasion-shape.ts';
import { dayWords } from '../../days.ts';
import type { Html } from '../../layout.ts';
import type { Said } from '../../members-page.ts';
import { button, hidden, icon, pill, problemBox, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { sentenceControls } from './sentence.ts';

/** What stands in an occasion's form apart from what is kept: what was typed, and what is wrong with it. */
export interface Tried {
  change?: OccasionChange;
  problem?: string | undefined;
}

export interface ArticleParts extends Tried {
  occasion: Occasion;
  choices: Choices;
  outlook: Outlook | undefined;
  today: string;
  /** Just saved, with the way back. */
  said?: Said;
}

/** The fields that the sentence on the list has. */
const SENTENCE_FIELDS: readonly OccasionField[] = ['offsetDays', 'hour', 'cardId', 'surveyId', 'lateDays', 'mode'];

/** One occasion on the list: its card small, its sentence, whom it reaches next. htmx puts this one part in its place again. */
export function occasionArticle(visit: Visit, parts: ArticleParts): Html {
  const { occasion, choices } = parts;
  const at = visit.href(`/occasions/${occasion.id}`);
  const card = choices.cards.find(({ id }) => id === occasion.card_id)?.name ?? 'the card';
  return html`<article class="box occasions-one ${occasion.mode === 'off' ? 'off' : ''}" id="occasion-${occasion.id}">
    <a class="occasions-card" href="${at}" aria-label="${occasion.name}: see the card “${card}” and all about it">
      ${thumbnail(`${at}/preview?card=${occasion.card_id}`)}
    </a>
    <div class="occasions-words">
      <div class="occasions-title">
        <h2><a href="${at}">${occasion.name}</a></h2>
        ${modePill(occasion)}
      </div>
      ${sentenceForm(visit, parts)} ${savedBar(visit, parts)}
      <p class="quiet">${outlookWords(visit, parts)}</p>
    </div>
  </article>`;
}

export function modePill({ mode }: Pick<Occasion, 'mode'>): Html {
  if (mode === 'automatic') return pill('Automatic', 'good');
  return mode === 'ask' ? pill('Asks first', 'warn') : pill('Off');
}

/** What the form showed, kept in it: so that somebody else's change is not overwritten unseen. */
export function shownIn(occasion: Occasion, fields: readonly OccasionField[]): string {
  const shape = shapeOf(occasion);
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, shape[field]])));
}

function sentenceForm(visit: Visit, { occasion, choices, change, problem }: ArticleParts): Html {
  const at = visit.href(`/occasions/${occasion.id}`);
  return html`<form
    class="occasions-form"
    method="post"
    action="${at}"
    hx-post="${at}"
    hx-trigger="change delay:300ms, submit"
    hx-target="#occasion-${occasion.id}"
    hx-swap="outerMorph"
  >
    ${problemBox(problem)} ${hidden({ was: shownIn(occasion, SENTENCE_FIELDS) })}
    <p class="occasions-sentence">${sentenceControls(occasion, choices, { change, onPage: `${at}/on` })}</p>
    ${button('Save', { says: `Save ${occasion.name}` })}
  </form>`;
}

function savedBar(visit: Visit, { said, occasion }: ArticleParts): Html | '' {
  if (!said) return '';
  const { undo } = said;
  return html`<div class="occasions-saved" role="status">
    <span>${icon('check')} ${said.say}</span>
    ${
      undo
        ? html`<form
            method="post"
            action="${visit.href(undo.path)}"
            hx-post="${visit.href(undo.path)}"
            hx-target="#occasion-${occasion.id}"
            hx-swap="outerMorph"
          >
            ${hidden(undo.fields ?? {})}${button('Undo', { icon: 'undo-2' })}
          </form>`
        : ''
    }
  </div>`;
}

export function outlookWords(
  visit: Visit,
  { occasion, outlook, today }: Pick<ArticleParts, 'occasion' | 'outlook' | 'today'>,
): Html | string {
  if (occasion.mode === 'off') return 'It is off, so nobody gets it.';
  if (!outlook) return nobodyWords(occasion);
  const { next, cards, more } = outlook;
  const count = new Intl.NumberFormat('en-GB').format(cards);
  const many = more ? `At least ${count} cards` : cards === 1 ? 'One card' : `${count} cards`;
  const who = html`<a href="${visit.href(`/customers/${next.customerId}`)}">${next.customer}</a>`;
  return html`${many} in the next 30 days. Next: ${who}, ${dayWords(next.day, today)}.`;
}

function nobodyWords({ trigger }: Occasion): string {
  if (trigger === 'purchase') return 'Nobody in the next 30 days yet: each purchase brings one.';
  if (trigger === 'joined') return 'Nobody in the next 30 days yet: each new customer brings one.';
  return 'Nobody in the next 30 days.';
}
