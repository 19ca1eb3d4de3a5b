import type { Context } from 'hono';
import { html } from 'hono/html';
import { type AccountField, accountProblem } from '../../../businesses/accounts.ts';
import { hasAccounts, isSetupKey, makeFirstAccount } from '../../../businesses/accounts-first.ts';
import { networkOf } from '../../networks.ts';
import { cameFromHere } from '../../outbox-door.ts';
import { button, field, problemBox } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { deviceOf, doorPage, formOf, newPasswordHint, onTo, passwordField } from './page.ts';
import { tryOf } from './tries.ts';

/** The first account of the installation: by whoever sits at this machine, or has the key that the start of the program printed. */
export async function welcomeForm(c: Context, site: Site): Promise<Response> {
  if (await hasAccounts(site.db)) return c.redirect('/', 302);
  return welcomePage(c, site, { key: c.req.query('key') ?? '' });
}

export async function welcomePost(c: Context, site: Site): Promise<Response> {
  if (await hasAccounts(site.db)) return c.redirect('/', 303);
  const form = await formOf(c);
  const typed = { name: form('name'), email: form('email').trim(), key: form('key') };
  const now = site.now();
  const refused = cameFromHere(c, site) ? undefined : await keyProblem(c, site, typed.key, now);
  if (refused) return welcomePage(c, site, { ...typed, at: 'key', ...refused });
  const asked = { ...typed, password: form('password') };
  const problem = accountProblem(asked);
  const made = problem ? { ok: false as const, ...problem } : await makeFirstAccount(site.db, asked, now);
  if (!made.ok) return welcomePage(c, site, { ...typed, at: made.at, problem: made.reason, status: 422 });
  return onTo(c, '/', await site.accounts.openSession(made.id, deviceOf(c, site)));
}

const KEY_LIMIT = { most: 10, minutes: 15 };

async function keyProblem(
  c: Context,
  site: Site,
  key: string,
  now: Date,
): Promise<{ problem: string; status: 422 | 429 } | undefined> {
  const wait = await tryOf(site, ['set-up', networkOf(c, site)], KEY_LIMIT, now);
  if (wait) return { problem: wait, status: 429 };
  if (isSetupKey(site.secretKeys, key)) return undefined;
  return { problem: 'That is not the key. It stands where Fondly was started, in its first lines.', status: 422 };
}

interface Again {
  name?: string;
  email?: string;
  key?: string;
  at?: AccountField | 'key' | undefined;
  problem?: string;
  status?: 200 | 422 | 429;
}

async function welcomePage(
  c: Context,
  site: Site,
  { name, email, key = '', at, problem, status = 200 }: Again,
): Promise<Response> {
  const about = (field: Again['at']) => (at === field ? problem : undefined);
  const keyHint = 'You are not at the machine that Fondly runs on. Its first lines, where it was started, show this key.';
  const content = html`<p class="door-over">Step one</p>
    <h1>Welcome to Fondly</h1>
    <p>
      It remembers your customers’ days, and sends each the right card. First: who are you? This account is the owner’s; you can
      invite others later.
    </p>
    ${problemBox(at === undefined ? problem : undefined)}
    <form method="post" action="/welcome">
      ${field({ name: 'name', label: 'Your name', value: name, required: true, autocomplete: 'name', maxlength: 100, problem: about('name'), autofocus: true })}
      ${field({ name: 'email', label: 'Your e-mail', type: 'email', value: email, required: true, autocomplete: 'username', hint: 'You sign in with it.', problem: about('email') })}
      ${passwordField({ name: 'password', label: 'A password', hint: newPasswordHint, autocomplete: 'new-password', problem: about('password') })}
      ${cameFromHere(c, site) ? '' : field({ name: 'key', label: 'Set-up key', value: key, hint: keyHint, required: true, autocomplete: 'off', maxlength: 60, problem: about('key') })}
      <div class="door-end">${button('Go on to your shop', { kind: 'main' })}</div>
    </form>`;
  return doorPage(c, { title: 'Welcome', content, status });
}
