import { html } from 'hono/html';
import { findLetter, type ListedLetter, listLetters } from '../../../businesses/letters-list.ts';
import { type OutboxMail, outboxName, readOutbox } from '../../../mail/outbox.ts';
import { moment } from '../../days.ts';
import { cardPage } from '../../headers.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { empty, pager, pill } from '../../parts.ts';
import { momentPlace } from '../../places.ts';
import type { Visit } from '../../visit.ts';
import { sentTabs } from './tabs.ts';
import { desk, headerList, viewOf, viewTabs } from './views.ts';

const PER_PAGE = 50;
const VIEWS = ['desktop', 'text', 'headers'] as const;

/** Mail of ours that is no card: alerts, invitations, letters that ask for a confirmation. */
export async function lettersPage(visit: Visit): Promise<Response> {
  const rows = await listLetters(
    visit.db,
    { businessId: visit.business.id, before: momentPlace(visit.c.req.query('before')) },
    PER_PAGE + 1,
  );
  const last = rows.length > PER_PAGE ? rows[PER_PAGE - 1] : undefined;
  const content = html`<div class="head">
      <div>
        <h1>Letters</h1>
        <p>Mail of Fondly’s that is no card: to you when a customer is unhappy, to those you invite, to who signs up.</p>
      </div>
    </div>
    ${sentTabs(visit, 'letters')}
    ${
      rows.length === 0
        ? empty({
            title: 'No letters yet',
            text: 'The first one comes when a customer gives a low answer, or signs up on your form.',
          })
        : html`<ul class="rows sent-list">
            ${rows.slice(0, PER_PAGE).map((letter) => line(visit, letter))}
          </ul>`
    }
    ${pager({ next: last && visit.href(`/sent/letters?before=${last.at.getTime()}.${last.id}`) })}`;
  return membersPage(visit, { title: 'Letters', section: 'sent', wide: true, content });
}

/** One that practice kept. */
export async function letterPage(visit: Visit): Promise<Response> {
  const letter = await letterAt(visit);
  if (!letter) return visit.missing();
  const mail = await mailOf(visit, letter);
  const at = visit.href(`/sent/letters/${letter.id}`);
  const view = viewOf(visit, VIEWS);
  const content = html`<p class="back"><a href="${visit.href('/sent/letters')}">Letters</a></p>
    <div class="head">
      <div>
        <h1>${mail?.subject ?? nameOf(letter)}</h1>
        <p>${mail ? `To ${mail.to}. ` : ''}${moment(letter.at, letter.zone, visit.now)}. ${STATES[letter.state].text}.</p>
      </div>
    </div>
    ${mail ? html`${viewTabs(at, VIEWS, view)} ${shown(mail, view, at)}` : html`<p class="box">${letter.state === 'sent' ? 'What went out for real is not kept here.' : 'It has not left, so there is nothing to see yet.'}</p>`}`;
  return membersPage(visit, { title: mail?.subject ?? nameOf(letter), section: 'sent', wide: true, content });
}

export async function letterFrame(visit: Visit): Promise<Response> {
  const letter = await letterAt(visit);
  const mail = letter && (await mailOf(visit, letter));
  return mail ? cardPage(visit.c, mail.html, true) : visit.missing();
}

const NAMES: Readonly<Record<string, string>> = {
  'low answer': 'A customer is unhappy',
  'sign-up': 'Please confirm your address',
  invitation: 'An invitation to a member',
  'test card': 'A card to yourself',
};

function nameOf({ kind }: ListedLetter): string {
  return NAMES[kind] ?? 'A letter';
}

const STATES: Record<ListedLetter['state'], { text: string; tone: 'good' | 'warn' | 'bad' | 'calm' }> = {
  planned: { text: 'Leaves soon', tone: 'calm' },
  sending: { text: 'Leaving now', tone: 'calm' },
  sent: { text: 'Sent', tone: 'good' },
  failed: { text: 'Could not be sent', tone: 'bad' },
  dropped: { text: 'No longer needed', tone: 'calm' },
};

function line({ href, business, now }: Visit, letter: ListedLetter): Html {
  const { text, tone } = STATES[letter.state];
  return html`<li>
    <a class="sent-who" href="${href(`/sent/letters/${letter.id}`)}">${nameOf(letter)}</a>
    <span></span>
    <time datetime="${letter.at.toISOString()}">${moment(letter.at, business.zone, now)}</time>
    <span>${pill(text, tone)}</span>
  </li>`;
}

async function letterAt(visit: Visit): Promise<ListedLetter | undefined> {
  const id = visit.id('letter');
  return id === undefined ? undefined : findLetter(visit.db, id, visit.business.id);
}

// An invitation lets in whoever holds it, so it is read by whom it was sent to only.
async function mailOf({ site }: Visit, { messageId, kind }: ListedLetter): Promise<OutboxMail | undefined> {
  return messageId === null || kind === 'invitation' ? undefined : readOutbox(site.outboxFolder, outboxName(messageId));
}

function shown(mail: OutboxMail, view: (typeof VIEWS)[number], at: string): Html {
  if (view === 'text') return html`<pre class="plain" tabindex="0">${mail.text}</pre>`;
  return view === 'headers' ? headerList(mail.headers) : desk(`${at}/card`, view, mail.subject);
}
