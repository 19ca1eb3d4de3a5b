import { html } from 'hono/html';
import { type GalleryEntry, listGallery } from '../../../cards/gallery.ts';
import { listCards } from '../../../occasions/card-shelf.ts';
import { publishGalleryCard } from '../../../occasions/cards.ts';
import { changeOccasion, listOccasions, type Occasion } from '../../../occasions/occasion.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, thumbnail } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { setUpPage } from './frame.ts';
import { goOn, skipForm } from './steps.ts';

/** One card for each occasion, chosen from real pictures. */
export async function cardsStep(visit: Visit): Promise<Response> {
  const [occasions, gallery, worn] = await Promise.all([
    listOccasions(visit.db, visit.business.id),
    listGallery(),
    readyCards(visit),
  ]);
  const content = html`<div class="head">
      <div>
        <h1>Choose your cards</h1>
        <p>One for each occasion, in your colours. The words can be changed later, card by card.</p>
      </div>
    </div>
    <form method="post" action="${visit.href('/welcome/cards')}">
      ${occasions.map((occasion) => shelf(visit, occasion, cardsFor(gallery, occasion), worn.get(occasion.card_id)))}
      <p class="welcome-on">${button('Use these cards', { kind: 'main' })}</p>
    </form>
    ${skipForm(visit, 'cards', 'Leave them as they are')}`;
  return setUpPage(visit, { title: 'Choose your cards', step: 'cards', content, wide: true });
}

export async function cardsStepPost(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const form = await visit.form();
  const [occasions, gallery, worn] = await Promise.all([listOccasions(db, business.id), listGallery(), readyCards(visit)]);
  for (const occasion of occasions) {
    const name = textOf(form, `card-${occasion.slug}`);
    const offered = cardsFor(gallery, occasion).some((entry) => entry.name === name);
    if (!offered || worn.get(occasion.card_id) === name) continue;
    const { cardId } = await publishGalleryCard(db, business, name, actor);
    await changeOccasion(db, business.id, occasion.slug, { cardId }, actor);
  }
  return goOn(visit, 'cards');
}

/** Made for this occasion; a kind that the shop made up gets those for anniversaries. */
function cardsFor(gallery: GalleryEntry[], { slug, survey_id: survey, date_kind: kind }: Occasion): GalleryEntry[] {
  const wanted = survey !== null ? 'survey' : kind === 'birthday' ? 'birthday' : slug;
  return gallery.filter(({ occasion }) => occasion === wanted);
}

/** By card: the ready one that it was made from. */
async function readyCards({ db, business }: Visit): Promise<Map<string, string | null>> {
  return new Map((await listCards(db, business.id)).map(({ id, gallery }) => [id, gallery]));
}

function shelf(visit: Visit, occasion: Occasion, entries: GalleryEntry[], worn: string | null | undefined): Html | '' {
  if (entries.length === 0) return '';
  return html`<fieldset class="welcome-shelf">
    <legend><h2>${occasion.name}</h2></legend>
    <div class="welcome-cards">${entries.map((entry) => tile(visit, occasion, entry, entry.name === worn))}</div>
  </fieldset>`;
}

function tile(visit: Visit, { slug }: Occasion, { name, title, about }: GalleryEntry, checked: boolean): Html {
  return html`<label class="welcome-card">
    ${thumbnail(visit.href(`/cards/gallery/${name}/preview`))}
    <span class="welcome-choice">
      <input type="radio" name="card-${slug}" value="${name}" ${checked ? html`checked` : ''} />
      <span>${title}<small>${about}</small></span>
    </span>
  </label>`;
}
