import type { Context } from 'hono';
import { html } from 'hono/html';
import { findLetter, type ListedLetter, listLetters } from '../../businesses/letters-list.ts';
import { type OutboxMail, outboxName, readOutbox } from '../../mail/outbox.ts';
import { countPractice, findPractice, listPractice, nextPractice } from '../../touchpoints/practice.ts';
import { sentenceFor } from '../../touchpoints/reasons.ts';
import type { SentCard } from '../../touchpoints/sent.ts';
import { cardPage } from '../headers.ts';
import { type Html, toolPage } from '../layout.ts';
import type { Site } from '../site.ts';
import { fill, words } from '../words.ts';
import { desk, headerList, type View, viewOf, viewTabs } from './sent/views.ts';

const PER_PAGE = 50;
const LETTERS = 20;

/** What a line says of a card or a letter. */
type OutboxRow = Pick<
  SentCard,
  'id' | 'shop' | 'name' | 'address' | 'occasion' | 'subject' | 'at' | 'zone' | 'state' | 'reason' | 'messageId'
>;

/** Practice's cards, the newest first, and the newest letters. */
export function outboxList(site: Site) {
  return async (c: Context): Promise<Response> => {
    const page = Math.max(1, Math.min(100_000, Math.trunc(Number(c.req.query('page') ?? 1)) || 1));
    const offset = (page - 1) * PER_PAGE;
    const rows = await listPractice(site.db, { limit: PER_PAGE + 1, offset });
    const total = await countPractice(site.db);
    const next = await nextPractice(site.db, site.practice);
    const letters = page === 1 ? await keptLetters(site) : [];
    const more = rows.length > PER_PAGE;
    const content = html`<div class="head">
        <h1>${words.outbox.title}</h1>
        <p>${site.practice ? words.outbox.lead : words.outbox.leadLive}</p>
        <p class="quiet">
          ${total === 1 ? words.outbox.card : total > 0 ? fill(words.outbox.cards, { count: total.toLocaleString('en') }) : ''}${total > 0 ? '. ' : ''}
          ${next ? fill(words.outbox.next, { when: when(next.at, next.zone, true), name: next.name }) : ''}
        </p>
      </div>
      ${
        rows.length === 0
          ? nothingYet
          : html`<ol class="mails">
              ${rows.slice(0, PER_PAGE).map(line)}
            </ol>`
      }
      ${pager(page, more)} ${letters.length === 0 ? '' : letterList(letters)}`;
    return c.html(toolPage({ title: `${words.outbox.title} · Fondly`, practice: site.practice, content }));
  };
}

/** One of them: who, when, and the card as it looks on a phone, on a desk, as plain text; or its headers. */
export function outboxMail(site: Site) {
  return async (c: Context): Promise<Response> => {
    const row = await practiceAt(site, c);
    if (!row) return c.notFound();
    const mail = await mailOf(site, row);
    const view = viewOf({ c }, VIEWS);
    const at = `/outbox/${row.id}`;
    const content = html`<p class="back"><a href="/outbox">${words.mail.back}</a></p>
      <div class="head">
        <h1><bdi>${mail?.subject ?? row.subject ?? row.occasion}</bdi></h1>
        ${facts(row, mail)}
      </div>
      ${mail ? html`${viewTabs(at, VIEWS, view)} ${shown(at, mail, view)}` : html`<p>${words.mail.gone}</p>`}`;
    return c.html(toolPage({ title: `${mail?.subject ?? row.occasion} · Fondly`, practice: site.practice, content }));
  };
}

/** The HTML part for the frame, its links opening beside it. */
export function cardFrame(site: Site) {
  return async (c: Context): Promise<Response> => {
    const row = await practiceAt(site, c);
    const mail = row && (await mailOf(site, row));
    if (!mail) return c.notFound();
    return cardPage(
      c,
      mail.html.replace(/<head[^>]*>/i, (head) => `${head}<base target="_blank">`),
      true,
    );
  };
}

const VIEWS = ['phone', 'desktop', 'text', 'headers'] as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function practiceAt(site: Site, c: Context): Promise<OutboxRow | undefined> {
  const id = c.req.param('touchpoint') ?? '';
  if (!UUID.test(id)) return undefined;
  const card = await findPractice(site.db, id);
  if (card) return card;
  const letter = await findLetter(site.db, id);
  return letter && letterRow(site, letter);
}

function mailOf({ outboxFolder }: Site, { messageId }: OutboxRow): Promise<OutboxMail | undefined> {
  return readOutbox(outboxFolder, outboxName(messageId));
}

/** Letters of businesses that send for real are not kept here. */
async function keptLetters(site: Site): Promise<OutboxRow[]> {
  const rows = await Promise.all((await listLetters(site.db, {}, LETTERS)).map((letter) => letterRow(site, letter)));
  return rows.filter((row) => row !== undefined);
}

async function letterRow({ outboxFolder }: Site, letter: ListedLetter): Promise<OutboxRow | undefined> {
  const { shop, id, at, zone, messageId } = letter;
  if (messageId === null) return undefined;
  const mail = await readOutbox(outboxFolder, outboxName(messageId));
  const row = { id, shop, at, zone, messageId, address: undefined, occasion: words.outbox.letter, reason: null };
  return mail && { ...row, name: mail.to, subject: mail.subject, state: 'accepted' as const };
}

function letterList(letters: OutboxRow[]): Html {
  return html`<section aria-labelledby="letters">
    <h2 id="letters">${words.outbox.letters}</h2>
    <ol class="mails">
      ${letters.map(line)}
    </ol>
  </section>`;
}

function line(row: OutboxRow): Html {
  const name = row.name ?? row.address ?? '';
  return html`<li>
    <a href="/outbox/${row.id}">
      <span class="who">
        <span class="seal" aria-hidden="true">${initial(name)}</span>
        <span
          ><strong>${name}</strong
          >${row.address === undefined || row.name === undefined ? '' : html` <small>${row.address}</small>`}</span
        >
      </span>
      <span class="what"><bdi>${row.subject ?? row.occasion}</bdi></span>
      <span class="why">${row.occasion}</span>
      <time datetime="${row.at.toISOString()}">${when(row.at, row.zone)}</time>
      ${row.state === 'accepted' ? '' : html`<em>${words.states[row.state] ?? row.state}</em>`}
    </a>
  </li>`;
}

function initial(name: string): string {
  return (name.match(/\p{L}/u)?.[0] ?? '♥').toLocaleUpperCase();
}

/** By the customer's own clock. */
function when(at: Date, timeZone: string, long = false): string {
  const date = new Intl.DateTimeFormat('en-GB', {
    weekday: long ? 'long' : 'short',
    day: 'numeric',
    month: long ? 'long' : 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  return date.format(at);
}

function facts(row: OutboxRow, mail: OutboxMail | undefined): Html {
  const { mail: say, outbox } = words;
  const state = words.states[row.state] ?? row.state;
  return html`<dl class="facts">
    ${fact(outbox.to, mail?.to ?? row.name ?? '')} ${fact(say.from, mail?.from ?? row.shop)}
    ${fact(outbox.occasion, row.occasion)}
    ${fact(outbox.when, `${when(row.at, row.zone, true)} (${row.zone.replaceAll('_', ' ')})`)}
    ${fact(outbox.state, row.reason === null ? state : `${state}: ${sentenceFor(row.reason)}`)}
  </dl>`;
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function shown(at: string, mail: OutboxMail, view: View): Html {
  if (view === 'text') return html`<pre class="plain" tabindex="0">${mail.text}</pre>`;
  if (view === 'headers') return headerList(mail.headers);
  const title = fill(words.mail.frame, { subject: mail.subject });
  return desk(`${at}/card`, view, title, 'allow-popups allow-popups-to-escape-sandbox');
}

function pager(page: number, more: boolean): Html | '' {
  if (page === 1 && !more) return '';
  const { newer, older, pages } = words.outbox;
  return html`<nav class="pager" aria-label="${pages}">
    ${page > 1 ? html`<a rel="prev" href="/outbox?page=${page - 1}">${newer}</a>` : html`<span></span>`}
    ${more ? html`<a rel="next" href="/outbox?page=${page + 1}">${older}</a>` : ''}
  </nav>`;
}

const nothingYet = html`<div class="empty">
  <h2>${words.outbox.emptyTitle}</h2>
  <p>${words.outbox.empty}</p>
</div>`;
