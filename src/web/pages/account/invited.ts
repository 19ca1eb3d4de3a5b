import type { Context } from 'hono';
import { html } from 'hono/html';
import type { AccountField, SignedIn } from '../../../businesses/accounts.ts';
import { joinWithNewAccount } from '../../../businesses/accounts-join.ts';
import { acceptInvitation, findInvitation, type Invitation } from '../../../businesses/invitations.ts';
import { readLink } from '../../../links/token.ts';
import type { Html } from '../../layout.ts';
import { networkOf } from '../../networks.ts';
import { button, field, problemBox, press } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { deviceOf, doorNotice, doorPage, formOf, newPasswordHint, onTo, passwordField } from './page.ts';
import { tryOf } from './tries.ts';

/** Who asks whom into which shop; to accept as oneself, or with an account made for it. */
export async function invitedPage(c: Context, site: Site): Promise<Response> {
  const found = await openInvitation(c, site);
  if (!found) return invitationIsOver(c);
  return page(c, found, await site.accounts.whoIs(c.req.raw.headers));
}

export async function acceptPost(c: Context, site: Site): Promise<Response> {
  const found = await openInvitation(c, site);
  if (!found) return invitationIsOver(c);
  const who = await site.accounts.whoIs(c.req.raw.headers);
  if (!who) return onTo(c, `/sign-in?to=${encodeURIComponent(here(c))}`);
  const done = await acceptInvitation(site.db, found.businessId, found.id, who.accountId, site.now());
  return done.ok ? onTo(c, `/shops/${found.slug}`) : invitationIsOver(c);
}

const LIMIT = { most: 20, minutes: 60 };

export async function newAccountPost(c: Context, site: Site): Promise<Response> {
  const found = await openInvitation(c, site);
  if (!found) return invitationIsOver(c);
  const form = await formOf(c);
  const now = site.now();
  const typed = { name: form('name'), email: form('email').trim() };
  const wait = await tryOf(site, ['new account', networkOf(c, site)], LIMIT, now);
  if (wait) return page(c, found, undefined, { ...typed, problem: wait, status: 429 });
  const made = await joinWithNewAccount(site.db, found, { ...typed, password: form('password') }, now);
  if (!made.ok) return page(c, found, undefined, { ...typed, at: made.at, problem: made.reason, status: 422 });
  return onTo(c, `/shops/${found.slug}`, await site.accounts.openSession(made.id, deviceOf(c, site)));
}

type Found = Invitation & { businessId: string; id: string };

async function openInvitation(c: Context, site: Site): Promise<Found | undefined> {
  const link = readLink(site.keys, 'invitation', c.req.param('token') ?? '');
  const found = link && (await findInvitation(site.db, link.business, link.touchpoint, site.now()));
  return found?.state === 'open' ? { ...found, businessId: link!.business, id: link!.touchpoint } : undefined;
}

// The same for used, old, withdrawn and invented ones: whoever holds a stray link learns nothing of the shop.
function invitationIsOver(c: Context): Promise<Response> {
  const text = 'It was used already, taken back, or is older than a week. Whoever sent it to you can send a new one.';
  const action = html`<p>Are you a member already? <a href="/sign-in">Sign in</a>.</p>`;
  return Promise.resolve(doorNotice(c, { title: 'This invitation is over', text, action, status: 410 }));
}

interface Again {
  name?: string;
  email?: string;
  at?: AccountField | undefined;
  problem?: string;
  status?: 422 | 429;
}

async function page(c: Context, found: Found, who?: SignedIn, again: Again = {}): Promise<Response> {
  const asks = found.byName ? html`<strong>${found.byName}</strong> asks you` : html`You are asked`;
  const may =
    found.role === 'owner'
      ? 'As an owner you may do everything, settings and members too.'
      : 'As staff you look after customers and cards.';
  const content = html`<h1>Come in to ${found.shop}</h1>
    <p>${asks} to join <strong>${found.shop}</strong> on Fondly, which remembers its customers’ days. ${may}</p>
    ${who ? asOneself(c, who) : asSomebodyNew(c, found, again)}`;
  return doorPage(c, { title: `Join ${found.shop}`, content, status: again.status ?? 200 });
}

function asOneself(c: Context, who: SignedIn): Html {
  return html`<p>You are signed in as <strong>${who.name}</strong> (<bdi>${who.email}</bdi>).</p>
    <div class="door-end">${press(here(c), 'Join', { kind: 'main' })} ${press('/sign-out', 'I am somebody else')}</div>`;
}

function asSomebodyNew(c: Context, found: Found, { name, email, at, problem, status }: Again): Html {
  const about = (field: AccountField) => (at === field ? problem : undefined);
  return html`<p><a href="/sign-in?to=${encodeURIComponent(here(c))}">You have an account? Sign in</a>, else make one:</p>
    ${problemBox(at === undefined && status ? problem : undefined)}
    <form method="post" action="${here(c)}/account">
      ${field({ name: 'name', label: 'Your name', value: name, required: true, autocomplete: 'name', maxlength: 100, problem: about('name') })}
      ${field({ name: 'email', label: 'Your e-mail', type: 'email', value: email ?? found.email, required: true, autocomplete: 'username', hint: 'You sign in with it.', problem: about('email') })}
      ${passwordField({ name: 'password', label: 'A password', hint: newPasswordHint, autocomplete: 'new-password', problem: about('password') })}
      <div class="door-end">${button('Join', { kind: 'main' })}</div>
    </form>`;
}

function here(c: Context): string {
  return `/invited/${c.req.param('token') ?? ''}`;
}
