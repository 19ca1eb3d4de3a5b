import type { Context } from 'hono';
import { html } from 'hono/html';
import { encodeQR } from 'qr';
import type { SignedIn } from '../../../businesses/accounts.ts';
import type { TwoFactorState } from '../../../businesses/accounts-two-factor.ts';
import type { Html } from '../../layout.ts';
import { button, field, icon } from '../../parts.ts';
import type { Site } from '../../site.ts';
import { deviceOf, doorPage, formOf, onTo, passwordField } from './page.ts';
import { passwordTry } from './tries.ts';

interface Wrong {
  /** At which form: to begin, to confirm, to make new codes, to switch off. */
  at: 'begin' | 'confirm' | 'codes' | 'off';
  problem: string;
  status?: 422 | 429;
}

export async function twoFactorPage(c: Context, site: Site, who: SignedIn, wrong?: Wrong): Promise<Response> {
  const state = await site.accounts.twoFactorState(who.accountId);
  const again = c.req.query('again') !== undefined;
  const content = html`<p class="door-over"><a href="/account">Your account</a></p>
    ${state.kind === 'on' ? whenOn(state, wrong) : state.kind === 'begun' && !again ? whenBegun(state, wrong) : whenOff(wrong)}`;
  return doorPage(c, { title: 'A second lock', content, who, wide: true, status: wrong ? (wrong.status ?? 422) : 200 });
}

export async function beginPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  const refused = await prove(c, site, who, (password) => site.accounts.beginTwoFactor(password, deviceOf(c, site)));
  return typeof refused === 'object' ? twoFactorPage(c, site, who, { at: 'begin', ...refused }) : onTo(c, '/account/two-factor');
}

export async function confirmPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  const code = (await formOf(c))('code');
  const done = await site.accounts.confirmTwoFactor(code, deviceOf(c, site));
  if (!done) {
    const problem = 'That is not the code. Use the newest one that your phone shows, and look that its clock is right.';
    return twoFactorPage(c, site, who, { at: 'confirm', problem });
  }
  for (const cookie of done.cookies) c.header('Set-Cookie', cookie, { append: true });
  return codesPage(c, who, done.backupCodes, 'The second lock is on');
}

export async function codesPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  let codes: string[] | undefined;
  const renew = async (password: string): Promise<boolean> => {
    codes = await site.accounts.renewBackupCodes(password, deviceOf(c, site));
    return codes !== undefined;
  };
  const refused = await prove(c, site, who, renew, 'codes-password');
  if (refused || !codes) return twoFactorPage(c, site, who, { at: 'codes', problem: notYours, ...refused });
  return codesPage(c, who, codes, 'New codes on paper');
}

export async function offPost(c: Context, site: Site, who: SignedIn): Promise<Response> {
  let cookies: string[] = [];
  const refused = await prove(c, site, who, async (password) => {
    const done = await site.accounts.endTwoFactor(password, deviceOf(c, site));
    cookies = done?.cookies ?? [];
    return done !== undefined;
  });
  return refused ? twoFactorPage(c, site, who, { at: 'off', ...refused }) : onTo(c, '/account?done=two-factor-off', cookies);
}

const notYours = 'That is not your password.';

/** Undefined when the work was done: what was wrong otherwise. */
async function prove(
  c: Context,
  site: Site,
  who: SignedIn,
  work: (password: string) => Promise<boolean>,
  name = 'password',
): Promise<Pick<Wrong, 'problem' | 'status'> | undefined> {
  const password = (await formOf(c))(name);
  const wait = await passwordTry(site, who, site.now());
  if (wait) return { problem: wait, status: 429 };
  return (await work(password)) ? undefined : { problem: notYours };
}

function whenOff(wrong?: Wrong): Html {
  return html`<h1>A second lock</h1>
    <p>
      Besides your password, signing in will ask for six digits that an app on your phone shows: Google Authenticator, Apple
      Passwords, 1Password, Aegis, any of them.
    </p>
    ${passwordForm({ action: '/account/two-factor/begin', label: 'Your password first', word: 'Go on', main: true, problem: problemAt('begin', wrong) })}`;
}

function whenBegun({ uri, key }: TwoFactorState & { kind: 'begun' }, wrong?: Wrong): Html {
  return html`<h1>Show this to your phone</h1>
    <ol class="door-steps">
      <li>
        <p>Open the app that keeps your codes, add one, and hold the phone’s camera over this:</p>
        <figure class="door-qr">
          ${qrPicture(uri)}
          <figcaption>No camera? Type this key instead: <code>${key.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></figcaption>
        </figure>
      </li>
      <li>
        <form method="post" action="/account/two-factor/confirm">
          ${field({ name: 'code', label: 'Type the six digits that it shows now', problem: problemAt('confirm', wrong), required: true, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 10 })}
          <div class="door-end">
            ${button('Switch it on', { kind: 'main' })} <a href="/account/two-factor?again">Begin anew</a>
          </div>
        </form>
      </li>
    </ol>`;
}

function whenOn({ codesLeft }: TwoFactorState & { kind: 'on' }, wrong?: Wrong): Html {
  const few = codesLeft < 4 ? ' Make new ones soon.' : '';
  return html`<h1>The second lock is on</h1>
    <section class="box" aria-labelledby="codes">
      <h2 id="codes">Codes on paper</h2>
      <p>For when the phone is lost: each works once. ${codesLeft} of them are left.${few}</p>
      ${passwordForm({ action: '/account/two-factor/codes', label: 'Your password, to make ten new ones', word: 'Make new codes', problem: problemAt('codes', wrong), name: 'codes-password' })}
    </section>
    <section class="box" aria-labelledby="off">
      <h2 id="off">Switch it off</h2>
      <p>Then your password alone opens everything.</p>
      ${passwordForm({ action: '/account/two-factor/off', label: 'Your password, to switch it off', word: 'Switch it off', problem: problemAt('off', wrong), danger: true })}
    </section>`;
}

interface PasswordForm {
  action: string;
  label: string;
  word: string;
  problem: string | undefined;
  main?: boolean;
  danger?: boolean;
  name?: string;
}

function passwordForm({ action, label, word, problem, main, danger, name = 'password' }: PasswordForm): Html {
  return html`<form method="post" action="${action}">
    ${passwordField({ name, label, autocomplete: 'current-password', problem })}
    <div class="door-end">${button(word, { kind: main ? 'main' : danger ? 'danger' : 'quiet' })}</div>
  </form>`;
}

function codesPage(c: Context, who: SignedIn, codes: readonly string[], title: string): Response | Promise<Response> {
  const content = html`<h1>${title}</h1>
    <p>
      <strong>Print these ten codes or write them down now: they are never shown again.</strong> Each opens your account once,
      without the phone.
    </p>
    <ul class="door-codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>
    <div class="door-end">
      <button type="button" class="quiet" data-copy="${codes.join('\n')}">${icon('copy')}Copy them</button>
      <a class="button main" href="/account">I have kept them</a>
    </div>`;
  return doorPage(c, { title, content, who, wide: true });
}

// A picture in the page: its address is its content, so no other page can show it.
function qrPicture(uri: string): Html {
  const svg = encodeQR(uri, 'svg', { ecc: 'medium', border: 3 });
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return html`<img src="${source}" alt="A square code for your phone’s camera" width="220" height="220" />`;
}

function problemAt(at: Wrong['at'], wrong: Wrong | undefined): string | undefined {
  return wrong?.at === at ? wrong.problem : undefined;
}
