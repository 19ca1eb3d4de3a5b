import { addDays } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { choicesOf, outlookOf } from '../../../occasions/occasion-outlook.ts';
import { columnsOf, type Conflict, type Occasion, type OccasionField, shapeOf } from '../../../occasions/occasion-shape.ts';
import { archiveOccasion, changeOccasion, findOccasion, moveOccasion, restoreOccasion } from '../../../occasions/occasion.ts';
import { labelWords, type Value, valueWords } from '../../../occasions/sentence.ts';
import { textOf } from '../../forms.ts';
import { after, type Said } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import { occasionArticle, type Tried } from './article.ts';
import { askedFor } from './asked.ts';
import { occasionsList, OUTLOOK_DAYS } from './list.ts';
import { occasionPage } from './one.ts';
import { asFields, type Posted, readOccasion } from './read.ts';

/** Keeps what was changed in a sentence, or among an occasion's details (`view` is then 'one'). */
export async function postOccasion(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const form = await visit.form();
  const posted = readOccasion(form);
  const view = textOf(form, 'view') === 'one' ? 'one' : 'list';
  if (posted.problem) return again(visit, occasion, view, { problem: posted.problem, change: posted.change });
  const { db, business, actor } = visit;
  const kept = await changeOccasion(db, business.id, occasion.slug, posted.change, actor, posted.seen);
  if (!kept.ok) {
    const problem = 'conflicts' in kept ? await conflictWords(visit, occasion, kept.conflicts) : kept.reason;
    return again(visit, occasion, view, { problem, change: posted.change });
  }
  const said = kept.changed ? undoOf(occasion, posted, view, textOf(form, 'again') !== '') : { say: 'Nothing was changed.' };
  if (visit.fragment && view === 'list') return fragment(visit, occasion.id, { said });
  return after(visit, view === 'one' ? `/occasions/${occasion.id}` : '/occasions', said);
}

/** Off, and no longer on the list. */
export async function postAway(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const away = await archiveOccasion(visit.db, visit.business.id, occasion.slug, visit.actor);
  if (!away.ok) return visit.missing();
  const undo = { path: `/occasions/${occasion.id}/back`, fields: { mode: away.mode } };
  return after(visit, '/occasions', { say: `“${occasion.name}” was put away.`, undo });
}

export async function postBack(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const mode = textOf(await visit.form(), 'mode');
  const wanted = mode === 'automatic' || mode === 'ask' ? mode : 'off';
  const back = await restoreOccasion(visit.db, visit.business.id, occasion.slug, wanted, visit.actor);
  if (!back.ok) return after(visit, `/occasions/${occasion.id}`, { say: back.reason });
  return after(visit, wanted === 'off' ? `/occasions/${occasion.id}/on` : '/occasions', { say: `“${occasion.name}” is back.` });
}

export async function postMove(visit: Visit): Promise<Response> {
  const occasion = await askedFor(visit);
  if (!occasion) return visit.missing();
  const to = textOf(await visit.form(), 'to') === 'up' ? 'up' : 'down';
  const moved = await moveOccasion(visit.db, visit.business.id, occasion.slug, to, visit.actor);
  const undo = { path: `/occasions/${occasion.id}/move`, fields: { to: to === 'up' ? 'down' : 'up' } };
  const say =
    moved.ok && moved.changed ? `“${occasion.name}” goes ${to === 'up' ? 'earlier' : 'later'} now.` : 'It stands there already.';
  return after(visit, `/occasions/${occasion.id}`, moved.ok && moved.changed ? { say, undo } : { say });
}

async function again(visit: Visit, occasion: Occasion, view: 'one' | 'list', tried: Tried): Promise<Response> {
  if (view === 'one') return occasionPage(visit, tried);
  if (visit.fragment) return fragment(visit, occasion.id, tried);
  return occasionsList(visit, { id: occasion.id, ...tried });
}

async function fragment(visit: Visit, id: string, parts: Tried & { said?: Said }): Promise<Response> {
  const { db, business, now, c } = visit;
  const today = localDayOf(now, business.zone);
  const occasion = await findOccasion(db, business.id, id);
  if (!occasion) return visit.missing();
  const choices = await choicesOf(db, business.id);
  const outlook = (await outlookOf(db, business.id, today, addDays(today, OUTLOOK_DAYS))).get(id);
  const article = occasionArticle(visit, { occasion, choices, outlook, today, ...parts });
  return c.html(article, parts.problem ? 422 : 200);
}

/** The way back carries what now stands, so that it too overwrites nobody else. */
function undoOf(occasion: Occasion, { change }: Posted, view: 'one' | 'list', undone: boolean): Said {
  const before = shapeOf(occasion);
  const fields = (Object.keys(change) as OccasionField[]).filter((field) => (change[field] ?? null) !== (before[field] ?? null));
  const old = Object.fromEntries(fields.map((field) => [field, before[field]]));
  const was = JSON.stringify(Object.fromEntries(fields.map((field) => [field, change[field]])));
  return {
    say: undone ? `“${occasion.name}” is as it was before.` : `“${occasion.name}” was changed.`,
    undo: { path: `/occasions/${occasion.id}`, fields: { ...asFields(old), was, view, again: '1' } },
  };
}

async function conflictWords(visit: Visit, occasion: Occasion, conflicts: Conflict[]): Promise<string> {
  const { cards, surveys } = await choicesOf(visit.db, visit.business.id);
  const names = new Map([...cards, ...surveys].map(({ id, name }) => [id, name]));
  const told = conflicts.map(({ field, theirs, yours }) => {
    const [column = ''] = Object.keys(columnsOf({ [field]: yours }));
    const words = (value: unknown) => `“${valueWords(column, value as Value, (id) => names.get(id))}”`;
    return `${labelWords(column) ?? 'something'} is ${words(theirs)} now, and you chose ${words(yours)}`;
  });
  return `Somebody else changed ${occasion.name} meanwhile: ${told.join('; ')}. Nothing of yours is lost: save again if yours shall stand.`;
}
