import type { Context } from 'hono';
import { setTimeout as rest } from 'node:timers/promises';
import { html } from 'hono/html';
import { resetPassword } from '../../../businesses/accounts-passwords.ts';
import { askReset, findReset } from '../../../businesses/accounts-reset.ts';
import { emailKey } from '../../../businesses/accounts-address.ts';
import { readLink } from '../../../links/token.ts';
import { networkOf } from '../../networks.ts';
import { button, field, problemBox } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { doorNotice, doorPage, formOf, newPasswordHint, passwordField, unseenName } from './page.ts';
import { tryOf } from './tries.ts';

export async function forgotForm(c: Context): Promise<Response> {
  return forgotPage(c);
}

/** As long for every address: what takes longer would tell which ones have an account. */
const EVEN_MS = 250;
const LIMIT = { most: 6, minutes: 60 };

/** The same answer whether there is such an account or not. */
export async function forgotPost(c: Context, site: Site): Promise<Response> {
  const email = (await formOf(c))('email').trim();
  const now = site.now();
  const wait =
    (await tryOf(site, ['forgot from', networkOf(c, site)], LIMIT, now)) ??
    (await tryOf(site, ['forgot', emailKey(email)], LIMIT, now));
  if (wait) return forgotPage(c, { email, problem: wait, status: 429 });
  await Promise.all([askReset(site.db, email, { practice: site.practice }, now), rest(EVEN_MS)]);
  return doorNotice(c, {
    title: 'Look in your mail',
    text: 'If there is an account with this address, and your shop sends real mail, a letter with a link is on its way. It works for an hour.',
    action: html`<p class="quiet">
      Nothing comes? Another owner can invite you anew. Whoever runs Fondly can make a link at the server:
      <code>fondly member reset</code>.
    </p>`,
  });
}

async function forgotPage(c: Context, again: { email?: string; problem?: string; status?: 200 | 429 } = {}): Promise<Response> {
  const content = html`<h1>A new password</h1>
    <p>Write the address that you sign in with. A letter with a link goes there.</p>
    ${problemBox(again.problem)}
    <form method="post" action="/forgot">
      ${field({ name: 'email', label: 'E-mail', type: 'email', value: again.email, required: true, autocomplete: 'username', autofocus: true })}
      <div class="door-end">${button('Send the letter', { kind: 'main' })} <a href="/sign-in">Back to signing in</a></div>
    </form>`;
  return doorPage(c, { title: 'A new password', content, status: again.status ?? 200 });
}

export async function resetForm(c: Context, site: Site): Promise<Response> {
  const whose = await whoseLink(c, site);
  return whose ? resetPage(c, { email: whose.email }) : linkIsOver(c);
}

export async function resetPost(c: Context, site: Site): Promise<Response> {
  const whose = await whoseLink(c, site);
  if (!whose) return linkIsOver(c);
  const password = (await formOf(c))('password');
  const done = await resetPassword(site.db, whose, password, site.now());
  if (!done.ok) return resetPage(c, { email: whose.email, problem: done.reason });
  return doorNotice(c, {
    title: 'Your new password is set',
    text: 'Wherever you were signed in, you are signed out now.',
    action: html`<p><a class="button main" href="/sign-in">Sign in</a></p>`,
  });
}

async function whoseLink(c: Context, site: Site) {
  const link = readLink(site.keys, 'password', c.req.param('token') ?? '');
  const found = link && (await findReset(site.db, link.business, link.touchpoint, site.now()));
  return found && { ...found, accountId: link.business, id: link.touchpoint };
}

function linkIsOver(c: Context): Promise<Response> {
  const text = 'It was used already, or is too old. That is how it keeps others out.';
  const action = html`<p><a class="button main" href="/forgot">Ask for a new one</a></p>`;
  return Promise.resolve(doorNotice(c, { title: 'This link is over', text, action, status: 410 }));
}

async function resetPage(c: Context, { email, problem }: { email: string; problem?: string }): Promise<Response> {
  const content = html`<h1>Choose a new password</h1>
    <p>For the account <bdi>${email}</bdi>.</p>
    <form method="post">
      ${unseenName(email)}
      ${passwordField({ name: 'password', label: 'New password', hint: newPasswordHint, autocomplete: 'new-password', problem, autofocus: true })}
      <div class="door-end">${button('Set the password', { kind: 'main' })}</div>
    </form>`;
  return doorPage(c, { title: 'A new password', content, status: problem ? 422 : 200 });
}
