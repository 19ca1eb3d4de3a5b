import { html } from 'hono/html';
import { localDayOf } from '../../../calendar/instant.ts';
import { newestCustomers } from '../../../customers/called.ts';
import { addCustomer } from '../../../customers/customer.ts';
import { readLine } from '../../../customers/one-line.ts';
import type { Form } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, field, hidden, icon, linkButton } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { setUpPage } from './frame.ts';
import { skipForm } from './steps.ts';

const LINES = 3;
const EXAMPLES = [
  'Maria Lopez, maria@example.com, 14 March',
  'Tom Baker, tom@example.org, wedding 2 May 2011',
  'Dr. Ines Faure, ines@example.net, 3 Oct 1968',
];

interface Line {
  text: string;
  problem?: string;
  /** It can be added as it is, once somebody said so. */
  doubt?: boolean;
}

/** Whom the shop cares for: a file, three by hand, or the sample shop. */
export function customersStep(visit: Visit): Promise<Response> {
  return page(visit, []);
}

/** Adds who was understood; the others stand in the form again, each with what is to be said about it. */
export async function customersStepPost(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const left: Line[] = [];
  for (const text of linesOf(form)) {
    const line = await addOne(visit, text, form['sure'] === '1');
    if (line) left.push(line);
  }
  return left.length > 0 ? page(visit, left) : visit.c.redirect(visit.href('/welcome/customers'), 303);
}

function linesOf(form: Form): string[] {
  const all = [form['line'] ?? []].flat().filter((line) => typeof line === 'string');
  return all
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 20);
}

/** Undefined once they are in. Whom an owner types in their first hour is no new customer: nobody is welcomed after years. */
async function addOne({ db, business, actor, now }: Visit, text: string, sure: boolean): Promise<Line | undefined> {
  const read = readLine(text, { country: business.country, today: localDayOf(now, business.zone) });
  if (!read.ok) return { text, problem: read.reason };
  if (read.questions.length > 0 && !sure)
    return { text, problem: read.questions.map((question) => question.text).join(' '), doubt: true };
  const added = await addCustomer(db, business.id, { joinedOn: null, ...read.customer }, actor);
  return added.ok ? undefined : { text, problem: added.reason };
}

async function page(visit: Visit, lines: Line[]): Promise<Response> {
  const known = await newestCustomers(visit.db, visit.business.id, 6);
  const content = html`<div class="head">
      <div>
        <h1>Your customers</h1>
        <p>Names, addresses and days. Begin with a file, or with the three people you think of first.</p>
      </div>
    </div>
    ${known.length > 0 ? knownBox(visit, known) : ''}
    <section class="box welcome-offer">
      ${icon('upload')}
      <div>
        <h2>Bring a file</h2>
        <p>
          From Excel, Google, Outlook, Square, Shopify or a phone. Nothing is written before you have seen what will happen, and
          all of it can be undone.
        </p>
        ${linkButton(visit.href('/imports'), 'Import a file')}
      </div>
    </section>
    ${linesForm(visit, lines)} ${sampleBox}
    ${known.length > 0 ? goOnForm(visit) : skipForm(visit, 'customers', 'I will add them later')}`;
  return setUpPage(visit, { title: 'Your customers', step: 'customers', content, status: lines.length > 0 ? 422 : 200 });
}

function linesForm(visit: Visit, lines: Line[]): Html {
  const shown = [...lines, ...Array.from({ length: Math.max(0, LINES - lines.length) }, (): Line => ({ text: '' }))];
  const doubtful = lines.length > 0 && lines.every(({ doubt }) => doubt);
  return html`<form class="box" method="post" action="${visit.href('/welcome/customers')}" data-keep>
    <h2>Or type three</h2>
    <p class="hint">One line each, as you would say it: the name, the address, the birthday.</p>
    ${shown.map(({ text, problem }, at) =>
      field({
        name: 'line',
        form: `line-${at}`,
        label: ['First', 'Second', 'Third'][at] ?? `Line ${at + 1}`,
        value: text,
        problem,
        placeholder: EXAMPLES[at] ?? '',
        autocomplete: 'off',
        maxlength: 1000,
      }),
    )}
    ${doubtful ? hidden({ sure: '1' }) : ''}
    <p>${button(doubtful ? 'Add them as they are' : 'Add them', { kind: 'main', icon: 'plus' })}</p>
  </form>`;
}

function knownBox(visit: Visit, names: string[]): Html {
  const shown = names.slice(0, 5).join(', ');
  return html`<p class="welcome-known" role="status">
    ${icon('check')}<span
      >${shown}${names.length > 5 ? ' and others' : ''} ${names.length === 1 ? 'is' : 'are'} here.
      <a href="${visit.href('/customers')}">See all</a></span
    >
  </p>`;
}

function goOnForm(visit: Visit): Html {
  return html`<form class="welcome-on" method="post" action="${visit.href('/welcome/next')}">
    ${hidden({ from: 'customers' })}${button('Go on', { kind: 'main' })}
  </form>`;
}

const sampleBox = html`<section class="box welcome-offer">
  ${icon('store')}
  <div>
    <h2>Look around first</h2>
    <p>
      A florist’s shop with 200 made-up customers, beside your own. Nothing of it can be mailed, and it goes away at one press.
    </p>
    <form method="post" action="/welcome/sample">${button('Show me the sample shop')}</form>
  </div>
</section>`;
