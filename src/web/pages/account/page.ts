import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Device } from '../../../businesses/accounts-device.ts';
import type { SignedIn } from '../../../businesses/accounts.ts';
import { readForm, textOf } from '../../forms.ts';
import { appPage, type Html, logo } from '../../layout.ts';
import { networkOf } from '../../networks.ts';
import { attribute, field, type FieldOptions, type Piece, press } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { type OpenRoute, signedOut } from '../../visit.ts';

export interface DoorPage {
  title: string;
  content: Piece;
  /** Somebody who is signed in: they can sign out here, and go back to their shop. */
  who?: SignedIn;
  /** More than one thing to do: wider, in boxes. */
  wide?: boolean;
  status?: 200 | 401 | 403 | 404 | 410 | 422 | 429;
}

/** A page before or beside the shop's app: one sheet with the mark above it. */
export function doorPage(c: Context, { title, content, who, wide, status = 200 }: DoorPage): Response | Promise<Response> {
  const body = html`<header class="door-top">
      <a class="mark" href="/">${logo}<span>Fondly</span></a>
      ${who ? html`<div class="door-who"><a href="/">Back to the shop</a>${press('/sign-out', 'Sign out', { icon: 'log-out' })}</div>` : ''}
    </header>
    <main id="content" class="${wide ? 'door-wide' : 'door-sheet'}">${content}</main>`;
  return c.html(appPage({ title: `${title} · Fondly`, kind: 'door', body }), status);
}

/** A sheet that says something, and where to go from here. */
export function doorNotice(
  c: Context,
  { title, text, action = '', status = 200 }: { title: string; text: Piece; action?: Piece; status?: DoorPage['status'] },
): Response | Promise<Response> {
  const content = html`<h1>${title}</h1>
    <p>${text}</p>
    ${action}`;
  return doorPage(c, { title, content, status });
}

/** A password to type: never filled in again, and shown at a press. */
export function passwordField(
  options: Pick<FieldOptions, 'name' | 'label' | 'value' | 'hint' | 'problem' | 'autocomplete' | 'autofocus'>,
): Html {
  const { name, label } = options;
  return html`<div class="door-password">
    ${field({ ...options, type: 'password', required: true, maxlength: 200 })}
    <button type="button" class="plain" ${attribute('data-reveal', `f-${name}`)} aria-pressed="false" aria-label="Show: ${label}">
      Show
    </button>
  </div>`;
}

/** How a new password is asked for, everywhere alike. */
export const newPasswordHint = 'At least 10 letters. A few words in a row are good.';

/** Whose new password it is, for password managers alone. */
export function unseenName(email: string): Html {
  return html`<input
    class="unseen"
    type="email"
    name="email"
    value="${email}"
    autocomplete="username"
    tabindex="-1"
    readonly
    aria-hidden="true"
  />`;
}

export function deviceOf(c: Context, site: Site): Device {
  return { headers: c.req.raw.headers, network: networkOf(c, site) };
}

export async function formOf(c: Context): Promise<(name: string) => string> {
  const form = await readForm(c);
  return (name) => textOf(form, name);
}

/** On to another page, with these Set-Cookie lines. */
export function onTo(c: Context, address: string, cookies: readonly string[] = []): Response {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
  return c.redirect(address, 303);
}

/** An address of ours to go on to; anything else is the first page. */
export function ownAddress(to: string): string {
  const known = /^\/(?![/\\])[\u0021-\u007e]*$/.test(to) && URL.canParse(to, 'http://fondly.invalid');
  return known && new URL(to, 'http://fondly.invalid').host === 'fondly.invalid' ? to : '/';
}

export type ToSignedIn = (c: Context, site: Site, who: SignedIn) => Response | Promise<Response>;

/** For whoever is signed in; others are asked to sign in first. */
export function signedIn(to: ToSignedIn): OpenRoute['to'] {
  return async (c, site) => {
    const who = await site.accounts.whoIs(c.req.raw.headers);
    if (who) return to(c, site, who);
    if (c.req.method === 'GET') return c.redirect(`/sign-in?to=${encodeURIComponent(new URL(c.req.url).pathname)}`, 302);
    return doorNotice(c, { ...signedOut, action: html`<p><a href="/sign-in">Sign in</a></p>`, status: 401 });
  };
}
