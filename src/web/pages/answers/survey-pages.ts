import { html } from 'hono/html';
import { authorsOf } from '../../../businesses/authors.ts';
import { readLocale } from '../../../businesses/place.ts';
import { directionOf } from '../../../cards/script.ts';
import { findSurvey, type Question, wordsOf } from '../../../occasions/surveys.ts';
import { addSurvey, type ListedSurvey, listSurveys, publishQuestions } from '../../../occasions/surveys-edit.ts';
import { languageName, moment } from '../../days.ts';
import { textOf } from '../../forms.ts';
import { type Html, sheetPage } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { linkButton } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { LANGUAGES } from '../settings/shop-form.ts';
import { questionPart } from '../survey.ts';
import { type Draft, draftsOf, newDraft, questionsFrom, readDrafts } from './survey-form.ts';
import { surveyForm } from './survey-fields.ts';

/** The surveys of this shop, and which occasions ask them. */
export async function surveysPage(visit: Visit): Promise<Response> {
  const { db, business, href } = visit;
  const surveys = await listSurveys(db, business.id);
  const who = await authorsOf(visit.db, visit.business.id);
  const content = html`<p class="back"><a href="${href('/answers')}">Answers</a></p>
    <div class="head">
      <div>
        <h1>Surveys</h1>
        <p>What you ask. The first question stands in the mail itself: one press is an answer.</p>
      </div>
      ${linkButton(href('/answers/surveys/new'), 'Add a survey', { kind: 'main', icon: 'plus' })}
    </div>
    <div class="answers-surveys">${surveys.map((survey) => surveyBox(visit, survey, who(survey.by)))}</div>`;
  return membersPage(visit, { title: 'Surveys', section: 'answers', content });
}

function surveyBox({ href, business, now }: Visit, survey: ListedSurvey, by: string): Html {
  const asked =
    survey.occasions.length === 0
      ? 'No occasion asks it yet.'
      : `Asked by ${survey.occasions.map((name) => `“${name}”`).join(', ')}.`;
  return html`<section class="box">
    <h2><a href="${href(`/answers/surveys/${survey.surveyId}`)}">${survey.name}</a></h2>
    <ol>
      ${survey.questions.map((question) => html`<li>${wordsOf(question, [business.locale]).question}</li>`)}
    </ol>
    <p class="quiet">${asked} Version ${survey.version}, ${moment(survey.at, business.zone, now)}, ${by}.</p>
    ${linkButton(href(`/answers/surveys/${survey.surveyId}`), 'Edit', { icon: 'pencil', says: `Edit ${survey.name}` })}
  </section>`;
}

export async function surveyNew(visit: Visit): Promise<Response> {
  return editPage(visit, {
    name: '',
    drafts: [newDraft('scale', ownLanguage(visit))],
    language: ownLanguage(visit),
    published: [],
    seen: 0,
  });
}

export async function surveyEdit(visit: Visit): Promise<Response> {
  const found = await askedSurvey(visit);
  if (!found) return visit.missing();
  const language = languageIn(visit, visit.c.req.query('language'));
  const { name, version, questions } = found;
  return editPage(visit, {
    surveyId: found.surveyId,
    name,
    drafts: draftsOf(questions, language),
    language,
    published: questions,
    seen: version,
  });
}

export async function postSurveyNew(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const language = ownLanguage(visit);
  const [name, drafts] = [textOf(form, 'name'), readDrafts(form)];
  const editing = { name, drafts, language, published: [], seen: 0 };
  if (textOf(form, 'do') !== 'save') return editPage(visit, editing);
  const added = await addSurvey(visit.db, visit.business.id, name, questionsFrom(drafts, [], language, true), visit.actor);
  if (!added.ok) return editPage(visit, { ...editing, problem: added.reason });
  return after(visit, '/answers/surveys', { say: `“${name.trim()}” is ready. Attach it to an occasion, and it is asked.` });
}

/** Publishes the next version; or, at the other buttons, shows the form again with a question more or less. */
export async function postSurvey(visit: Visit): Promise<Response> {
  const found = await askedSurvey(visit);
  if (!found) return visit.missing();
  const form = await visit.form();
  const { surveyId } = found;
  const seen = Number(textOf(form, 'seen')) || 0;
  const language = languageIn(visit, textOf(form, 'language'));
  const published = (await findSurvey(visit.db, visit.business.id, surveyId, seen || null))?.questions ?? found.questions;
  const editing = { surveyId, name: textOf(form, 'name'), drafts: readDrafts(form), language, published, seen };
  if (textOf(form, 'do') !== 'save') return editPage(visit, editing);
  const questions = questionsFrom(editing.drafts, published, language, language === ownLanguage(visit));
  const kept = await publishQuestions(visit.db, visit.business.id, { ...editing, questions }, visit.actor);
  if (!kept.ok) {
    const newer = 'newer' in kept ? kept.newer : seen;
    const words =
      newer === seen ? kept.reason : `${kept.reason} Nothing of yours is lost: press Publish again if yours shall stand instead.`;
    return editPage(visit, { ...editing, seen: newer, problem: words });
  }
  return after(visit, `/answers/surveys/${surveyId}?language=${language}`, {
    say: kept.changed
      ? 'Published. From now on it is asked like this; answers to the old words stay with them.'
      : 'Nothing was changed.',
  });
}

/** What was typed, as customers would see it. Nothing is kept. */
export async function previewSurvey(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const language = languageIn(visit, textOf(form, 'language'));
  const drafts = readDrafts(form);
  const blank = drafts.map((draft) => ({ ...draft, from: -1, text: draft.text || '…' }));
  const parts = questionsFrom(blank, [], language, true).map((question, place) => questionPart(question, place, {}, language));
  const content = html`<p class="quiet">So customers see it. Nothing was published.</p>
    ${parts}`;
  return visit.c.html(
    sheetPage({ title: 'Preview', shop: visit.business.name, content, speech: { language, dir: directionOf(language) } }),
  );
}

interface Editing {
  surveyId?: string;
  name: string;
  drafts: Draft[];
  language: string;
  published: Question[];
  seen: number;
  problem?: string;
}

function editPage(visit: Visit, editing: Editing): Promise<Response> {
  const { href } = visit;
  const title = editing.surveyId === undefined ? 'A new survey' : editing.name || 'Survey';
  const content = html`<p class="back"><a href="${href('/answers/surveys')}">Surveys</a></p>
    <div class="head"><h1>${title}</h1></div>
    ${editing.surveyId === undefined ? '' : languageTabs(visit, editing)}
    ${surveyForm(visit, { ...editing, primary: editing.language === ownLanguage(visit) })}`;
  return membersPage(visit, { title, section: 'answers', content, ...(editing.problem ? { status: 422 as const } : {}) });
}

function languageTabs(visit: Visit, { surveyId, language, published }: Editing): Html {
  const used = published.flatMap(({ words }) => Object.keys(words));
  const all = [...new Set([ownLanguage(visit), ...LANGUAGES, ...used])];
  return html`<nav class="tabs" aria-label="Languages">
    ${all.map((one) => {
      const missing = published.some(({ words }) => words[one] === undefined);
      return html`<a
        href="${visit.href(`/answers/surveys/${surveyId}?language=${one}`)}"
        ${one === language ? html`aria-current="page"` : ''}
        >${languageName(one)}${missing ? html` <span class="quiet">(not all yet)</span>` : ''}</a
      >`;
    })}
  </nav>`;
}

async function askedSurvey(visit: Visit): Promise<ListedSurvey | undefined> {
  const id = visit.id('survey');
  return id === undefined ? undefined : (await listSurveys(visit.db, visit.business.id)).find(({ surveyId }) => surveyId === id);
}

function ownLanguage({ business }: Visit): string {
  return business.locale.split('-')[0] ?? 'en';
}

function languageIn(visit: Visit, asked: string | undefined): string {
  const fits = asked !== undefined && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/.test(asked);
  return (fits ? readLocale(asked) : undefined) ?? ownLanguage(visit);
}
