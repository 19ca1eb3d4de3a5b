import type { Context } from 'hono';
import { html } from 'hono/html';
import { renameAccount, type SignedIn } from '../../../businesses/accounts.ts';
import { changePassword } from '../../../businesses/accounts-passwords.ts';
import { endOtherSessions, endSession, listSessions, type Session } from '../../../businesses/accounts-sessions.ts';
import type { TwoFactorState } from '../../../businesses/accounts-two-factor.ts';
import { listShops } from '../../../businesses/members.ts';
import { agoWords, seenWords } from '../../ago.ts';
import type { Html } from '../../layout.ts';
import { button, field, icon, type Piece, pill, press } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { idIn } from '../../visit.ts';
import { deviceWords, isPhone, maskedNetwork } from './devices.ts';
import { doorPage, formOf, newPasswordHint, onTo, passwordField, unseenName } from './page.ts';
import { passwordTry } from './tries.ts';

/** What was wrong with which form of the page. */
interface Wrong {
  name?: { typed: string; problem: string };
  current?: string;
  next?: string;
  status?: 422 | 429;
}

export async function accountPage(c: Context, site: Site, who: SignedIn, wrong: Wrong = {}): Promise<Response> {
  const [sessions, twoFactor] = await Promise.all([
    listSessions(site.db, who.accountId),
    site.accounts.twoFactorState(who.accountId),
  ]);
  const content = html`<h1>Your account</h1>
    ${saidWords(c.req.query('done'))} ${nameBox(who, wrong)} ${twoFactorBox(twoFactor)} ${passwordBox(who, wrong)}
    ${sessionsBox(sessions, who)}`;
  return doorPage(c, { title: 'Your account', content, who, wide: true, status: wrong.status ?? 200 });
}

export async function namePost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  const typed = (await formOf(c))('name');
  const done = await renameAccount(site.db, who.accountId, typed, site.now());
  return done.ok
    ? onTo(c, '/account?done=name')
    : accountPage(c, site, who, { name: { typed, problem: done.reason }, status: 422 });
}

export async function passwordPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  const form = await formOf(c);
  const now = site.now();
  const wait = await passwordTry(site, who, now);
  if (wait) return accountPage(c, site, who, { current: wait, status: 429 });
  const shops = await listShops(site.db, who.accountId);
  const asked = { current: form('current'), next: form('next') };
  const known = [who.email, who.name, ...shops.map(({ name }) => name)];
  const done = await changePassword(site.db, { ...who, known }, asked, now);
  if (done.ok) return onTo(c, '/account?done=password');
  return accountPage(c, site, who, { ['at' in done ? done.at : 'current']: done.reason, status: 422 });
}

export async function endSessionPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  const id = idIn(c.req.param('session'));
  const ended = id !== undefined && (await endSession(site.db, who.accountId, id));
  if (!ended) return onTo(c, '/account?done=over');
  return onTo(c, id === who.sessionId ? '/sign-in' : '/account?done=session');
}

export async function endOthersPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  await endOtherSessions(site.db, who.accountId, who.sessionId);
  return onTo(c, '/account?done=others');
}

const said: Record<string, string> = {
  name: 'Your name was changed.',
  password: 'Your password was changed. Everywhere else you are signed out.',
  session: 'That browser is signed out.',
  over: 'That browser was signed out already.',
  others: 'Every other browser is signed out.',
  'two-factor-off': 'Signing in asks for your password only.',
};

function saidWords(done = ''): Piece {
  const words = Object.hasOwn(said, done) ? said[done] : undefined;
  return words ? html`<p class="door-said" role="status">${icon('check')}${words}</p>` : '';
}

function nameBox(who: SignedIn, { name }: Wrong): Html {
  return html`<section class="box" aria-labelledby="you">
    <h2 id="you">You</h2>
    <form method="post" action="/account/name">
      ${field({ name: 'name', label: 'Name', value: name?.typed ?? who.name, problem: name?.problem, required: true, autocomplete: 'name', maxlength: 100 })}
      <p class="hint">You sign in as <bdi>${who.email}</bdi>.</p>
      ${button('Keep this name')}
    </form>
  </section>`;
}

function twoFactorBox(state: TwoFactorState): Html {
  const on = state.kind === 'on';
  const words = on
    ? html`<p>Signing in asks for a code of your phone too. You have ${state.codesLeft} codes on paper left.</p>`
    : html`<p>With a code of your phone as well, a stolen password opens nothing. It takes two minutes.</p>`;
  return html`<section class="box" aria-labelledby="factor">
    <h2 id="factor">A second lock ${pill(on ? 'On' : 'Off', on ? 'good' : 'calm')}</h2>
    ${words}
    <p>
      <a class="button ${on ? 'quiet' : 'main'}" href="/account/two-factor"
        >${icon('shield-check')}${on ? 'Look at it' : 'Switch it on'}</a
      >
    </p>
  </section>`;
}

function passwordBox(who: SignedIn, { current, next }: Wrong): Html {
  return html`<section class="box" aria-labelledby="password">
    <h2 id="password">Password</h2>
    <form method="post" action="/account/password">
      ${unseenName(who.email)}
      ${passwordField({ name: 'current', label: 'The one you have', autocomplete: 'current-password', problem: current })}
      ${passwordField({ name: 'next', label: 'A new one', hint: newPasswordHint, autocomplete: 'new-password', problem: next })}
      ${button('Change the password')}
    </form>
  </section>`;
}

function sessionsBox(sessions: Session[], who: SignedIn): Html {
  const others = sessions.some(({ id }) => id !== who.sessionId);
  return html`<section class="box" aria-labelledby="sessions">
    <h2 id="sessions">Where you are signed in</h2>
    <ul class="door-sessions">
      ${sessions.map((session) => sessionLine(session, session.id === who.sessionId))}
    </ul>
    ${others ? press('/account/sessions/others', 'Sign out everywhere else', { icon: 'log-out' }) : ''}
  </section>`;
}

function sessionLine({ id, agent, network, since, lastSeen }: Session, here: boolean): Html {
  const device = deviceWords(agent);
  const from = maskedNetwork(network);
  // Sessions are on the machine's clock.
  const now = new Date();
  const end = press(`/account/sessions/${id}/end`, 'Sign out', { says: `Sign out ${device}, signed in ${agoWords(since, now)}` });
  return html`<li>
    ${icon(isPhone(agent) ? 'smartphone' : 'monitor')}
    <div>
      <strong>${device}</strong> ${here ? pill('This browser', 'good') : ''}
      <p class="quiet">
        ${from ? html`From ${from} · ` : ''}seen ${seenWords(lastSeen, now)} · signed in ${agoWords(since, now)}
      </p>
    </div>
    ${here ? '' : end}
  </li>`;
}
