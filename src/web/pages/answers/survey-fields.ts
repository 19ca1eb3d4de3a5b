import { html } from 'hono/html';
import { languageName } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { area, button, check, field, hidden, problemBox, select } from '../../parts.ts';
import type { Question } from '../../../occasions/surveys.ts';
import type { Visit } from '../../visit.ts';
import { type Draft, KINDS, MOST_DRAFTS } from './survey-form.ts';

interface Shown {
  surveyId?: string;
  name: string;
  drafts: readonly Draft[];
  language: string;
  /** This is the shop's own language, in which questions are added and taken away. */
  primary: boolean;
  published: readonly Question[];
  seen: number;
  problem?: string;
}

/** One to five questions. Every button posts the whole form, so nothing typed is lost without a script. */
export function surveyForm({ href }: Visit, shown: Shown): Html {
  const { surveyId, name, drafts, primary, seen, language } = shown;
  const to = href(surveyId === undefined ? '/answers/surveys' : `/answers/surveys/${surveyId}`);
  return html`<form class="answers-survey" method="post" action="${to}" data-keep>
    <button class="unseen" name="do" value="save" tabindex="-1" aria-hidden="true">Publish</button>
    ${problemBox(shown.problem)} ${hidden({ seen, language })}
    ${primary ? field({ name: 'name', label: 'Name of the survey', value: name, maxlength: 60, required: true, hint: 'Only you see it.' }) : hidden({ name })}
    ${drafts.map((draft, at) => questionFields(draft, at, shown))}
    <div class="actions">
      ${button('Publish', { kind: 'main', name: 'do', value: 'save' })}
      ${primary && drafts.length < MOST_DRAFTS ? button('Add a question', { name: 'do', value: 'add', icon: 'plus' }) : ''}
      <button class="quiet" formaction="${href('/answers/preview')}" formtarget="_blank">See it as customers do</button>
    </div>
    <p class="quiet">Customers who were asked before keep the questions that stood in their mail.</p>
  </form>`;
}

function questionFields(draft: Draft, at: number, { primary, published, drafts, language }: Shown): Html {
  const q = `q${at}`;
  const old = published[draft.from];
  const others = Object.keys(old?.words ?? {}).filter((one) => one !== language);
  return html`<fieldset class="box answers-edit">
    <legend>${at === 0 ? 'The question in the mail' : `Question ${at + 1}`}</legend>
    ${hidden({ [`${q}-from`]: draft.from })}
    ${primary ? select({ name: `${q}-kind`, label: 'How it is answered', options: KINDS.filter(({ value }) => at > 0 || value !== 'text'), value: draft.kind }) : hidden({ [`${q}-kind`]: draft.kind })}
    ${area({ name: `${q}-text`, label: 'The question', value: draft.text, rows: 2, maxlength: 300, ...(primary ? {} : { hint: askedWords(old) }) })}
    <div class="answers-labels">
      ${area({ name: `${q}-answers`, label: 'The answers, one a line', value: draft.answers, rows: 5, maxlength: 1200, hint: 'The best first. Left empty, the usual ones stand there.' })}
    </div>
    <div class="answers-ends pair">
      ${field({ name: `${q}-lowest`, label: '0 means', value: draft.lowest, maxlength: 80 })}
      ${field({ name: `${q}-highest`, label: '10 means', value: draft.highest, maxlength: 80 })}
    </div>
    ${primary ? effects(draft, q) : hiddenEffects(draft, q)}
    ${primary && others.length > 0 ? check({ name: `${q}-keep`, label: `Keep its words in ${others.map(languageName).join(', ')}`, checked: draft.keep, hint: 'Take the tick away when the question means something else now; it is then asked in this language.' }) : hidden({ [`${q}-keep`]: '1' })}
    ${primary && drafts.length > 1 ? moves(at) : ''}
  </fieldset>`;
}

function askedWords(old: Question | undefined): string {
  const words = old && (old.words['en'] ?? Object.values(old.words)[0]);
  return words ? `“${words.question}”` : '';
}

function effects(draft: Draft, q: string): Html {
  return html`<div class="answers-effects">
    ${check({ name: `${q}-follow`, label: 'A low answer opens a follow-up', checked: draft.follow, hint: 'You get a mail at once, and no other card goes to that customer until it is closed.' })}
    ${check({ name: `${q}-review`, label: 'A high answer is shown your review link', checked: draft.review, hint: 'As it stands in the settings.' })}
  </div>`;
}

function hiddenEffects(draft: Draft, q: string): Html[] {
  return hidden({ ...(draft.follow ? { [`${q}-follow`]: '1' } : {}), ...(draft.review ? { [`${q}-review`]: '1' } : {}) });
}

function moves(at: number): Html {
  return html`<div class="actions">
    ${at > 0 ? button('Move up', { name: 'do', value: `up:${at}`, icon: 'arrow-up', says: `Move up question ${at + 1}` }) : ''}
    ${button('Take it out', { name: 'do', value: `remove:${at}`, icon: 'x', says: `Take it out: question ${at + 1}` })}
  </div>`;
}
