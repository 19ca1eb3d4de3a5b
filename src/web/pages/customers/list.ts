import { html } from 'hono/html';
import { countCustomers, type Filter, FILTERS, type Page, searchCustomers } from '../../../customers/search.ts';
import { todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, empty, icon, linkButton, type Piece } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { listRow } from './list-row.ts';

const PAGE = 50;

const tabs: Record<Filter, string> = {
  all: 'Everyone',
  birthday: 'Birthday this month',
  'follow-up': 'To follow up',
  new: 'New',
  'no-email': 'No e-mail',
  'no-date': 'No date',
  stopped: 'Stopped',
};

const nobody: Record<Filter, string> = {
  all: 'Nobody is here yet.',
  birthday: 'Nobody has a birthday this month.',
  'follow-up': 'Nobody waits to hear from you.',
  new: 'Nobody came in the last 30 days.',
  'no-email': 'Everybody has an e-mail address.',
  'no-date': 'Everybody has a date.',
  stopped: 'Nobody was stopped.',
};

/** Somebody typed a line that could not be taken as it was. */
export interface LineTyped {
  line: string;
  problem: string;
  /** Who it turned out to be. */
  existing?: string;
}

/** All customers, found as a name is typed; to htmx only the list, or only its next lines. */
export async function listPage(visit: Visit, typed?: LineTyped): Promise<Response> {
  const view = readView(visit);
  const page = await find(visit, view);
  visit.c.header('Vary', 'HX-Request');
  if (visit.fragment && !typed) return visit.c.html(view.after ? lines(visit, view, page) : found(visit, view, page));
  const total = await countCustomers(visit.db, visit.business.id);
  const content = html`${head(visit, total)} ${addBox(visit, typed)} ${await justAdded(visit)}
  ${total === 0 ? start(visit) : html`${searchForm(visit, view)} ${found(visit, view, page)}`}`;
  return membersPage(visit, { title: 'Customers', section: 'customers', content, wide: true, ...(typed ? { status: 422 } : {}) });
}

interface View {
  q: string;
  filter: Filter;
  after: string | undefined;
}

function readView({ c }: Visit): View {
  const show = c.req.query('show') ?? 'all';
  return {
    q: (c.req.query('q') ?? '').slice(0, 200),
    filter: FILTERS.find((filter) => filter === show) ?? 'all',
    after: c.req.query('after'),
  };
}

async function find(visit: Visit, { q, filter, after }: View): Promise<Page> {
  const search = { q, filter, ...(after ? { after } : {}), today: todayOf(visit), now: visit.now };
  return searchCustomers(visit.db, visit.business.id, search, PAGE);
}

function head({ href }: Visit, total: number): Html {
  const counted = total > 10_000 ? 'More than 10,000 customers.' : total === 0 ? '' : `${total.toLocaleString('en-GB')} in all.`;
  return html`<div class="head">
    <div>
      <h1>Customers</h1>
      <p>${counted} Enter their days once; the cards go by themselves.</p>
    </div>
    <div class="actions">${linkButton(href('/imports'), 'Import a file', { icon: 'upload' })}</div>
  </div>`;
}

function addBox({ href }: Visit, typed: LineTyped | undefined): Html {
  const known = typed?.existing ? html` <a href="${href(`/customers/${typed.existing}`)}">See who is here already</a>` : '';
  return html`<form class="customers-add" method="post" action="${href('/customers')}">
    ${typed ? html`<p class="problem" role="alert">${typed.problem}${known}</p>` : ''}
    <label for="customers-line">Add somebody in one line</label>
    <div class="customers-line">
      <input
        id="customers-line"
        name="line"
        maxlength="1000"
        autocomplete="off"
        required
        aria-describedby="customers-line-hint"
        placeholder="Maria Lopez, maria@example.com, 14 March"
        value="${typed?.line ?? ''}"
        ${typed ? html`aria-invalid="true" autofocus` : ''}
      />
      ${button('Add', { kind: 'main', icon: 'user-plus' })}
    </div>
    <p class="hint" id="customers-line-hint">
      Name first; then what you know, in any order: e-mail, phone, birthday, “wedding 2 May 2011”. Or
      <a href="${href('/customers/new')}">use the form</a>.
    </p>
  </form>`;
}

async function justAdded(visit: Visit): Promise<Piece> {
  const id = idIn(visit.c.req.query('added'));
  if (id === undefined) return '';
  const { db, business, now } = visit;
  const [customer] = (await searchCustomers(db, business.id, { only: id, today: todayOf(visit), now }, 1)).customers;
  if (!customer) return '';
  return html`<section class="customers-added" aria-labelledby="customers-added">
    <h2 id="customers-added" class="unseen">Just added</h2>
    <ul class="rows">
      ${listRow(visit, customer)}
    </ul>
  </section>`;
}

function searchForm({ href }: Visit, { q, filter }: View): Html {
  const options = FILTERS.map(
    (name) =>
      html`<a href="${address(href, { q, filter: name })}" ${name === filter ? html`aria-current="true"` : ''}>${tabs[name]}</a>`,
  );
  return html`<form
      class="customers-search"
      role="search"
      method="get"
      action="${href('/customers')}"
      hx-get="${href('/customers')}"
      hx-target="#customers-found"
      hx-swap="outerHTML"
      hx-trigger="submit, input delay:120ms"
      hx-replace-url="true"
      hx-sync="this:replace"
    >
      ${filter === 'all' ? '' : html`<input type="hidden" name="show" value="${filter}" />`}
      <label class="unseen" for="customers-q">Search by name, e-mail, phone or number</label>
      ${icon('search')}
      <input
        id="customers-q"
        type="search"
        name="q"
        value="${q}"
        autocomplete="off"
        placeholder="Name, e-mail, phone or number"
      />
      <button class="unseen">Search</button>
    </form>
    <nav class="customers-tabs" aria-label="Which customers">${options}</nav>`;
}

function found(visit: Visit, view: View, page: Page): Html {
  return html`<div id="customers-found">
    ${page.tooMany ? html`<p class="customers-many" role="status">These are some of very many. Type a little more to find the right one.</p>` : ''}
    ${
      page.customers.length === 0 && !page.next
        ? none(visit, view)
        : html`<ul class="rows customers-rows" aria-label="Customers">
            ${lines(visit, view, page)}
          </ul>`
    }
  </div>`;
}

function lines(visit: Visit, view: View, page: Page): Html {
  return html`${page.customers.map((customer) => listRow(visit, customer))}
  ${page.next ? more(visit, { ...view, after: page.next }, page.more) : ''}`;
}

function more({ href }: Visit, view: View, looking: boolean): Html {
  const to = address(href, view);
  return html`<li class="customers-more">
    <a class="button quiet" href="${to}" hx-get="${to}" hx-target="closest li" hx-swap="outerHTML"
      >${looking ? 'Look further' : 'Show more'}</a
    >
  </li>`;
}

function none({ href }: Visit, { q, filter }: View): Html {
  if (q.trim() === '')
    return empty({ title: tabs[filter], text: nobody[filter], action: linkButton(href('/customers'), 'See everyone') });
  const where = filter === 'all' ? '' : html` among “${tabs[filter]}”`;
  return empty({
    title: 'Nobody found',
    text: html`Nobody matches “<bdi>${q}</bdi>”${where}. The beginning of a name, an address, a phone number or your own number is
    enough.`,
    action: linkButton(
      address(href, { q: filter === 'all' ? '' : q, filter: 'all' }),
      filter === 'all' ? 'See everyone' : 'Search everyone',
    ),
  });
}

function start({ href }: Visit): Html {
  return empty({
    title: 'Who are your customers?',
    text: 'Type the first one above, or bring the list that you have: a spreadsheet, or the contacts of a phone. Nothing is sent while you look around.',
    action: linkButton(href('/imports'), 'Import a file', { kind: 'main', icon: 'upload' }),
  });
}

function address(href: Visit['href'], { q, filter, after }: Partial<View>): string {
  const query = new URLSearchParams({
    ...(q ? { q } : {}),
    ...(filter && filter !== 'all' ? { show: filter } : {}),
    ...(after ? { after } : {}),
  });
  return href(`/customers${query.size > 0 ? `?${query.toString()}` : ''}`);
}
