import { html } from 'hono/html';
import { type GalleryEntry, listGallery } from '../../../cards/gallery.ts';
import { listCards, type ShelfCard } from '../../../occasions/card-shelf.ts';
import { draftOccasion } from '../../../occasions/occasion-add.ts';
import { choicesOf, kindsInUse } from '../../../occasions/occasion-outlook.ts';
import { columnsOf, type Occasion, type OccasionChange } from '../../../occasions/occasion-shape.ts';
import { type Recipe, RECIPES } from '../../../occasions/recipes.ts';
import { anchorWords } from '../../../occasions/sentence.ts';
import { monthNames } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, field, hidden, icon, problemBox, select, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { inline, lateOptions, whenControl } from './sentence.ts';

/** Ready ideas to start from; with `?recipe=` the one that was chosen. */
export async function newOccasion(visit: Visit): Promise<Response> {
  const recipe = RECIPES.find(({ key }) => key === visit.c.req.query('recipe'));
  return recipe ? recipePage(visit, recipe) : recipesPage(visit);
}

function recipesPage(visit: Visit): Promise<Response> {
  const content = html`<p class="back"><a href="${visit.href('/occasions')}">Occasions</a></p>
    <div class="head">
      <div>
        <h1>Add an occasion</h1>
        <p>
          Start from one of these. Everything about it can be changed, and nothing goes out before you have seen whom it reaches.
        </p>
      </div>
    </div>
    <ul class="occasions-recipes">
      ${RECIPES.map(
        ({ key, title, about, icon: picture }) =>
          html`<li>
            <a class="box" href="${visit.href(`/occasions/new?recipe=${key}`)}">
              ${icon(picture)}<span><strong>${title}</strong><span class="quiet">${about}</span></span>
            </a>
          </li>`,
      )}
    </ul>`;
  return membersPage(visit, { title: 'Add an occasion', section: 'occasions', content, wide: true });
}

/** A form about a new occasion that could not be kept, with what was typed. */
export interface TriedNew {
  change?: OccasionChange;
  card?: string;
  problem?: string;
}

export async function recipePage(visit: Visit, recipe: Recipe, tried: TriedNew = {}): Promise<Response> {
  const { db, business, now, href } = visit;
  const [shelf, gallery, choices] = await Promise.all([listCards(db, business.id), listGallery(), choicesOf(db, business.id)]);
  const start = { dateKind: '', month: 1, day: 1, ...recipe.occasion };
  const draft = draftOccasion(business, { ...start, name: recipe.asks ? '' : recipe.title, cardId: '' }, now);
  const occasion = { ...draft, ...columnsOf(tried.change ?? {}) };
  const content = html`<p class="back"><a href="${href('/occasions/new')}">Add an occasion</a></p>
    <div class="head">
      <div>
        <h1>${recipe.title}</h1>
        <p>${recipe.about}</p>
      </div>
    </div>
    <form class="occasions-form wide" method="post" action="${href('/occasions')}" data-keep>
      ${problemBox(tried.problem)} ${hidden({ recipe: recipe.key })}
      <section class="box">
        ${await whatPart(visit, recipe, occasion)}
        ${field({ name: 'name', label: 'Called', value: occasion.name, maxlength: 60, required: recipe.asks !== 'kind', hint: 'Customers read this where they choose their cards.' })}
        <p class="occasions-sentence">
          ${whenControl(occasion)} ${recipe.asks ? 'that day' : anchorWords(occasion)} at
          <input type="time" name="hour" value="${occasion.hour.slice(0, 5)}" required aria-label="Time of day" /> their time; if
          missed, ${inline('lateDays', 'If missed', lateOptions(occasion.late_days), String(occasion.late_days))}.
        </p>
        ${recipe.survey && choices.surveys.length > 0 ? surveyChoice(occasion, choices.surveys) : ''}
      </section>
      ${cardChoice(visit, recipe, { shelf, gallery }, tried.card)}
      <div class="actions">${button('Go on: see whom it reaches', { kind: 'main' })}</div>
    </form>`;
  const status = tried.problem ? { status: 422 as const } : {};
  return membersPage(visit, { title: recipe.title, section: 'occasions', content, wide: true, ...status });
}

async function whatPart({ db, business }: Visit, recipe: Recipe, occasion: Occasion): Promise<Html | ''> {
  if (recipe.asks === 'kind')
    return field({
      name: 'dateKind',
      label: 'Which day of theirs?',
      value: (occasion.date_kind ?? '').replaceAll('-', ' '),
      list: await kindsInUse(db, business.id),
      hint: 'The name by which you note it at your customers, such as “anniversary” or “name day”.',
      required: true,
      maxlength: 40,
    });
  if (recipe.asks !== 'day') return '';
  const months = monthNames('en', business.country).map((label, at) => ({ value: String(at + 1), label }));
  return html`<div class="pair">
    ${field({ name: 'day', type: 'number', label: 'Day', value: occasion.day, required: true })}
    ${select({ name: 'month', label: 'Month', options: months, value: String(occasion.month ?? 1) })}
  </div>`;
}

function surveyChoice(occasion: Occasion, surveys: readonly { id: string; name: string }[]): Html {
  const options = surveys.map(({ id, name }) => ({ value: id, label: name }));
  return select({ name: 'surveyId', label: 'Ask', options, value: occasion.survey_id ?? options[0]?.value ?? '' });
}

interface Shown {
  value: string;
  name: string;
  about: string;
  src: string;
  fits: boolean;
}

function cardChoice(visit: Visit, recipe: Recipe, from: { shelf: ShelfCard[]; gallery: GalleryEntry[] }, chosen?: string): Html {
  const all = picturesFor(visit, recipe, from);
  const fitting = all.filter(({ fits }) => fits);
  const others = all.filter(({ fits }) => !fits);
  const first = chosen ?? fitting[0]?.value ?? others[0]?.value;
  return html`<fieldset class="occasions-pick">
    <legend><h2>Which card?</h2></legend>
    <div class="occasions-pictures">${fitting.map((card) => picture(card, first))}</div>
    ${
      others.length === 0
        ? ''
        : html`<details ${others.some(({ value }) => value === first) ? html`open` : ''}>
            <summary>Other cards of yours</summary>
            <div class="occasions-pictures">${others.map((card) => picture(card, first))}</div>
          </details>`
    }
  </fieldset>`;
}

function picturesFor(
  { href }: Visit,
  { cardsFor }: Recipe,
  { shelf, gallery }: { shelf: ShelfCard[]; gallery: GalleryEntry[] },
): Shown[] {
  const kindOf = new Map(gallery.map(({ name, occasion }) => [name, occasion]));
  const rank = (kind: string | undefined) => (kind !== undefined && cardsFor.includes(kind) ? cardsFor.indexOf(kind) : 99);
  const own = shelf
    .filter(({ archived, version }) => !archived && version !== null)
    .map((card) => {
      const at = rank(card.gallery === null ? undefined : kindOf.get(card.gallery));
      const src = href(`/cards/${card.id}/preview`);
      return { value: `card:${card.id}`, name: card.name, about: 'Yours already', src, fits: at < 99, at };
    });
  const taken = new Set(shelf.filter(({ archived }) => !archived).map((card) => card.gallery));
  const ready = gallery
    .filter((entry) => !taken.has(entry.name) && rank(entry.occasion) < 99)
    .map((entry) => {
      const src = href(`/cards/gallery/${entry.name}/preview`);
      return {
        value: `gallery:${entry.name}`,
        name: entry.title,
        about: 'From the gallery',
        src,
        fits: true,
        at: rank(entry.occasion) + 0.5,
      };
    });
  return [...own, ...ready]
    .toSorted((a, b) => Math.floor(a.at) - Math.floor(b.at) || a.at - b.at)
    .map(({ at: _at, ...card }) => card);
}

function picture({ value, name, about, src }: Shown, chosen: string | undefined): Html {
  return html`<label class="occasions-picture">
    ${thumbnail(src)}
    <span class="option"
      ><input type="radio" name="card" value="${value}" required ${value === chosen ? html`checked` : ''} /><span
        >${name}<small>${about}</small></span
      ></span
    >
  </label>`;
}
