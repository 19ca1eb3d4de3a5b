import { html } from 'hono/html';
import { moneyText } from '../../../customers/amount.ts';
import type { NameOf } from '../../../businesses/authors.ts';
import type { Profile } from '../../../customers/profile.ts';
import type { OpenMerge } from '../../../customers/merge-memory.ts';
import type { GivenAnswer, Story, StoryLine } from '../../../customers/story.ts';
import { labelOf, type Question, wordsOf } from '../../../occasions/surveys.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { dayWords, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { icon, type Piece, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { changeWords } from './changes.ts';
import { undoMergePress } from './merge-undo.ts';
import { dayOf, outcomeNames, reasonNames } from './words.ts';

interface Told {
  profile: Profile;
  story: Story;
  who: NameOf;
  /** The merge that can be undone. */
  merge: OpenMerge | undefined;
}

/** The line of time, the newest on top. To htmx only further lines go. */
export function storySection(visit: Visit, { profile, story, who, merge }: Told): Html {
  const customerId = profile.customer.id;
  const undo = (line: StoryLine): Piece => (line.is === 'change' ? undoMergePress(visit, customerId, line, merge) : '');
  const lines = html`${story.lines.map((line) => row(visit, line, who, undo(line)))}
  ${story.next ? older(visit, profile, story.next) : ''}`;
  if (visit.fragment) return lines;
  if (story.lines.length === 0) return html`<p class="quiet">Nothing has happened yet.</p>`;
  return html`<ol class="customers-time">
    ${lines}
  </ol>`;
}

function older({ href }: Visit, { customer }: Profile, before: string): Html {
  const to = href(`/customers/${customer.id}?before=${encodeURIComponent(before)}`);
  return html`<li class="customers-more">
    <a class="button quiet" href="${to}" hx-get="${to}" hx-target="closest li" hx-swap="outerHTML">Earlier</a>
  </li>`;
}

function row(visit: Visit, line: StoryLine, who: NameOf, undo: Piece): Html {
  const { sign, tone, words } = told(visit, line, who);
  const day = line.is === 'purchase' ? dayWords(line.day, todayOf(visit)) : dayOf(line.at, visit);
  return html`<li class="customers-event ${tone ?? ''}">
    ${icon(sign)}
    <div>
      <p class="quiet"><time datetime="${line.at.toISOString()}">${day}</time></p>
      ${words} ${undo}
    </div>
  </li>`;
}

interface Line {
  sign: string;
  tone?: 'good' | 'bad' | 'calm';
  words: Piece;
}

function told(visit: Visit, line: StoryLine, who: NameOf): Line {
  switch (line.is) {
    case 'card':
      return card(visit, line);
    case 'purchase':
      return purchase(visit, line);
    case 'answer':
      return { sign: 'message-square-quote', words: answers(line) };
    case 'follow-up opened':
      return {
        sign: 'message-circle-heart',
        words: html`<p>Somebody is to get in touch, because of ${reasonNames[line.reason] ?? line.reason}.</p>`,
      };
    case 'follow-up closed':
      return {
        sign: 'check',
        words: html`<p>
          ${by(who, line.by)} closed the follow-up:
          ${outcomeNames[line.outcome] ?? line.outcome}${line.lostReason ? html` (<bdi>${line.lostReason}</bdi>)` : ''}.
        </p>`,
      };
    case 'change':
      return { sign: 'pencil', tone: 'calm', words: html`<p>${changeWords(visit, line, who)}</p>` };
  }
}

const outcomes: Partial<Record<Extract<StoryLine, { is: 'card' }>['state'], { words: string; tone?: 'good' | 'bad' }>> = {
  accepted: { words: 'sent', tone: 'good' },
  posted: { words: 'handed over by post', tone: 'good' },
  rejected: { words: 'did not arrive', tone: 'bad' },
  uncertain: { words: 'may have arrived', tone: 'bad' },
  expired: { words: 'did not go' },
  skipped: { words: 'left out' },
  deferred: { words: 'on its way' },
  leased: { words: 'on its way' },
  'handing over': { words: 'on its way' },
};

function card(
  { href, business }: Visit,
  { id, occasion, state, reason, practice, written }: Extract<StoryLine, { is: 'card' }>,
): Line {
  const { words, tone } = outcomes[state] ?? { words: state };
  const name = html`“${occasion}”`;
  const why = reason && state !== 'accepted' ? html`<p class="quiet">${sentenceFor(reason)}</p>` : '';
  // While a shop practises all of it is practice, and the page says so on top.
  const tried = practice && business.live_at !== null ? pill('Practice', 'calm') : '';
  return {
    sign: 'mail',
    ...(tone ? { tone } : {}),
    words: html`<p>Card ${written ? html`<a href="${href(`/sent/${id}`)}">${name}</a>` : name} ${words} ${tried}</p>
      ${why}`,
  };
}

function purchase(
  { business }: Visit,
  { amount, currency, category, reference, voided, nth }: Extract<StoryLine, { is: 'purchase' }>,
): Line {
  const money = moneyText(amount, currency, business.country);
  const what = [category, reference].filter(Boolean).join(', ');
  const first = nth === 1 && !voided ? pill('The first', 'good') : '';
  return {
    sign: 'shopping-bag',
    words: html`<p>
      Bought for
      ${voided ? html`<s>${money}</s>, taken back` : html`<strong>${money}</strong>`}${what ? html`: <bdi>${what}</bdi>` : ''}
      ${first}
    </p>`,
  };
}

function answers({ occasion, answers: given, suspect }: Extract<StoryLine, { is: 'answer' }>): Html {
  return html`<p>Answered “${occasion}” ${suspect ? pill('Perhaps a mail filter', 'calm') : ''}</p>
    <ul class="customers-answers">
      ${given.map((answer) => html`<li>${answerLine(answer)}</li>`)}
    </ul>`;
}

function answerLine({ question, value, words, language }: GivenAnswer): Html {
  const asked = isQuestion(question) ? question : undefined;
  const languages = ['en', language ?? 'en'];
  const label = asked && value !== null ? answerLabel(asked, value, languages) : value === null ? '' : String(value);
  return html`${asked ? html`<span class="quiet">${wordsOf(asked, languages).question}</span> ` : ''}<strong>${label}</strong>${words ? html`<blockquote><bdi>${words}</bdi></blockquote>` : ''}`;
}

function answerLabel(question: Question, value: number, languages: string[]): string {
  if (question.kind === 'nps') return `${value} of 10`;
  const label = labelOf(question, value, languages);
  return question.kind === 'scale' && label !== String(value) ? `${label} (${value} of ${Math.max(...question.values)})` : label;
}

function isQuestion(value: unknown): value is Question {
  return typeof value === 'object' && value !== null && 'kind' in value && 'values' in value;
}

function by(who: NameOf, actor: string): string {
  const name = who(actor);
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
