import { html } from 'hono/html';
import { outboxName, type OutboxMail, readMail, readOutbox } from '../../../mail/outbox.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { findSent, listTries, type SentCard, type Try } from '../../../touchpoints/sent.ts';
import { exactMail, showMessage } from '../../../touchpoints/shown.ts';
import { moment } from '../../days.ts';
import { cardPage } from '../../headers.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { type Piece, pill } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { doubtPresses } from './presses.ts';
import { desk, headerList, viewOf, viewTabs } from './views.ts';
import { isPractice, sentWords } from './words.ts';

const VIEWS = ['phone', 'desktop', 'text', 'headers'] as const;

/** One card just as it left: how it looks, its text, its headers, and what the mail server said. */
export async function mailPage(visit: Visit): Promise<Response> {
  const card = await cardAt(visit);
  if (!card) return visit.missing();
  const [mail, tries] = await Promise.all([mailOf(visit, card), listTries(visit.db, visit.business.id, card.id)]);
  const title = mail?.subject ?? card.subject ?? card.occasion;
  const content = html`<p class="back"><a href="${visit.href('/sent')}">Sent</a></p>
    <div class="head">
      <div>
        <h1>${title}</h1>
        <p>${card.name ?? card.address ?? 'Somebody who was erased'}, ${card.occasion}</p>
      </div>
    </div>
    <div class="home-open">
      <div class="home-shown">${shown(visit, card, mail, title)}</div>
      <div class="box home-first">${state(visit, card)} ${facts(visit, card, mail)} ${said(visit, tries)}</div>
    </div>`;
  return membersPage(visit, { title, section: 'sent', wide: true, content });
}

/** Its HTML part, for the frame. */
export async function mailFrame(visit: Visit): Promise<Response> {
  const card = await cardAt(visit);
  const mail = card && (await mailOf(visit, card));
  return mail ? cardPage(visit.c, mail.html.replaceAll(THEIR_LINKS, 'href="https://preview.invalid/"'), true) : visit.missing();
}

// Whoever looks at a customer's card must not answer or unsubscribe for them by a slip.
const THEIR_LINKS = /href="https?:\/\/[^"]+\/[uap]\/[\w-]{20,}"/g;

async function cardAt(visit: Visit): Promise<SentCard | undefined> {
  const id = visit.id('touchpoint');
  return id === undefined ? undefined : findSent(visit.db, visit.business.id, id);
}

type Mail = Omit<OutboxMail, 'name'> & { exact: boolean };

/** The very bytes, made again; where that fails what practice kept, else the card from what was frozen with it. */
async function mailOf({ db, site, business }: Visit, card: SentCard): Promise<Mail | undefined> {
  const bytes = await exactMail(db, business.id, card.id);
  if (bytes) return { ...(await readMail(bytes)), exact: true };
  const kept = card.practice ? await readOutbox(site.outboxFolder, outboxName(card.messageId)) : undefined;
  if (kept) return { ...kept, exact: true };
  const again = await showMessage(db, business.id, card.id);
  return again && { ...again, from: '', to: card.address ?? '', date: card.at, headers: [], exact: false };
}

function shown(visit: Visit, card: SentCard, mail: Mail | undefined, title: string): Html {
  if (!mail)
    return html`<p class="box">The card itself is no longer kept: its customer was erased, and with them what it said.</p>`;
  const at = visit.href(`/sent/${card.id}`);
  const views = mail.exact ? VIEWS : VIEWS.filter((view) => view !== 'headers');
  const view = viewOf(visit, views);
  return html`${
    mail.exact
      ? ''
      : html`<p class="quiet">Made again by a newer Fondly: small things may look other than in the mail that left.</p>`
  }
  ${viewTabs(at, views, view)} ${inside(mail, view, `${at}/card`, title)}`;
}

function inside(mail: Mail, view: (typeof VIEWS)[number], frame: string, title: string): Html {
  if (view === 'text') return html`<pre class="plain" tabindex="0">${mail.text}</pre>`;
  if (view === 'headers') return headerList(mail.headers);
  return desk(frame, view, `The card: ${title}`);
}

function state(visit: Visit, card: SentCard): Html {
  const { text, tone } = sentWords(card);
  const why = card.reason === null ? '' : html`<p class="quiet">${sentenceFor(card.reason)}</p>`;
  const doubtful = { id: card.id, name: card.name ?? 'this customer', gone: card.address === undefined };
  return html`<h2>What became of it</h2>
    <p>${pill(text, tone)} ${isPractice(card) ? pill('practice') : ''}</p>
    ${why}
    ${
      card.nextAt !== null && card.state === 'deferred'
        ? html`<p class="quiet">The next try is ${moment(card.nextAt, visit.business.zone, visit.now)}.</p>`
        : ''
    }
    ${card.state === 'uncertain' ? html`<div class="actions">${doubtPresses(visit, doubtful, 'mail')}</div>` : ''}`;
}

function facts({ href, business, now }: Visit, card: SentCard, mail: Mail | undefined): Html {
  const fact = (name: string, value: Piece): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  const customer = card.name ?? card.address;
  const theirs = moment(card.at, card.zone, now);
  const ours = moment(card.at, business.zone, now);
  return html`<dl class="facts home-facts">
    ${fact('To', customer === undefined ? 'Somebody who was erased' : html`<a href="${href(`/customers/${card.customerId}`)}">${customer}</a>`)}
    ${card.name !== undefined && card.address !== undefined ? fact('Address', card.address) : ''}
    ${mail?.from ? fact('From', mail.from) : ''}
    ${fact('When', theirs === ours ? ours : html`${ours}<br />${theirs} on their clock`)}
  </dl>`;
}

/** The server's own words, try by try. */
function said({ business, now }: Visit, tries: Try[]): Piece {
  if (tries.length === 0) return '';
  return html`<h2 class="sent-said">What the mail server said</h2>
    <ol class="sent-tries">
      ${tries.map(
        (one) =>
          html`<li>
            <b>${stageWords(one)}</b> <small>${moment(one.at ?? one.startedAt, business.zone, now)}</small>
            ${one.words === null ? '' : html`<code>${one.words}</code>`}
          </li>`,
      )}
    </ol>`;
}

function stageWords({ stage, code }: Try): string {
  const number = code === null ? '' : ` (${code})`;
  if (stage === 'accepted') return `Took it${number}`;
  if (stage === 'uncertain') return 'Gave no answer';
  if (stage === 'handing over') return 'Is being asked';
  if (stage === 'not sent') return 'Was not asked after all';
  return `Said no for now or for good${number}`;
}
