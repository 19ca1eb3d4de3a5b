import { findTask } from '../../../answers/follow-up-list.ts';
import { parseDay } from '../../../calendar/day.ts';
import {
  changeFollowUp,
  type Closing,
  closeFollowUp,
  type FollowUpChange,
  reopenFollowUp,
} from '../../../customers/follow-ups.ts';
import { type Form, textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { OUTCOMES, tasksPage } from './tasks-page.ts';

/** Day, note and who cares for it. */
export async function postTask(visit: Visit): Promise<Response> {
  const task = await askedTask(visit);
  if (!task) return visit.missing();
  const form = await visit.form();
  const typed = typedIn(form, ['dueOn', 'assignedTo', 'note']);
  const change = readChange(form);
  if (typeof change === 'string') return tasksPage(visit, { id: task.id, problem: change, typed });
  const kept = await changeFollowUp(visit.db, visit.business.id, task.id, change, visit.actor);
  if (!kept.ok) return tasksPage(visit, { id: task.id, problem: kept.reason, typed });
  if (!kept.changed) return after(visit, '/follow-ups', { say: 'Nothing was changed.' });
  const { dueOn, assignedTo, note } = kept.before;
  const fields = {
    ...(dueOn === undefined ? {} : { dueOn }),
    ...(assignedTo === undefined ? {} : { assignedTo: assignedTo ?? '' }),
    ...(note === undefined ? {} : { note }),
  };
  const undo = { path: `/follow-ups/${task.id}`, fields };
  return after(visit, '/follow-ups', { say: `The task about ${task.customer} was changed.`, undo });
}

export async function postClose(visit: Visit): Promise<Response> {
  const task = await askedTask(visit);
  if (!task) return visit.missing();
  const form = await visit.form();
  const back = backIn(form);
  const outcome = textOf(form, 'outcome');
  const typed = typedIn(form, ['outcome', 'lostReason']);
  if (!isOutcome(outcome))
    return tasksPage(visit, { id: task.id, problem: 'Say what came of it.', typed: { ...typed, outcome: '' } });
  const lostReason = textOf(form, 'lostReason');
  const closing: Closing = { outcome, ...(outcome === 'lost' && lostReason !== '' ? { lostReason } : {}) };
  const closed = await closeFollowUp(visit.db, visit.business.id, task.id, closing, visit.actor);
  if (!closed.ok) return tasksPage(visit, { id: task.id, problem: closed.reason, typed });
  const undo = { path: `/follow-ups/${task.id}/reopen`, fields: { back }, label: 'Open it again' };
  if (!closed.changed) return after(visit, back, { say: `Somebody had closed it already: ${task.customer}.`, undo });
  return after(visit, back, { say: `Closed: ${task.customer}, ${OUTCOMES[outcome].toLowerCase()}.`, undo });
}

export async function postReopen(visit: Visit): Promise<Response> {
  const task = await askedTask(visit);
  if (!task) return visit.missing();
  const back = backIn(await visit.form());
  const open = await reopenFollowUp(visit.db, visit.business.id, task.id, visit.actor);
  if (!open.ok) return after(visit, back, { say: open.reason });
  return after(visit, back, { say: `The task about ${task.customer} is open again.` });
}

async function askedTask(visit: Visit) {
  const id = visit.id('followUp');
  return id === undefined ? undefined : findTask(visit.db, visit.business.id, id, ['en']);
}

function readChange(form: Form): FollowUpChange | string {
  const change: FollowUpChange = {};
  if (form['dueOn'] !== undefined) {
    const day = parseDay(textOf(form, 'dueOn'));
    if (day === undefined) return 'That is no day. Choose one from the calendar, or write it like 2027-03-14.';
    change.dueOn = day;
  }
  if (form['assignedTo'] !== undefined) {
    const asked = textOf(form, 'assignedTo');
    const id = idIn(asked);
    if (asked !== '' && id === undefined) return 'There is no such member.';
    change.assignedTo = id ?? null;
  }
  if (form['note'] !== undefined) change.note = textOf(form, 'note');
  return change;
}

/** Only to a customer's page, or the list: never where somebody else's form would like it. */
function backIn(form: Form): string {
  const back = textOf(form, 'back');
  return /^\/customers\/[0-9a-f-]{36}$/.test(back) ? back : '/follow-ups';
}

function isOutcome(text: string): text is Closing['outcome'] {
  return Object.hasOwn(OUTCOMES, text);
}

function typedIn(form: Form, names: string[]): Record<string, string> {
  return Object.fromEntries(names.filter((name) => form[name] !== undefined).map((name) => [name, textOf(form, name)]));
}
