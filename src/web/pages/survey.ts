import type { Context } from 'hono';
import { html } from 'hono/html';
import { findInvitation, type Invitation, LONGEST_WORDS, storeAnswer } from '../../answers/answer.ts';
import { type LinkTarget, readLink } from '../../links/token.ts';
import { wordsOf } from '../../occasions/surveys.ts';
import { noticePage, sheetPage } from '../layout.ts';
import type { Site } from '../site.ts';
import { fill, words } from '../words.ts';

/** The question, with the answer that was pressed in the card chosen already. Nothing is stored before the button. */
export function surveyForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const { link, invitation } = asked;
    if (!invitation.open) return c.html(closedPage(invitation));
    const given = invitation.given?.value ?? undefined;
    const pressed = numberIn(link.value);
    return c.html(formPage(invitation, { chosen: c.req.query('again') === undefined ? (pressed ?? given) : (given ?? pressed) }));
  };
}

export function surveyPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const asked = await askedBy(site, c);
    if (!asked) return c.notFound();
    const { link, invitation } = asked;
    if (!invitation.open) return c.html(closedPage(invitation));
    const body: Record<string, unknown> = await c.req.parseBody().catch(() => ({}));
    const text = typeof body['words'] === 'string' ? body['words'] : '';
    const value = numberIn(body['answer']);
    if (value === undefined || !invitation.question.values.includes(value)) {
      return c.html(formPage(invitation, { text, missing: true }), 422);
    }
    const stored = await storeAnswer(site.db, link, { value, words: text }, { by: 'customer', now: site.now() });
    return stored.ok ? c.html(thanksPage(invitation, value)) : c.notFound();
  };
}

async function askedBy(site: Site, c: Context): Promise<{ link: LinkTarget; invitation: Invitation } | undefined> {
  const link = readLink(site.keys, 'survey', c.req.param('token') ?? '');
  const invitation = link && (await findInvitation(site.db, link, site.now()));
  return link && invitation && { link, invitation };
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,4}$/.test(value) ? Number(value) : undefined;
}

interface Filled {
  chosen?: number | undefined;
  text?: string;
  missing?: boolean;
}

function formPage(invitation: Invitation, { chosen, text = invitation.given?.words ?? '', missing = false }: Filled) {
  const { shop, question, language, given } = invitation;
  const { question: title, answers } = wordsOf(question, [language]);
  const choices = question.values.map((value, i) => choice(value, answers[i] ?? String(value), value === chosen));
  const content = html`${missing ? html`<p class="problem" role="alert">${words.survey.missing}</p>` : ''}
    ${given ? html`<p class="quiet">${words.survey.given}</p>` : ''}
    <form method="post">
      <fieldset>
        <legend><h1 lang="${language}">${title}</h1></legend>
        <div class="choices" lang="${language}">${choices}</div>
      </fieldset>
      <label for="words">${words.survey.more}</label>
      <textarea id="words" name="words" rows="3" maxlength="${LONGEST_WORDS}" aria-describedby="words-hint">${text}</textarea>
      <p class="quiet" id="words-hint">${fill(words.survey.moreHint, { shop })}</p>
      <button type="submit">${words.survey.button}</button>
    </form>`;
  return sheetPage({ title: fill(words.survey.title, { shop }), shop, content });
}

function choice(value: number, label: string, checked: boolean) {
  return html`<label class="choice"
    ><input type="radio" name="answer" value="${value}" required ${checked ? 'checked' : ''} /><span>${label}</span></label
  >`;
}

function thanksPage(invitation: Invitation, value: number) {
  const { shop } = invitation;
  const { thanksTitle, thanks, change } = words.survey;
  const content = html`<h1>${thanksTitle}</h1>
    <p>${fill(thanks, { shop, answer: labelOf(invitation, value) })}</p>
    <p><a href="?again=1">${change}</a></p>`;
  return sheetPage({ title: thanksTitle, shop, content });
}

function closedPage(invitation: Invitation) {
  const { closedTitle, closed } = words.survey;
  const answer = labelOf(invitation, invitation.given?.value ?? 0);
  return noticePage({ title: closedTitle, text: fill(closed, { answer }), shop: invitation.shop });
}

function labelOf({ question, language }: Invitation, value: number): string {
  return wordsOf(question, [language]).answers[question.values.indexOf(value)] ?? String(value);
}
