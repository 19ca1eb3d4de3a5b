import { html } from 'hono/html';
import { listShops, type Shop } from '../businesses/members.ts';
import { type AppPage, appPage, type Html, logo } from './layout.ts';
import { button, hidden, icon, type Piece, press } from './parts.ts';
import { keepSaid, readSaid, type Said } from './said.ts';
import type { Visit } from './visit.ts';

export type { Said } from './said.ts';

export type Section =
  | 'home'
  | 'customers'
  | 'cards'
  | 'occasions'
  | 'sent'
  | 'answers'
  | 'follow-ups'
  | 'settings'
  | 'members'
  | 'none';

export interface MembersPage extends Pick<AppPage, 'title' | 'scripts'> {
  /** Which line of the navigation is lit. */
  section: Section;
  content: Html;
  /** For lists and boards; else the content keeps to the width of a letter. */
  wide?: boolean;
  status?: 200 | 404 | 409 | 422 | 429;
}

/** A page of the shop's app: navigation, what was just done, and the content. To htmx only the content goes. */
export async function membersPage(visit: Visit, page: MembersPage): Promise<Response> {
  const { c } = visit;
  if (visit.fragment) return c.html(page.content, page.status ?? 200);
  const said = readSaid(visit);
  const shops = await listShops(visit.db, visit.accountId);
  return c.html(document(visit, page, said, shops), page.status ?? 200);
}

/** On to a page of the shop, which says what was done. Never follow a GET with it. */
export function after(visit: Visit, path: string, said?: Said): Response {
  if (said) keepSaid(visit, said);
  return visit.c.redirect(visit.href(path), 303);
}

function document(visit: Visit, page: MembersPage, said: Said | undefined, shops: Shop[]): Html {
  const body = html`<a class="skip" href="#content">Skip to the content</a>
    ${top(visit, page.section, shops)}
    <div class="side">${navigation(visit, page.section)} ${pauseForm(visit)}</div>
    <div class="stage">
      ${notices(visit, said)}
      <main id="content" class="${page.wide ? 'wide' : ''}" tabindex="-1">${page.content}</main>
    </div>`;
  return appPage({ title: `${page.title} · ${visit.business.name}`, body, live: true, scripts: page.scripts ?? [] });
}

function top(visit: Visit, section: Section, shops: Shop[]): Html {
  return html`<header class="top">
    <a class="mark" href="${visit.href('')}">${logo}<span>Fondly</span></a>
    <details class="shops">
      <summary>
        <span class="shop-name">${visit.business.name}</span>${icon('chevron-down')}<span class="unseen"
          >: shops and account</span
        >
      </summary>
      <div class="drop">${shopMenu(visit, shops)}</div>
    </details>
    <details class="menu">
      <summary>${icon('menu')}<span>Menu</span></summary>
      <div class="drop">${navigation(visit, section)} ${pauseForm(visit)}</div>
    </details>
  </header>`;
}

function shopMenu({ business, member }: Visit, shops: Shop[]): Html {
  const owns = shops.some(({ role, sample }) => role === 'owner' && !sample);
  const others = shops.filter(({ slug }) => slug !== business.slug);
  return html`<p class="quiet">Signed in as ${member.name}</p>
    <ul>
      ${others.map(({ slug, name }) => html`<li><a href="/shops/${slug}">${icon('store')}${name}</a></li>`)}
      ${owns ? html`<li><a href="/welcome/shop">${icon('plus')}Add another shop</a></li>` : ''}
      <li><a href="/account">${icon('user-round-cog')}Your account</a></li>
    </ul>
    ${press('/sign-out', 'Sign out', { icon: 'log-out' })}`;
}

const lines = [
  { section: 'home', path: '', name: 'Next 30 days', icon: 'house' },
  { section: 'customers', path: '/customers', name: 'Customers', icon: 'users' },
  { section: 'cards', path: '/cards', name: 'Cards', icon: 'mail' },
  { section: 'occasions', path: '/occasions', name: 'Occasions', icon: 'gift' },
  { section: 'sent', path: '/sent', name: 'Sent', icon: 'send' },
  { section: 'answers', path: '/answers', name: 'Answers', icon: 'message-circle-heart' },
  { section: 'follow-ups', path: '/follow-ups', name: 'Follow-ups', icon: 'list-checks' },
] as const;

const ownersLines = [
  { section: 'settings', path: '/settings', name: 'Settings', icon: 'settings' },
  { section: 'members', path: '/members', name: 'Members', icon: 'user-round-cog' },
] as const;

function navigation(visit: Visit, section: Section): Html {
  const shown = [...lines, ...(visit.member.role === 'owner' ? ownersLines : [])];
  const links = shown.map(
    (line) =>
      html`<li>
        <a href="${visit.href(line.path)}" ${line.section === section ? html`aria-current="page"` : ''}
          >${icon(line.icon)}${line.name}</a
        >
      </li>`,
  );
  return html`<nav class="places" aria-label="Pages">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function pauseForm(visit: Visit): Html {
  return visit.business.paused_at === null
    ? press(visit.href('/pause'), 'Pause everything', { icon: 'pause' })
    : press(visit.href('/resume'), 'Send again', { icon: 'play', kind: 'main' });
}

/** Nothing of this shop's leaves the machine. */
export function practises({ site, business }: Pick<Visit, 'site' | 'business'>): boolean {
  return business.live_at === null || business.sample || (site.practice && business.smtp_rev === null);
}

function notices(visit: Visit, said: Said | undefined): Piece {
  const words = [banner(visit), said ? saidBar(visit, said) : ''].filter((piece) => piece !== '');
  return words.length === 0 ? '' : html`<section aria-label="Notices">${words}</section>`;
}

function banner(visit: Visit): Piece {
  const { business } = visit;
  if (business.paused_at !== null)
    return html`<p class="banner paused" role="status">
      Everything is paused, so no card goes out. ${business.paused_reason ?? ''}
    </p>`;
  return practises(visit)
    ? html`<p class="banner practice-mode">Practice: nothing leaves this machine yet. ${wayOn(visit)}</p>`
    : '';
}

/** For the owner: where the first run was left, or how practice ends. The demo's shop is there to stay. */
function wayOn({ site, business, member, href }: Visit): Piece {
  if (member.role !== 'owner') return '';
  if (business.sample && site.guest) return '';
  if (business.sample) return html`<a href="${href('/settings/more')}">Remove the sample shop</a>`;
  if (business.setup_step !== 'done') return html`<a href="${href('/welcome')}">Go on setting up</a>`;
  return html`<a href="${href(business.live_at === null ? '/switch-on' : '/settings/mail')}">Send for real</a>`;
}

function saidBar(visit: Visit, { say, undo }: Said): Html {
  return html`<div class="said" role="status">
    <p>${say}</p>
    ${
      undo
        ? html`<form method="post" action="${visit.href(undo.path)}">
            ${hidden(undo.fields ?? {})}${button(undo.label ?? 'Undo', { icon: 'undo-2' })}
          </form>`
        : ''
    }
  </div>`;
}
