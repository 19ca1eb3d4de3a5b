import { readGalleryCard } from '../../../cards/gallery.ts';
import { publishGalleryCard } from '../../../occasions/cards.ts';
import { addOccasion, type NewOccasion } from '../../../occasions/occasion-add.ts';
import type { OccasionChange } from '../../../occasions/occasion-shape.ts';
import { listSurveys } from '../../../occasions/surveys-edit.ts';
import { publishSurvey, SATISFACTION } from '../../../occasions/surveys.ts';
import { type Recipe, RECIPES } from '../../../occasions/recipes.ts';
import { textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { recipePage } from './new.ts';
import { readOccasion } from './read.ts';

/** Adds an occasion from a recipe. It is off, and leads on to whom it would reach. */
export async function postNew(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const recipe = RECIPES.find(({ key }) => key === textOf(form, 'recipe'));
  if (!recipe) return visit.missing();
  const { change, problem } = readOccasion(form);
  const card = textOf(form, 'card');
  const again = (words: string) => recipePage(visit, recipe, { change, card, problem: words });
  if (problem) return again(problem);
  const cardId = await cardOf(visit, card);
  if (cardId === undefined) return again('Choose a card.');
  const surveyId = recipe.survey ? (change.surveyId ?? (await firstSurvey(visit))) : null;
  const { mode: _mode, rank: _rank, ...asked } = change;
  const name = nameOf(change);
  const added = await addOccasion(
    visit.db,
    visit.business,
    { ...startOf(recipe), ...asked, name, cardId, surveyId },
    visit.actor,
  );
  if (!added.ok) return again(added.reason);
  const undo = { path: `/occasions/${added.id}/away` };
  return after(visit, `/occasions/${added.id}/on`, { say: `“${name}” was added. It is still off.`, undo });
}

/** What they did not name is called by its day: "Name day". */
function nameOf({ name = '', dateKind = '' }: OccasionChange): string {
  const kind = dateKind.replaceAll('-', ' ');
  return name.trim() || kind.slice(0, 1).toUpperCase() + kind.slice(1);
}

function startOf({ occasion }: Recipe): Pick<NewOccasion, 'trigger'> & Partial<NewOccasion> {
  return occasion;
}

/** A card of the shop's, or one of the gallery's that becomes the shop's now. */
async function cardOf({ db, business, actor }: Visit, asked: string): Promise<string | undefined> {
  if (asked.startsWith('card:')) return idIn(asked.slice('card:'.length));
  const gallery = asked.startsWith('gallery:') ? await readGalleryCard(asked.slice('gallery:'.length)) : undefined;
  return gallery && (await publishGalleryCard(db, business, gallery.name, actor)).cardId;
}

async function firstSurvey({ db, business, actor }: Visit): Promise<string> {
  const [first] = await listSurveys(db, business.id);
  return first?.surveyId ?? (await publishSurvey(db, business.id, 'Satisfaction', SATISFACTION, actor)).surveyId;
}
