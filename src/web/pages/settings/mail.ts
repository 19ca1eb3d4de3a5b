import { html } from 'hono/html';
import { changeSmtp, hasSafeLinks, leaveOwnSmtp, readSmtp, type ShownSmtp, useOwnSmtp } from '../../../businesses/smtp.ts';
import { businessById } from '../../../businesses/business.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, practises } from '../../members-page.ts';
import { linkButton, pill, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { dnsBox, dnsFindings, failure, type MailForm, mailForm, readOwnSmtp, readSeenRev, startValues } from './mail-form.ts';
import { tryMail } from './mail-try.ts';
import { settingsPage } from './tabs.ts';

const PAGE = '/settings/mail';

export async function mailPage(visit: Visit): Promise<Response> {
  return settingsPage(visit, PAGE, await content(visit));
}

/** Keeps the server, and tries it out where that was asked. */
export async function mailPost(visit: Visit): Promise<Response> {
  const saved = await saveMail(visit);
  if ('again' in saved) return settingsPage(visit, PAGE, await content(visit, saved.again), { status: 422 });
  return after(visit, PAGE, { say: saved.say });
}

/** The same for whichever page shows the form: what to say, or what the form has to show again. */
export async function saveMail(visit: Visit): Promise<{ say: string } | { again: Partial<MailForm> & { values: ShownSmtp } }> {
  const { db, business, site, actor } = visit;
  const form = await visit.form();
  const asked = readOwnSmtp(form);
  const { pass: _pass, ...values } = asked;
  const changed = await changeSmtp(db, business.id, { ...asked, seen: readSeenRev(form) }, site, actor);
  if (!changed.ok) return { again: { values, problem: changed.reason } };
  if (textOf(form, 'try') !== '1') return { say: 'Saved. Cards leave by this server once the shop is switched on.' };
  const tried = await tryMail(visit);
  if (tried.ok) return { say: `Saved, and a test is on its way to ${visit.member.email}.` };
  return { again: { values, tried, rev: (await businessById(db, business.id))?.smtp_rev ?? null } };
}

/** One test mail to whoever presses, by the way that mail leaves now. */
export async function mailTest(visit: Visit): Promise<Response> {
  const tried = await tryMail(visit);
  if (tried.ok) return after(visit, PAGE, { say: `A test is on its way to ${visit.member.email}. Look whether it arrives.` });
  return settingsPage(visit, PAGE, await content(visit, { tried }), { status: 422 });
}

/** Between the shop's own server and the installation's way. */
export async function mailOwn(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const on = textOf(await visit.form(), 'on') === '1';
  const { changed } = on ? await useOwnSmtp(db, business.id, actor) : await leaveOwnSmtp(db, business.id, actor);
  if (!changed) return after(visit, PAGE, { say: 'Nothing was different.' });
  const say = on ? 'Cards leave by your own server again.' : 'Your own server is no longer used. What you typed is kept.';
  return after(visit, PAGE, { say, undo: { path: '/settings/mail/own', fields: { on: on ? '0' : '1' } } });
}

export async function mailDns(visit: Visit): Promise<Response> {
  const own = await readSmtp(visit.db, visit.business.id, visit.site.secretKeys);
  const found = await dnsFindings(visit, own?.host ?? visit.site.smtp?.host);
  if (visit.fragment) return visit.c.html(found);
  const back = visit.c.req.query('back') === '/welcome/mail' ? '/welcome/mail' : PAGE;
  const whole = html`<section class="box">
    <h2>Will it arrive?</h2>
    ${found}
    <p>${linkButton(visit.href(back), 'Back')}</p>
  </section>`;
  return settingsPage(visit, PAGE, whole);
}

async function content(visit: Visit, form: Partial<MailForm> = {}): Promise<Html> {
  const { db, business, site } = visit;
  if (business.sample) return sampleBox;
  const own = await readSmtp(db, business.id, site.secretKeys);
  const values = form.values ?? startValues(visit, own && { host: own.host, port: own.port, user: own.user });
  const inForm = form.values !== undefined || own !== undefined;
  return html`<div class="stack">
    ${stateBox(visit, own?.host)} ${form.tried && !form.tried.ok && !inForm ? failure(form.tried) : ''}
    ${hasSafeLinks(site.publicUrl) ? mailForm(visit, { page: PAGE, kept: own !== undefined, ...(inForm ? form : {}), values }) : unsafeBox}
    ${dnsBox(visit, PAGE)}
  </div>`;
}

/** How mail leaves now, in a sentence, and what can be done about it. */
function stateBox(visit: Visit, kept: string | undefined): Html {
  const { business, site } = visit;
  const own = business.smtp_rev !== null;
  const way = own
    ? html`Cards leave by <strong>${kept ?? 'your own server'}</strong>.`
    : site.practice
      ? html`There is no mail server yet, so cards go to the outbox here and to nobody else.`
      : html`Cards leave by the mail server of this Fondly (${site.smtp?.host}).`;
  return html`<section class="box mail-state">
    <h2>How mail leaves ${practises(visit) ? pill('Practice', 'warn') : pill('For real', 'good')}</h2>
    <p>${way}</p>
    <p class="actions">
      ${own || !site.practice ? press(visit.href('/settings/mail/test'), 'Send me a test', { icon: 'send' }) : ''}
      ${own ? press(visit.href('/settings/mail/own'), 'Stop using it', { fields: { on: '0' } }) : ''}
      ${!own && kept !== undefined ? press(visit.href('/settings/mail/own'), `Use ${kept} again`, { fields: { on: '1' } }) : ''}
      ${business.live_at === null && (own || !site.practice) ? linkButton(visit.href('/switch-on'), 'Switch the shop on') : ''}
    </p>
  </section>`;
}

const sampleBox = html`<section class="box">
  <h2>How mail leaves</h2>
  <p>
    It does not: the sample shop is for looking around, and nothing of it ever leaves this machine. Its cards are under “Sent”.
  </p>
</section>`;

const unsafeBox = html`<section class="box">
  <h2>Not yet</h2>
  <p>
    The links in cards are keys, so they may only travel encrypted. Whoever runs this Fondly puts a web server with a certificate
    in front of it and sets PUBLIC_URL to its https:// address; then mail can leave.
  </p>
</section>`;
