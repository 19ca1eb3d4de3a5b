import { html } from 'hono/html';
import { reachStep } from '../../../businesses/setup.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, hidden, icon, linkButton } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { coloursForm, type ChosenLook, chosenOf, logoBox, readChosen } from '../settings/look-form.ts';
import { saveLook } from '../settings/look.ts';
import { isStep, pathAfter, pathOf, setUpPage, stepAfter } from './frame.ts';

/** Where the owner left. */
export function resume(visit: Visit): Response {
  return visit.c.redirect(visit.href(pathOf(visit.business.setup_step)), 302);
}

/** On to the next step, whatever of this one was done. */
export async function nextPost(visit: Visit): Promise<Response> {
  const from = textOf(await visit.form(), 'from');
  return isStep(from) ? goOn(visit, from) : visit.c.redirect(visit.href('/welcome'), 303);
}

/** To the shop; the home page says how to go on. */
export function laterPost(visit: Visit): Response {
  return visit.c.redirect(visit.href(''), 303);
}

export async function goOn(visit: Visit, from: Parameters<typeof pathAfter>[0]): Promise<Response> {
  await reachStep(visit.db, visit.business.id, stepAfter(from));
  return visit.c.redirect(visit.href(pathAfter(from)), 303);
}

/** What stands below each step: back, on, and on without it. */
export function skipForm(visit: Visit, from: Parameters<typeof pathAfter>[0], label = 'Skip this'): Html {
  return html`<form class="welcome-skip" method="post" action="${visit.href('/welcome/next')}">
    ${hidden({ from })}${button(label)}
  </form>`;
}

export function lookStep(visit: Visit): Response | Promise<Response> {
  const chosen = readChosen((name) => visit.c.req.query(name) ?? '') ?? chosenOf(visit.business);
  return lookPage(visit, chosen, {});
}

export async function lookStepPost(visit: Visit): Promise<Response> {
  const { chosen, problems } = await saveLook(visit);
  if (problems) return lookPage(visit, chosen, problems);
  // Who uploads a logo, or takes it away, wishes to see the card so.
  const form = await visit.form();
  return 'stay' in form || 'file' in form ? visit.c.redirect(visit.href('/welcome/look'), 303) : goOn(visit, 'look');
}

function lookPage(visit: Visit, chosen: ChosenLook, problems: { colours?: string; logo?: string }): Response | Promise<Response> {
  const content = html`<div class="head">
      <div>
        <h1>How your cards look</h1>
        <p>Your colours and your logo, on every card.</p>
      </div>
    </div>
    <div class="look">
      ${coloursForm(visit, '/welcome/look', chosen, problems.colours, 'Use these, and go on')}
      <div class="look-logo-box">${logoBox(visit, problems.logo)}</div>
    </div>
    ${skipForm(visit, 'look', 'Go on without')}`;
  const status = problems.colours || problems.logo ? 422 : 200;
  return setUpPage(visit, { title: 'How your cards look', step: 'look', content, wide: true, status });
}

export function youStep(visit: Visit): Response | Promise<Response> {
  const { member } = visit;
  const content = html`<div class="head">
      <div>
        <h1>You, and whoever works with you</h1>
        <p>You are signed in as ${member.name} (${member.email}).</p>
      </div>
    </div>
    <section class="box welcome-offer">
      ${icon('shield-check')}
      <div>
        <h2>A second lock</h2>
        <p>
          Your customers’ names and days are behind your password. With a code from your phone on top, a stolen password opens
          nothing.
        </p>
        ${linkButton('/account/two-factor', 'Set up codes from my phone')}
      </div>
    </section>
    <section class="box welcome-offer">
      ${icon('users')}
      <div>
        <h2>Colleagues</h2>
        <p>Invite them by a link. Staff see customers and cards, not these settings.</p>
        ${linkButton(visit.href('/members'), 'Invite somebody')}
      </div>
    </section>
    <form class="welcome-on" method="post" action="${visit.href('/welcome/next')}">
      ${hidden({ from: 'you' })}${button('Go on', { kind: 'main' })}
    </form>`;
  return setUpPage(visit, { title: 'You', step: 'you', content });
}
