import { html } from 'hono/html';
import { compileProblems } from './preview.ts';
import { FIELDS } from '../../../cards/fields.ts';
import { saveDraft } from '../../../occasions/card-drafts.ts';
import type { Problem } from '../../../cards/problems.ts';
import { sourceEditor } from '../../assets.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, check, hidden, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type AtDraft, draftAt, revIn } from './draft.ts';

/** The design as MJML, for those who know it. */
export async function sourcePage(visit: Visit): Promise<Response> {
  const at = await draftAt(visit);
  return at ? draw(visit, at, at.draft.mjml, undefined) : visit.missing();
}

async function draw(visit: Visit, { draft, language }: AtDraft, mjml: string, problem: string | undefined): Promise<Response> {
  const path = `/cards/${draft.cardId}`;
  const problems = await compileProblems(visit, draft, language, mjml);
  const content = html`<p class="back"><a href="${visit.href(`${path}/edit`)}">Back to the words</a></p>
    <div class="head">
      <div>
        <h1>The source of “${draft.name}”</h1>
        <p>MJML, with <code>[[headline]]</code> where the words of a language go. The words themselves are on the page before.</p>
      </div>
    </div>
    ${problemBox(problem)}
    ${draft.source === 'slots' ? html`<p class="compose-note">Once you save a change here, this card is edited as source from then on: no press can hide, move or swap its parts any more. Its words stay as easy as before.</p>` : ''}
    ${form(visit, { draft, language }, mjml, problems)}`;
  const status = problem === undefined ? {} : { status: 422 as const };
  return membersPage(visit, {
    title: `Source of “${draft.name}”`,
    section: 'cards',
    wide: true,
    scripts: [sourceEditor],
    content,
    ...status,
  });
}

function form(visit: Visit, { draft, language }: AtDraft, mjml: string, problems: Problem[]): Html {
  const path = `/cards/${draft.cardId}`;
  return html`<form
    method="post"
    action="${visit.href(`${path}/source`)}"
    id="source"
    data-check="${visit.href(`${path}/source/check`)}"
  >
    ${hidden({ rev: draft.rev, language })}
    <label for="mjml" class="unseen">Source</label>
    <textarea
      id="mjml"
      name="mjml"
      class="compose-mjml"
      rows="30"
      spellcheck="false"
      autocapitalize="off"
      data-fields="${JSON.stringify(FIELDS.map(({ path: name, sentence }) => ({ name, sentence })))}"
    >
${mjml}</textarea>
    <div role="status">
      <ul class="compose-findings" id="source-problems">
        ${problems.map(({ line, message }) => html`<li class="stops">${line ? `Line ${line}: ` : ''}${message}</li>`)}
      </ul>
    </div>
    ${draft.source === 'slots' ? check({ name: 'understood', label: 'Yes, edit this card as source from now on', checked: false }) : ''}
    <div class="actions">${button('Save the source', { kind: 'main' })}</div>
  </form>`;
}

/** Keeps the source, right or wrong: it is a draft, and the list says what is wrong. */
export async function saveSource(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit, textOf(form, 'language'));
  if (!at) return visit.missing();
  const mjml = textOf(form, 'mjml');
  const { draft } = at;
  if (mjml === draft.mjml) return after(visit, `/cards/${draft.cardId}/source`, { say: 'Nothing was changed.' });
  if (draft.source === 'slots' && textOf(form, 'understood') !== '1')
    return draw(visit, at, mjml, 'Say yes below first: after this the card is edited as source.');
  const change = { mjml, byHand: true };
  const saved = await saveDraft(visit.db, visit.business.id, draft.cardId, { rev: revIn(form), change }, visit.actor);
  if (!saved.ok) return draw(visit, at, mjml, saved.reason);
  return after(visit, `/cards/${draft.cardId}/source`, { say: 'Saved. Nobody gets it until you publish it.' });
}

/** What is wrong with a source that is being typed, each with its line. */
export async function checkSource(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit, textOf(form, 'language'));
  if (!at) return visit.missing();
  return visit.c.json(await compileProblems(visit, at.draft, at.language, textOf(form, 'mjml')));
}

export const SOURCE_LIMIT = 512 * 1024;
