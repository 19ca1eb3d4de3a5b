import { html } from 'hono/html';
import { reachStep } from '../../../businesses/setup.ts';
import type { Tried } from '../../../businesses/smtp-test.ts';
import { hasSafeLinks, isHere } from '../../../businesses/smtp.ts';
import { type DryRun, dryRun } from '../../../touchpoints/dry-run.ts';
import { sentenceFor } from '../../../touchpoints/reasons.ts';
import { leavePractice } from '../../../touchpoints/switch-on.ts';
import { textOf } from '../../forms.ts';
import { dayWords, hour, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, hidden, icon, linkButton, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { tryServer } from '../settings/mail-try.ts';
import { setUpPage } from './frame.ts';

type Refused = Extract<Tried, { ok: false }>;

/** What would go out if the shop were switched on now, and the button that does it. */
export async function startPage(visit: Visit): Promise<Response> {
  return page(visit, {});
}

/** From practice to real mail, for good. Where the mail server lets nobody in, its owner is told first, and may do it anyway. */
export async function startPost(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const obstacle = obstacleTo(visit);
  if (obstacle) return page(visit, { problem: obstacle });
  const anyway = textOf(await visit.form(), 'anyway') === '1';
  const tried = anyway || business.live_at !== null ? undefined : await tryServer(visit);
  if (tried?.ok === false) return page(visit, { refused: tried });
  const { changed } = await leavePractice(db, business, actor);
  await reachStep(db, business.id, 'done');
  const next = anyway ? 'Its cards wait until the mail server lets Fondly in.' : 'Its next cards are mailed for real.';
  const say = changed ? `${business.name} is live. ${next}` : 'It was live already.';
  return after(visit, '', { say, undo: { path: '/pause', label: 'Pause everything' } });
}

/** Tries the mail server, for whoever has the page open: signs in and out, and sends nothing. */
export async function startTry(visit: Visit): Promise<Response> {
  const obstacle = obstacleTo(visit);
  if (obstacle || visit.business.live_at !== null) return page(visit, { problem: obstacle });
  const tried = await tryServer(visit);
  if (!visit.fragment) return page(visit, tried.ok ? {} : { refused: tried });
  if (tried.ok) return visit.c.html(letIn);
  // What is known to fail is not offered as if it were not: the button goes with the line.
  return visit.c.html(refusedBox(visit, tried), 200, { 'HX-Retarget': '#switch-press' });
}

/** Why it cannot be switched on yet. */
function obstacleTo({ business, site }: Visit): string | undefined {
  if (business.sample) return 'The sample shop is for looking around, and never sends anything for real.';
  if (!hasSafeLinks(site.publicUrl))
    return 'Fondly must be reached by https:// first (PUBLIC_URL), because the links in cards are keys.';
  if (business.smtp_rev === null && site.practice) return 'Say first how mail leaves: there is no mail server yet.';
  return undefined;
}

interface Hindrance {
  problem?: string | undefined;
  /** What the mail server had against it. */
  refused?: Refused;
}

async function page(visit: Visit, hindrance: Hindrance): Promise<Response> {
  const { db, business, now } = visit;
  const status = hindrance.problem || hindrance.refused ? 422 : 200;
  const content = business.live_at === null ? planned(visit, await dryRun(db, business, now), hindrance) : alreadyLive(visit);
  const title = 'Switch on';
  return business.setup_step === 'done'
    ? membersPage(visit, { title, section: 'settings', content, status })
    : setUpPage(visit, { title, step: 'start', content, status });
}

/** Links in cards lead to PUBLIC_URL, which on this machine only is no use to a customer. */
function onlyHere({ site }: Visit): Html | '' {
  if (!isHere(site.publicUrl)) return '';
  return html`<p class="problem">
    The links in cards lead to ${site.publicUrl}, which only this machine can open: customers could not unsubscribe or answer. Set
    PUBLIC_URL to the https:// address of Fondly before you send to anybody but yourself.
  </p>`;
}

function planned(visit: Visit, run: DryRun, { problem, refused }: Hindrance): Html {
  return html`<div class="head">
      <div>
        <h1>The next 30 days</h1>
        <p>This is what would go out, if you switched on now. Nothing has left this machine yet.</p>
      </div>
    </div>
    ${problemBox(problem)} ${refused ? refusedBox(visit, refused) : ''} ${onlyHere(visit)} ${summary(run)}
    ${run.days.length > 0 ? dayList(visit, run) : ''} ${nothingTo(run)} ${refused ? stayForm(visit) : switchBox(visit, run)}`;
}

function summary({ cards, more, again, unplanned }: DryRun): Html {
  const words =
    cards === 0 ? 'No card is due in the next 30 days.' : `${more ? 'More than ' : ''}${count(cards, 'card', 'cards')}.`;
  return html`<p class="welcome-sum">${words}</p>
    ${again > 0 ? html`<p>${count(again, 'more card was', 'more cards were')} practised today already, and would go for real while still in time.</p>` : ''}
    ${unplanned ? html`<p role="status">Many customers are still being planned, so these numbers will grow. Look again in a moment.</p>` : ''}`;
}

function dayList(visit: Visit, { days }: DryRun): Html {
  const today = todayOf(visit);
  return html`<ul class="rows welcome-days">
    ${days.map(
      ({ day, cards, first }) =>
        html`<li>
          <strong>${dayWords(day, today)}</strong>
          <span
            >${first.map((one, at) => html`${at > 0 ? ', ' : ''}${one.customer} <small>(${one.occasion}, ${hour(one.dueAt, one.zone)})</small>`)}${rest(cards - first.length)}</span
          >
        </li>`,
    )}
  </ul>`;
}

function nothingTo({ without }: DryRun): Html | '' {
  if (without.length === 0) return '';
  return html`<section class="box">
    <h2>Nothing goes to</h2>
    <ul class="welcome-nothing">
      ${without.map(
        ({ reason, count: cards, first }) =>
          html`<li>
            <strong>${first.map(({ customer }) => customer).join(', ')}${rest(cards - first.length)}</strong>
            <span>${sentenceFor(reason)}</span>
          </li>`,
      )}
    </ul>
    <p class="quiet">The home page has the repair for each of them.</p>
  </section>`;
}

function switchBox(visit: Visit, { cards }: DryRun): Html {
  const obstacle = obstacleTo(visit);
  return html`<section class="box welcome-switch">
    ${
      obstacle
        ? html`<p>${icon('info')} ${obstacle}</p>
            ${visit.business.sample ? '' : linkButton(mailPlace(visit), 'How mail leaves')}`
        : html`<p>From then on cards are mailed for real. You can pause everything at any time, from every page.</p>
            <div id="switch-press">
              <p class="quiet" hx-post="${visit.href('/switch-on/try')}" hx-trigger="load" hx-swap="outerHTML">
                Before that, Fondly signs in to the mail server and out again, to see that it is let in.
              </p>
              <form method="post" action="${visit.href('/switch-on')}">
                ${button(cards === 0 ? 'Switch on' : `Switch on: ${count(cards, 'card', 'cards')} in 30 days`, { kind: 'main', icon: 'send' })}
              </form>
            </div>`
    }
    ${stayForm(visit)}
  </section>`;
}

const letIn = html`<p class="quiet" role="status">${icon('check')} The mail server lets Fondly in.</p>`;

/** What the server said, where that is mended, and the press for whoever knows better. */
function refusedBox(visit: Visit, { advice, said }: Refused): Html {
  const { business, site, href } = visit;
  const whose =
    business.smtp_rev === null
      ? html`It is the server of this Fondly (${site.smtp?.host}): whoever runs it mends it (SMTP_URL), or your shop uses a mail
        server of its own.`
      : '';
  return html`<div class="mail-failed welcome-refused" role="alert">
    <p><strong>The mail server does not let Fondly in, so ${business.name} still practises.</strong> ${advice} ${whose}</p>
    ${said ? html`<p class="mail-said">“${said}”</p>` : ''}
    <p class="actions">${linkButton(mailPlace(visit), 'Mend how mail leaves', { kind: 'main' })}</p>
    <form method="post" action="${href('/switch-on')}">
      ${hidden({ anyway: '1' })}${button('Switch on anyway: cards wait until the server answers', { icon: 'send' })}
    </form>
    <p class="quiet">A card that waits until it is too late does not go afterwards.</p>
  </div>`;
}

function mailPlace({ business, href }: Visit): string {
  return href(business.setup_step === 'done' ? '/settings/mail' : '/welcome/mail');
}

function stayForm(visit: Visit): Html | '' {
  if (visit.business.setup_step === 'done') return '';
  return html`<form method="post" action="${visit.href('/welcome/next')}">
    ${hidden({ from: 'start' })}${button('Stay in practice, and go to the shop')}
  </form>`;
}

function alreadyLive(visit: Visit): Html {
  return html`<div class="head"><h1>${visit.business.name} is live</h1></div>
    <p>Its cards are mailed for real. To stop them all at once, pause.</p>
    ${linkButton(visit.href(''), 'To the next 30 days', { kind: 'main' })}`;
}

function rest(others: number): string {
  return others > 0 ? ` and ${others.toLocaleString('en')} more` : '';
}

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}
