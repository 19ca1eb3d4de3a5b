import { html } from 'hono/html';
import { listMembers } from '../../../businesses/members.ts';
import { countTasks, listTasks, type Task } from '../../../answers/follow-up-list.ts';
import { daysBetween } from '../../../calendar/day.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { type Closing, LONGEST_NOTE } from '../../../customers/follow-ups.ts';
import { dayWords, moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { area, button, choice, empty, field, icon, pager, pill, press, problemBox, select } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { whyTheyLeftPart } from './why-they-left.ts';

const A_PAGE = 30;

/** A form about a task that could not be kept: which one, what was typed, and what is wrong. */
export interface TriedTask {
  id: string;
  problem: string;
  typed: Record<string, string>;
}

const VIEWS = [
  { key: 'open', label: 'Open' },
  { key: 'mine', label: 'Mine' },
  { key: 'closed', label: 'Closed' },
] as const;
type View = (typeof VIEWS)[number]['key'];

/** Whom to get in touch with: what is overdue first. */
export async function tasksPage(visit: Visit, tried?: TriedTask): Promise<Response> {
  const { db, business, now, c, member } = visit;
  const today = localDayOf(now, business.zone);
  const view = VIEWS.find(({ key }) => key === c.req.query('show'))?.key ?? 'open';
  const filter = {
    closed: view === 'closed',
    ...(view === 'mine' ? { assignedTo: member.id } : {}),
    ...afterIn(c.req.query('after'), view),
  };
  const [tasks, counts, members, left] = await Promise.all([
    listTasks(db, business.id, filter, A_PAGE + 1, [business.locale, 'en']),
    countTasks(db, business.id, today),
    listMembers(db, business.id),
    view === 'mine' ? '' : whyTheyLeftPart(visit, today),
  ]);
  const shown = tasks.slice(0, A_PAGE);
  const content = html`<div class="head">
      <div>
        <h1>Follow-ups</h1>
        <p>${countWords(counts)}</p>
      </div>
    </div>
    ${tabs(visit, view, counts.open)}
    ${shown.length === 0 ? noTasks(view) : html`<div class="answers-tasks">${shown.map((task) => taskBox(visit, task, { today, members, tried }))}</div>`}
    ${pager({ next: tasks.length > A_PAGE ? nextPage(visit, view, shown.at(-1)!) : undefined })} ${left}`;
  return membersPage(visit, { title: 'Follow-ups', section: 'follow-ups', content, ...(tried ? { status: 422 as const } : {}) });
}

function afterIn(text: string | undefined, view: View): { after: { at: string; id: string } } | object {
  const [at = '', id] = (text ?? '').split('~');
  const known = idIn(id);
  const fits = isInstant(at) && (view === 'closed' || /^\d{4}-\d\d-\d\d$/.test(at));
  return known !== undefined && fits ? { after: { at, id: known } } : {};
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}

function nextPage({ href }: Visit, view: View, { dueOn, closedAt, id }: Task): string {
  const at = view === 'closed' ? (closedAt?.toISOString() ?? '') : dueOn;
  return href(`/follow-ups?show=${view}&after=${encodeURIComponent(`${at}~${id}`)}`);
}

function countWords({ open, overdue }: { open: number; overdue: number }): string {
  if (open === 0) return 'Nobody waits for you.';
  const all = open >= 1000 ? 'More than a thousand wait' : open === 1 ? 'One customer waits' : `${open} customers wait`;
  return `${all} for a word from you${overdue === 0 ? '.' : `, ${overdue < open ? `${overdue} of them overdue` : open === 1 ? 'and it is overdue' : 'and all are overdue'}.`} Until a low answer is closed, no other card goes to that customer.`;
}

function tabs({ href }: Visit, view: View, open: number): Html {
  return html`<nav class="tabs" aria-label="Which">
    ${VIEWS.map(
      ({ key, label }) =>
        html`<a href="${href(`/follow-ups?show=${key}`)}" ${key === view ? html`aria-current="page"` : ''}
          >${label}${key === 'open' && open > 0 ? ` (${open >= 1000 ? '1,000+' : open})` : ''}</a
        >`,
    )}
  </nav>`;
}

function noTasks(view: View): Html {
  if (view === 'closed')
    return empty({ title: 'Nothing closed yet', text: 'What you close is kept here, and can be opened again.' });
  if (view === 'mine') return empty({ title: 'Nothing of yours', text: 'Tasks that are given to you stand here.' });
  return empty({
    title: 'Nobody waits for you',
    text: 'When somebody answers a survey badly, or their mail comes back, it stands here with a day by which to get in touch.',
  });
}

interface Around {
  today: string;
  members: readonly { id: string; name: string }[];
  tried: TriedTask | undefined;
}

function taskBox(visit: Visit, task: Task, around: Around): Html {
  const tried = around.tried?.id === task.id ? around.tried : undefined;
  return html`<article class="box" id="task-${task.id}">
    <div class="answers-task-head">
      <h2><a href="${visit.href(`/customers/${task.customerId}`)}">${task.customer}</a></h2>
      ${duePill(task, around.today)}
    </div>
    <p class="quiet">
      ${REASONS[task.reason]}, ${moment(task.openedAt, visit.business.zone, visit.now)}.
      ${task.assignee ? `${task.assignee} cares for it.` : ''}
    </p>
    ${task.said.map(saidPart)} ${task.note ? html`<p class="answers-note">${icon('pencil')} <span>${task.note}</span></p>` : ''}
    ${contactPart(task)} ${problemBox(tried?.problem)}
    ${task.closedAt === null ? openForms(visit, task, around, tried) : closedPart(visit, task)}
  </article>`;
}

const REASONS: Record<Task['reason'], string> = {
  'low answer': 'A low answer',
  bounce: 'Mail came back',
  lapse: 'Not seen for long',
};

function duePill({ dueOn, closedAt, outcome, lostReason }: Task, today: string): Html {
  if (closedAt !== null)
    return pill(`${OUTCOMES[outcome ?? 'solved']}${lostReason ? `: ${lostReason}` : ''}`, outcome === 'lost' ? 'bad' : 'good');
  const days = daysBetween(dueOn, today);
  if (days > 0) return pill(days === 1 ? 'Due yesterday' : `Overdue by ${days} days`, 'bad');
  return days === 0 ? pill('Due today', 'warn') : pill(`Due ${dayWords(dueOn, today)}`);
}

function saidPart({ asked, answer, words }: Task['said'][number]): Html {
  return html`<p class="quiet">“${asked}” ${answer === null ? '' : html`<strong>${answer}</strong>`}</p>
    ${words ? html`<blockquote dir="auto">${words}</blockquote>` : ''}`;
}

function contactPart({ email, phone, customer }: Task): Html | '' {
  if (!email && !phone) return '';
  return html`<p class="answers-contact">
    ${phone ? html`<a href="tel:${phone.replaceAll(/[^\d+]/g, '')}" aria-label="Ring ${customer}: ${phone}">${icon('phone')}${phone}</a>` : ''}
    ${email ? html`<a href="mailto:${email}" aria-label="Write to ${customer}: ${email}">${icon('mail')}${email}</a>` : ''}
  </p>`;
}

function openForms(visit: Visit, task: Task, { members }: Around, tried: TriedTask | undefined): Html {
  const at = visit.href(`/follow-ups/${task.id}`);
  const typed = tried?.typed ?? {};
  return html`<div class="answers-forms">
    <details ${typed['outcome'] === undefined ? '' : html`open`}>
      <summary>Close it</summary>
      ${closeForm(visit, task, typed)}
    </details>
    <details ${typed['note'] === undefined ? '' : html`open`}>
      <summary>Day, note, who cares for it</summary>
      <form method="post" action="${at}" data-keep>
        <div class="pair">
          ${field({ name: 'dueOn', form: task.id, type: 'date', label: 'By', value: typed['dueOn'] ?? task.dueOn, required: true })}
          ${select({ name: 'assignedTo', form: task.id, label: 'Who cares for it', options: [{ value: '', label: 'Nobody yet' }, ...members.map(({ id, name }) => ({ value: id, label: name }))], value: typed['assignedTo'] ?? task.assignedTo ?? '' })}
        </div>
        ${area({ name: 'note', form: task.id, label: 'Note', value: typed['note'] ?? task.note ?? '', rows: 2, maxlength: LONGEST_NOTE })}
        ${button('Save', { says: `Save the task about ${task.customer}` })}
      </form>
    </details>
  </div>`;
}

/** The customer’s page has a form like it, whose `back` leads there again. */
function closeForm(visit: Visit, task: Pick<Task, 'id' | 'customer'>, typed: Record<string, string> = {}): Html {
  const reasons = visit.business.lost_reasons.map((reason) => ({ value: reason, label: reason }));
  return html`<form method="post" action="${visit.href(`/follow-ups/${task.id}/close`)}">
    ${choice({
      name: 'outcome',
      form: task.id,
      label: 'What came of it?',
      value: typed['outcome'] ?? 'solved',
      options: Object.entries(OUTCOMES).map(([value, label]) => ({ value, label })),
    })}
    <div class="answers-lost">
      ${select({ name: 'lostReason', form: task.id, label: 'Why?', options: [{ value: '', label: 'We do not know' }, ...reasons], value: typed['lostReason'] ?? '' })}
    </div>
    ${button('Close it', { kind: 'main', says: `Close it: ${task.customer}` })}
  </form>`;
}

export const OUTCOMES: Record<Closing['outcome'], string> = {
  solved: 'Solved',
  'made good': 'Made good',
  lost: 'Lost',
  'no answer': 'No answer',
};

function closedPart({ href, business, now }: Visit, task: Task): Html {
  return html`<div class="answers-forms">
    <p class="quiet">Closed ${moment(task.closedAt!, business.zone, now)}.</p>
    ${press(href(`/follow-ups/${task.id}/reopen`), 'Open it again', { icon: 'undo-2', says: `Open it again: ${task.customer}` })}
  </div>`;
}
