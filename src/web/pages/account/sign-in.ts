import type { Context } from 'hono';
import { html } from 'hono/html';
import { hasAccounts } from '../../../businesses/accounts-first.ts';
import type { SignIn } from '../../../businesses/accounts-device.ts';
import { listShops } from '../../../businesses/members.ts';
import { button, check, field, hidden, problemBox } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { deviceOf, doorPage, formOf, onTo, ownAddress, passwordField } from './page.ts';
import { waitWords } from './tries.ts';

/** To one's shop, to signing in, or, while there is nobody yet, to making the first account. */
export async function rootPage(c: Context, site: Site): Promise<Response> {
  const who = await site.accounts.whoIs(c.req.raw.headers);
  if (!who) return c.redirect((await hasAccounts(site.db)) ? '/sign-in' : '/welcome', 302);
  const shops = await listShops(site.db, who.accountId);
  const shop = shops.find(({ sample }) => !sample) ?? shops[0];
  return c.redirect(shop ? `/shops/${shop.slug}` : '/welcome/shop', 302);
}

export async function signInForm(c: Context, site: Site): Promise<Response> {
  const to = ownAddress(c.req.query('to') ?? '');
  if (await site.accounts.whoIs(c.req.raw.headers)) return c.redirect(to, 302);
  if (!(await hasAccounts(site.db))) return c.redirect('/welcome', 302);
  return signInPage(c, { to, guest: site.guest });
}

export async function signInPost(c: Context, site: Site): Promise<Response> {
  const form = await formOf(c);
  const to = ownAddress(form('to'));
  const now = site.now();
  const email = form('email').trim();
  const answer = await site.accounts.signIn({ email, password: form('password') }, deviceOf(c, site), now);
  if (answer.kind === 'in') return onTo(c, to, answer.cookies);
  if (answer.kind === 'code') return onTo(c, `/sign-in/code?to=${encodeURIComponent(to)}`, answer.cookies);
  return signInPage(c, { to, email, ...complaint(answer, now) });
}

interface Again {
  to: string;
  email?: string;
  guest?: Site['guest'];
  problem?: string;
  status?: 200 | 422 | 429;
}

function signInPage(c: Context, { to, guest, email = guest?.email ?? '', problem, status = 200 }: Again): Promise<Response> {
  const content = html`<h1>Welcome back</h1>
    ${to === '/' ? '' : html`<p>Sign in to go on.</p>`}
    ${guest ? html`<p>This is the demo: all is filled in, and nothing leaves this machine.</p>` : ''} ${problemBox(problem)}
    <form method="post" action="/sign-in">
      ${hidden({ to })}
      ${field({ name: 'email', label: 'E-mail', type: 'email', value: email, required: true, autocomplete: 'username', autofocus: email === '' })}
      ${passwordField({ name: 'password', label: 'Password', autocomplete: 'current-password', autofocus: email !== '', value: guest?.password })}
      <div class="door-end">${button('Sign in', { kind: 'main' })} <a href="/forgot">Forgot your password?</a></div>
    </form>`;
  return Promise.resolve(doorPage(c, { title: 'Sign in', content, status }));
}

/** The second step, for accounts with a second factor. */
export async function codeForm(c: Context): Promise<Response> {
  if (!(c.req.header('cookie') ?? '').includes('fondly.two_factor')) return c.redirect('/sign-in', 302);
  return codePage(c, { to: ownAddress(c.req.query('to') ?? '') });
}

export async function codePost(c: Context, site: Site): Promise<Response> {
  const form = await formOf(c);
  const to = ownAddress(form('to'));
  const now = site.now();
  const answer = await site.accounts.enterCode({ code: form('code'), trust: form('trust') !== '' }, deviceOf(c, site), now);
  if (answer.kind === 'in') return onTo(c, to, answer.cookies);
  if (answer.kind === 'over')
    return signInPage(c, { to, problem: 'That took too long, or too many tries. Sign in once more.', status: 422 });
  const problem =
    answer.kind === 'wrong' ? 'That is not the code. Use the newest one that your phone shows.' : complaint(answer, now).problem;
  return codePage(c, { to, problem, status: answer.kind === 'wrong' ? 422 : 429 });
}

function codePage(c: Context, { to, problem, status = 200 }: Omit<Again, 'email'>): Promise<Response> {
  const hint = 'The six digits from the app on your phone, or one of your codes on paper.';
  const content = html`<h1>One more step</h1>
    <form method="post" action="/sign-in/code">
      ${hidden({ to })}
      ${field({ name: 'code', label: 'Code', hint, problem, required: true, autocomplete: 'one-time-code', maxlength: 20, autofocus: true })}
      ${check({ name: 'trust', label: 'Do not ask again on this browser for 30 days', checked: false })}
      <div class="door-end">${button('Sign in', { kind: 'main' })} <a href="/sign-in">Begin again</a></div>
    </form>`;
  return Promise.resolve(doorPage(c, { title: 'Your code', content, status }));
}

export async function signOutPost(c: Context, site: Site): Promise<Response> {
  return onTo(c, '/sign-in', await site.accounts.signOut(deviceOf(c, site)));
}

function complaint(answer: SignIn, now: Date): { problem: string; status: 422 | 429 } {
  if (answer.kind === 'wait') return { problem: waitWords(answer.until, now), status: 429 };
  const problem = 'That address and password do not go together. Look at both, or choose a new password below.';
  return { problem, status: 422 };
}
