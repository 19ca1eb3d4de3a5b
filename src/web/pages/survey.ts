import type { Context } from 'hono';
import { html } from 'hono/html';
import { findInvitation, type Invitation, LONGEST_WORDS, type Said, storeAnswers } from '../../answers/answer.ts';
import { type LinkTarget, readLink } from '../../links/token.ts';
import { labelOf, type Question, wordsOf } from '../../occasions/surveys.ts';
import { type Form, readForm, shown, textOf } from '../forms.ts';
import { noticePage, sheetPage } from '../layout.ts';
import type { Site } from '../site.ts';
import { visitorOf } from '../visits.ts';
import { fill, type Speech, speak } from '../words.ts';

/** The questions, with the answer that was pressed in the card chosen already. Nothing is stored before the button. */
export function surveyForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const { link, invitation } = asked;
    if (!invitation.open) return c.html(closedPage(invitation));
    if (c.req.query('sent') !== undefined && invitation.kept !== undefined)
      return c.html(thanksPage(invitation, invitation.kept));
    const said = new Map(
      Array.from(invitation.given, ([place, { value, words }]) => [place, { value: value ?? undefined, words }]),
    );
    const { value, words: text = '' } = said.get(0) ?? {};
    const pressed = numberIn(link.value);
    const chosen = c.req.query('again') === undefined ? (pressed ?? value) : (value ?? pressed);
    return c.html(formPage(invitation, said.set(0, { value: chosen, words: text })));
  };
}

export function surveyPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const { link, invitation } = asked;
    if (!invitation.open) return c.html(closedPage(invitation));
    const said = saidIn(invitation, await readForm(c));
    if (said.get(0)?.value === undefined) return c.html(formPage(invitation, said, true), 422);
    const visitor = visitorOf(site, c, link.business);
    const stored = await storeAnswers(site.db, link, said, { by: 'customer', now: site.now() }, visitor);
    return stored.ok ? shown(c, { sent: '1' }) : c.notFound();
  };
}

async function askedBy(site: Site, c: Context): Promise<{ link: LinkTarget; invitation: Invitation } | undefined> {
  const link = readLink(site.keys, 'survey', c.req.param('token') ?? '');
  const invitation = link && (await findInvitation(site.db, link, site.now()));
  return link && invitation && { link, invitation };
}

/** The pages speak the card's language. */
function speechFor({ language, locale }: Invitation): Speech {
  return speak(language, locale);
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,4}$/.test(value) ? Number(value) : undefined;
}

/** `answer` and `words` are the first question's; the others are `answer2` and so on. What is none of the answers was not said. */
function saidIn({ questions }: Invitation, form: Form): Map<number, Said> {
  return new Map(
    questions.map(({ kind, values }, place): [number, Said] => {
      const value = numberIn(textOf(form, fieldOf(place)));
      const known = value !== undefined && values.includes(value) ? value : undefined;
      if (place === 0) return [0, { value: known, words: textOf(form, 'words') }];
      return [place, kind === 'text' ? { words: textOf(form, fieldOf(place)) } : { value: known }];
    }),
  );
}

function fieldOf(place: number): string {
  return place === 0 ? 'answer' : `answer${place + 1}`;
}

function formPage(invitation: Invitation, said: ReadonlyMap<number, Said>, missing = false) {
  const { shop, questions, language, given } = invitation;
  const speech = speechFor(invitation);
  const { survey } = speech.words;
  const before = given.get(0)?.value ?? undefined;
  const content = html`${missing ? html`<p class="problem" role="alert">${survey.missing}</p>` : ''}
    ${before === undefined ? '' : html`<p class="quiet">${fill(survey.given, { answer: labelOf(questions[0], before, [language]) })}</p>`}
    <form method="post">
      ${questions.map((question, place) => questionPart(question, place, said.get(place) ?? {}, language))}
      <label for="words">${survey.more}</label>
      <textarea id="words" name="words" rows="3" maxlength="${LONGEST_WORDS}" aria-describedby="words-hint">
${said.get(0)?.words ?? ''}</textarea>
      <p class="quiet" id="words-hint">${fill(survey.moreHint, { shop })}</p>
      <button type="submit">${survey.button}</button>
    </form>`;
  return sheetPage({ title: fill(survey.title, { shop }), shop, content, speech });
}

export function questionPart(question: Question, place: number, said: Said, language: string) {
  const { question: asked, ends } = wordsOf(question, [language]);
  const name = fieldOf(place);
  if (question.kind === 'text')
    return html`<label for="${name}" lang="${language}" dir="auto">${asked}</label>
      <textarea id="${name}" name="${name}" rows="3" maxlength="${LONGEST_WORDS}">${said.words ?? ''}</textarea>`;
  const choices = question.values.map((value) =>
    choice(question, value, { name, language, checked: value === said.value, needed: place === 0 }),
  );
  const title =
    place === 0 ? html`<h1 lang="${language}" dir="auto">${asked}</h1>` : html`<h2 lang="${language}" dir="auto">${asked}</h2>`;
  return html`<fieldset>
    <legend>${title}</legend>
    <div class="${question.kind === 'nps' ? 'choices numbers' : 'choices'}" lang="${language}">${choices}</div>
    ${ends ? html`<p class="quiet" lang="${language}">0: ${ends.lowest} · 10: ${ends.highest}</p>` : ''}
  </fieldset>`;
}

function choice(question: Question, value: number, how: { name: string; language: string; checked: boolean; needed: boolean }) {
  return html`<label class="choice"
    ><input
      type="radio"
      name="${how.name}"
      value="${value}"
      ${how.needed ? 'required' : ''}
      ${how.checked ? 'checked' : ''}
    />${question.kind === 'scale' ? face(value) : ''}<span>${labelOf(question, value, [how.language])}</span></label
  >`;
}

/** The five faces of the survey card, from sorry to delighted. */
function face(value: number) {
  const [colour, mouth] = FACES[value - 1] ?? FACES[2];
  return html`<svg class="face" viewBox="0 0 52 52" width="34" height="34" aria-hidden="true">
    <circle cx="26" cy="26" r="26" fill="${colour}" />
    <path d="M17 20v1M35 20v1${mouth}" fill="none" stroke="#2b3a38" stroke-width="3" stroke-linecap="round" />
  </svg>`;
}

const FACES = [
  ['#e08a6d', 'M15 39q11-14 22 0'],
  ['#eab061', 'M17 37q9-7 18 0'],
  ['#ecd27a', 'M17 35h18'],
  ['#9ccb97', 'M17 33q9 7 18 0'],
  ['#57ab93', 'M15 31q11 14 22 0'],
] as const;

function thanksPage(invitation: Invitation, value: number) {
  const { shop, questions, language } = invitation;
  const speech = speechFor(invitation);
  const { thanksTitle, thanks, change } = speech.words.survey;
  const content = html`<h1>${thanksTitle}</h1>
    <p>${fill(thanks, { shop, answer: labelOf(questions[0], value, [language]) })}</p>
    ${value >= (questions[0].highAt ?? Infinity) ? afterwardsPart(invitation, speech) : ''}
    <p><a href="?again=1">${change}</a></p>`;
  return sheetPage({ title: thanksTitle, shop, content, speech });
}

/** What the business would like of those who are happy. */
function afterwardsPart({ afterwards: { reviewUrl, referralLine }, shop }: Invitation, { words }: Speech) {
  return html`${referralLine ? html`<p dir="auto">${referralLine}</p>` : ''}
  ${reviewUrl ? html`<p><a class="press" href="${reviewUrl}" rel="noreferrer">${fill(words.survey.review, { shop })}</a></p>` : ''}`;
}

function closedPage(invitation: Invitation) {
  const speech = speechFor(invitation);
  const { closedTitle, closed } = speech.words.survey;
  const answer = labelOf(invitation.questions[0], invitation.given.get(0)?.value ?? 0, [invitation.language]);
  return noticePage({ title: closedTitle, text: fill(closed, { answer }), shop: invitation.shop, speech });
}
