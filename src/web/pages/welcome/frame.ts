import type { Context } from 'hono';
import { html } from 'hono/html';
import { SETUP_STEPS, type SetupStep } from '../../../businesses/setup.ts';
import { htmx, membersStyle, script } from '../../assets.ts';
import { forMembers } from '../../headers.ts';
import { type Html, logo } from '../../layout.ts';
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
  forMembers(c);
  return c.html(document(page), page.status ?? 200);
}

function document({ title, shop, line, leave, content, wide }: Framed): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}' />
        <title>${title} · ${shop ?? 'Fondly'}</title>
        <link rel="icon" href="/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${membersStyle.path}" />
        <script src="${htmx.path}" defer></script>
        <script src="${script.path}" defer></script>
      </head>
      <body class="app welcome">
        <a class="skip" href="#content">Skip to the content</a>
        <header class="welcome-top">
          <span class="mark">${logo}<span>Fondly</span></span>
          ${leave}
        </header>
        <nav class="welcome-steps" aria-label="Steps">
          <ol>
            ${line.map(stepItem)}
          </ol>
        </nav>
        <main id="content" class="${wide ? 'wide' : ''}" tabindex="-1">${content}</main>
      </body>
    </html>`;
}

function stepItem({ name, now, to }: Framed['line'][number]): Html {
  if (now) return html`<li aria-current="step"><span>${name}</span></li>`;
  return to === undefined
    ? html`<li><span>${name}</span></li>`
    : html`<li class="reached"><a href="${to}">${icon('check')}${name}</a></li>`;
}
