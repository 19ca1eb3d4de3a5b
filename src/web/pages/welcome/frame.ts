import type { Context } from 'hono';
import { html } from 'hono/html';
import { SETUP_STEPS, type SetupStep } from '../../../businesses/setup.ts';
import { appPage, type Html, logo } from '../../layout.ts';
import { icon, type Piece, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

type Step = Exclude<SetupStep, 'done'>;

/** The steps as their line names them; the shop's name and colours are one. */
const steps: { step: Step; path: string; name: string }[] = [
  { step: 'look', path: '/welcome/look', name: 'Your shop' },
  { step: 'you', path: '/welcome/you', name: 'You' },
  { step: 'customers', path: '/welcome/customers', name: 'Customers' },
  { step: 'cards', path: '/welcome/cards', name: 'Cards' },
  { step: 'mail', path: '/welcome/mail', name: 'Mail' },
  { step: 'start', path: '/switch-on', name: 'Switch on' },
];

export interface SetUpPage {
  title: string;
  step: Step;
  content: Html;
  /** For pages with a card beside the form. */
  wide?: boolean;
  status?: 200 | 422;
}

/** One step of a shop's first run, without the app around it: only what is asked now, and where one is. */
export function setUpPage(visit: Visit, page: SetUpPage): Response | Promise<Response> {
  const done = SETUP_STEPS.indexOf(visit.business.setup_step);
  const line = steps.map(({ step, path, name }) => {
    const reached = SETUP_STEPS.indexOf(step) <= done;
    return { name, now: step === page.step, to: reached && step !== page.step ? visit.href(path) : undefined };
  });
  const leave = press(visit.href('/welcome/later'), 'Go to the shop', { icon: 'chevron-right' });
  return answer(visit.c, { ...page, shop: visit.business.name, line, leave });
}

/** The first question, asked before there is a shop. */
export function firstPage(c: Context, page: Omit<SetUpPage, 'step'>): Response | Promise<Response> {
  return answer(c, {
    ...page,
    shop: undefined,
    line: steps.map(({ name }, at) => ({ name, now: at === 0, to: undefined })),
    leave: '',
  });
}

/** Where the step after this one is. */
export function pathAfter(step: Step): string {
  const at = steps.findIndex((one) => one.step === step);
  return steps[at + 1]?.path ?? '';
}

export function stepAfter(step: Step): SetupStep {
  return SETUP_STEPS[SETUP_STEPS.indexOf(step) + 1] ?? 'done';
}

export function pathOf(step: SetupStep): string {
  return steps.find((one) => one.step === step)?.path ?? '';
}

export function isStep(text: string): text is Step {
  return steps.some(({ step }) => step === text);
}

interface Framed extends Omit<SetUpPage, 'step'> {
  shop: string | undefined;
  line: { name: string; now: boolean; to: string | undefined }[];
  leave: Piece;
}

function answer(c: Context, page: Framed): Response | Promise<Response> {
  return c.html(document(page), page.status ?? 200);
}

function document({ title, shop, line, leave, content, wide }: Framed): Html {
  const body = html`<a class="skip" href="#content">Skip to the content</a>
    <header class="welcome-top">
      <span class="mark">${logo}<span>Fondly</span></span>
      ${leave}
    </header>
    <nav class="welcome-steps" aria-label="Steps">
      <ol>
        ${line.map(stepItem)}
      </ol>
    </nav>
    <main id="content" class="${wide ? 'wide' : ''}" tabindex="-1">${content}</main>`;
  return appPage({ title: `${title} · ${shop ?? 'Fondly'}`, kind: 'welcome', body, live: true });
}

function stepItem({ name, now, to }: Framed['line'][number]): Html {
  if (now) return html`<li aria-current="step"><span>${name}</span></li>`;
  return to === undefined
    ? html`<li><span>${name}</span></li>`
    : html`<li class="reached"><a href="${to}">${icon('check')}${name}</a></li>`;
}
