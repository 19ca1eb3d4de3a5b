import { html } from 'hono/html';
import { localDayOf } from '../../../calendar/instant.ts';
import { type Answers, namesNothing, type UnderstoodColumn, understand } from '../../../customers/import/answers.ts';
import type { FoundImport } from '../../../customers/import/report.ts';
import { answersOf } from '../../../customers/import/runs.ts';
import type { DateOrder } from '../../../customers/import/dates.ts';
import type { Look } from '../../../customers/import/look.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, check, choice, type Piece, press, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { choiceOptions, whatItDoes } from './choices.ts';
import { head } from './head.ts';
import { count, meant, number } from './words.ts';

/** What each column holds, with samples, and why the shop may write: everything that is asked before a dry run. */
export async function columnsPage(visit: Visit, found: FoundImport & { look: Look }, problem?: string): Promise<Response> {
  const answers = answersOf(found.run);
  const content = html`${head(visit, found, introduction(found))}
    <form
      class="imports-columns"
      method="post"
      action="${visit.href(`/imports/${found.run.id}/columns`)}"
      hx-post="${visit.href(`/imports/${found.run.id}/columns`)}"
      hx-trigger="change"
      hx-target="#imports-understood"
      hx-swap="outerMorph"
    >
      ${problemBox(problem)} ${understoodPart(visit, found, answers)} ${basisPart(answers, problem)}
      <div class="actions imports-go">${button('See what would happen', { kind: 'main', icon: 'eye' })}</div>
    </form>
    ${press(visit.href(`/imports/${found.run.id}/cancel`), 'Throw this file away', { icon: 'trash-2' })}`;
  return membersPage(visit, { title: 'What the columns hold', section: 'customers', content, ...(problem && { status: 422 }) });
}

/** The columns as they are understood by what was said so far. */
export function understoodPart(visit: Visit, { look, inspection }: FoundImport & { look: Look }, answers: Answers): Html {
  if (inspection?.kind === 'vcard') return cardsPart(look);
  const { columns, open } = understand(look, answers);
  const reach = open.find(({ column }) => column === undefined);
  const today = localDayOf(visit.now, visit.business.zone);
  const aside = isLeftOut(look, answers);
  const [kept, leftOut] = [columns.flatMap((_, i) => (aside[i] ? [] : [i])), columns.flatMap((_, i) => (aside[i] ? [i] : []))];
  const firstOpen = columns.findIndex(({ order }) => order !== undefined && 'question' in order);
  const part = (i: number): Html =>
    columnPart(columns[i]!, i, { rows: look.rows, today, answer: answers.orders?.[i], firstOpen });
  return html`<div id="imports-understood">
    ${
      namesNothing(look) || answers.headless !== undefined
        ? html`<input type="hidden" name="has-headless" value="1" />${check({
              name: 'headless',
              label: 'The first line is a customer, and not the names of the columns',
              checked: answers.headless ?? look.headless,
            })}`
        : ''
    }
    ${reach ? problemBox('Say which column holds the names or the e-mail addresses: without either nobody can come in.') : ''}
    ${fieldList(kept.map((i) => part(i)))} ${leftOut.length === 0 ? '' : leftOutPart(leftOut, columns, answers, part)}
  </div>`;
}

// What a file's program always writes and nobody asks for stands apart, and stays where it is when it is chosen after all.
function isLeftOut(look: Look, answers: Answers): boolean[] {
  const { headless } = answers;
  return understand(look, headless === undefined ? {} : { headless }).columns.map(
    ({ choice: guess, filled }) => guess === 'ignore' || filled === 0,
  );
}

function leftOutPart(places: number[], columns: UnderstoodColumn[], answers: Answers, part: (i: number) => Html): Html {
  const isChosen = places.some(
    (i) => answers.fields?.[i] !== undefined && columns[i]?.choice !== 'ignore' && columns[i]?.filled !== 0,
  );
  return html`<details class="imports-left" ${isChosen ? html`open` : ''}>
    <summary>${count(places.length, 'column')} left out, or empty</summary>
    ${fieldList(places.map((i) => part(i)))}
  </details>`;
}

function fieldList(parts: Html[]): Html {
  return html`<ol class="rows imports-fields">
    ${parts}
  </ol>`;
}

function introduction({ run, inspection }: FoundImport): string {
  const rows = count(run.rows ?? 0, inspection?.kind === 'vcard' ? 'address card' : 'row');
  return inspection?.kind === 'vcard'
    ? `${rows}. Say why you may write to these people, then see what would happen. Nothing has come in yet.`
    : `${rows}. Is each column understood rightly? Nothing has come in yet.`;
}

interface Around {
  rows: number;
  today: string;
  answer: DateOrder | undefined;
  /** The place of the first column whose dates are asked about; the others go by its answer. */
  firstOpen: number;
}

function columnPart(column: UnderstoodColumn, i: number, around: Around): Html {
  const { name, samples, choice: chosen } = column;
  return html`<li class="${chosen === 'ignore' ? 'imports-out' : ''}">
    <div class="imports-name">
      <label for="field-${i}">${name.trim() || `Column ${i + 1}`}</label>
      <p class="imports-samples">${samples.length === 0 ? 'empty' : samples.map((text) => html`<span>${text}</span>`)}</p>
    </div>
    <div class="imports-choice">
      <select id="field-${i}" name="field-${i}" aria-describedby="does-${i}">
        ${choiceOptions(column)}
      </select>
      <p class="hint" id="does-${i}" aria-live="polite">
        ${column.hint === 'days' ? 'These look like dates. Which day is it? ' : ''}${whatItDoes(column, around.rows)}
      </p>
      ${orderPart(column, i, around)}
    </div>
  </li>`;
}

/** Which number is the month: asked with the file's own dates, or how it is known. */
function orderPart({ order, seen, name }: UnderstoodColumn, i: number, { today, answer, firstOpen }: Around): Piece {
  if (!order) return '';
  const isMixed = seen.dmy.length > 0 && seen.mdy.length > 0;
  if ('question' in order)
    return i === firstOpen || isMixed
      ? orderQuestion(order.samples, i, today)
      : html`<p class="hint">Its dates go by your answer above.</p>`;
  if (answer) return orderQuestion([...seen.open, ...seen.dmy, ...seen.mdy], i, today, answer);
  if (order.order === undefined || order.order === 'ymd') return '';
  const proof = seen[order.order][0];
  const example = seen.open[0] ?? proof;
  const reading = example && meant(example, order.order, today);
  if (!reading) return '';
  const why = order.settledBy !== undefined && order.settledBy !== name ? `, as in “${order.settledBy}”` : '';
  const shown = proof !== undefined && proof !== example ? `, as ${proof} shows` : why;
  return html`<p class="hint">
    ${order.order === 'mdy' ? 'The month comes first' : 'The day comes first'}${shown}: ${example} is ${reading}.
  </p>`;
}

function orderQuestion(samples: string[], i: number, today: string, answer?: DateOrder): Html {
  const first = samples.find((sample) => meant(sample, 'dmy', today) && meant(sample, 'mdy', today));
  const [dmy, mdy] = [meant(first ?? '', 'dmy', today), meant(first ?? '', 'mdy', today)];
  const mixed = `Some dates have the day first, some the month: ${samples.slice(0, 4).join(', ')}. What goes for those that can be either?`;
  return html`<div class="imports-question">
    ${choice({
      name: `order-${i}`,
      label: first ? `Which day is ${first}?` : mixed,
      value: answer,
      options: [
        { value: 'dmy', label: dmy ?? 'The day comes first', hint: others(samples, first, 'dmy', today) },
        { value: 'mdy', label: mdy ?? 'The month comes first', hint: others(samples, first, 'mdy', today) },
      ],
    })}
  </div>`;
}

function others(samples: string[], first: string | undefined, order: 'dmy' | 'mdy', today: string): string {
  const rest = samples.filter((sample) => sample !== first).slice(0, 2);
  const said = rest.flatMap((sample) =>
    meant(sample, order, today) ? [`${sample} is then ${meant(sample, order, today)}`] : [],
  );
  return said.join('; ');
}

function cardsPart({ columns, rows }: Look): Html {
  const [name, email, birthday] = columns;
  const lines: [string, number][] = [
    ['with a name', name?.filled ?? 0],
    ['with an e-mail address', email?.filled ?? 0],
    ['with a birthday', birthday?.filled ?? 0],
  ];
  return html`<div id="imports-understood" class="box">
    <ul class="imports-tiles">
      <li><strong>${number(rows)}</strong> ${rows === 1 ? 'card' : 'cards'}</li>
      ${lines.map(([words, value]) => html`<li><strong>${number(value)}</strong> ${words}</li>`)}
    </ul>
    <p class="imports-samples">${(name?.samples ?? []).map((text) => html`<span>${text}</span>`)}</p>
  </div>`;
}

function basisPart({ basis }: Answers, problem: string | undefined): Html {
  return html`<div class="box imports-basis">
    ${choice({
      name: 'basis',
      label: 'Who are these people to you?',
      value: basis,
      hint: 'It goes for the new ones. Who is here already keeps what they have.',
      problem: problem !== undefined && basis === undefined ? 'Choose one of these.' : undefined,
      options: [
        {
          value: 'customer',
          label: 'Customers of ours',
          hint: 'They bought from you or come to you. Cards go to them, each with a link to say no.',
        },
        {
          value: 'consent',
          label: 'They agreed to get mail from us',
          hint: 'You can show where and when they did. Cards go to them.',
        },
        {
          value: 'none',
          label: 'Neither, or nobody knows',
          hint: 'They come in, and nothing is sent to them. It can be changed on each one’s page.',
        },
      ],
    })}
  </div>`;
}
