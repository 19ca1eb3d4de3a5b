import type { Outcome } from '../../../businesses/commit.ts';
import { type Answers, isChoice } from '../../../customers/import/answers.ts';
import { refusedFile } from '../../../customers/import/refused-file.ts';
import { findImport, settleQuestions, unsettleQuestions } from '../../../customers/import/report.ts';
import {
  answerImport,
  cancelImport,
  pauseImport,
  resumeImport,
  startImport,
  tryImport,
  undoImport,
} from '../../../customers/import/runs.ts';
import { type Form, textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { columnsPage, understoodPart } from './columns.ts';
import { count } from './words.ts';

/** What was said about the columns. A browser tells each change and gets what that does; the press itself goes on to the dry run. */
export async function answerColumns(visit: Visit): Promise<Response> {
  const id = visit.id('import');
  const found = id && (await findImport(visit.db, visit.business.id, id));
  if (!id || !found) return visit.missing();
  const said = readAnswers(await visit.form());
  const answered = await answerImport(visit.db, visit.business.id, id, said);
  if (!answered.ok || !found.look) return after(visit, `/imports/${id}`, { say: answered.ok ? '' : answered.reason });
  const look = { ...found, look: found.look };
  if (visit.fragment) return visit.c.html(understoodPart(visit, look, answered.answers));
  const tried = await tryImport(visit.db, visit.business.id, id);
  if (tried.ok) return after(visit, `/imports/${id}`);
  return columnsPage(visit, { ...look, run: { ...found.run, options: answered.answers } }, tried.reason);
}

export function goOn(visit: Visit): Promise<Response> {
  return press(visit, (id) => startImport(visit.db, visit.business.id, id, visit.actor));
}

export function pause(visit: Visit): Promise<Response> {
  return press(visit, (id) => pauseImport(visit.db, visit.business.id, id));
}

export function resume(visit: Visit): Promise<Response> {
  return press(visit, (id) => resumeImport(visit.db, visit.business.id, id));
}

export function takeBack(visit: Visit): Promise<Response> {
  return press(visit, (id) => undoImport(visit.db, visit.business.id, id, visit.actor));
}

export async function cancel(visit: Visit): Promise<Response> {
  const id = await known(visit);
  if (!id) return visit.missing();
  const cancelled = await cancelImport(visit.db, visit.business.id, id, visit.actor);
  if (!cancelled.ok) return after(visit, `/imports/${id}`, { say: cancelled.reason });
  if (cancelled.thrownAway) return after(visit, '/imports', { say: 'The file was thrown away. Nothing of it came in.' });
  return after(visit, `/imports/${id}`, { say: 'The import was stopped. What is in stays in.' });
}

/** Ticks off one question, or all of an import. */
export async function settle(visit: Visit): Promise<Response> {
  const importId = await known(visit);
  if (!importId) return visit.missing();
  const questionId = visit.id('question');
  const one = visit.c.req.param('question') !== undefined;
  if (one && questionId === undefined) return visit.missing();
  const which = { importId, ...(questionId !== undefined && { questionId }) };
  const { settled } = await settleQuestions(visit.db, visit.business.id, which, visit.actor);
  if (one && settled === 0) return visit.missing();
  const fields = { at: visit.now.toISOString(), question: questionId ?? '' };
  const undo = { path: `/imports/${importId}/unsettle`, fields };
  return after(visit, `/imports/${importId}`, { say: `${count(settled, 'question')} ticked off.`, undo });
}

export async function unsettle(visit: Visit): Promise<Response> {
  const importId = await known(visit);
  const form = await visit.form();
  const at = new Date(textOf(form, 'at'));
  if (!importId || Number.isNaN(at.getTime())) return visit.missing();
  const questionId = idIn(textOf(form, 'question'));
  const which = { importId, at, ...(questionId !== undefined && { questionId }) };
  await unsettleQuestions(visit.db, visit.business.id, which, visit.actor);
  return after(visit, `/imports/${importId}`);
}

/** The refused rows as a file, to mend and drop again. */
export async function refused(visit: Visit): Promise<Response> {
  const id = visit.id('import');
  const file = id && (await refusedFile(visit.db, visit.business.id, id));
  if (!file) return visit.missing();
  const encoder = new TextEncoder();
  const pieces = file.pieces[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
  return visit.c.body(body, 200, { 'Content-Type': file.type, 'Content-Disposition': `attachment; filename="${file.name}"` });
}

async function press(visit: Visit, verb: (id: string) => Promise<Outcome>): Promise<Response> {
  const id = await known(visit);
  if (!id) return visit.missing();
  const done = await verb(id);
  return after(visit, `/imports/${id}`, done.ok ? undefined : { say: done.reason });
}

/** The id in the address, when it is an import of this shop's. */
async function known(visit: Visit): Promise<string | undefined> {
  const id = visit.id('import');
  return id && (await findImport(visit.db, visit.business.id, id)) ? id : undefined;
}

function readAnswers(form: Form): Answers {
  const fields: Record<number, string> = {};
  const orders: Record<number, 'dmy' | 'mdy'> = {};
  for (const name of Object.keys(form)) {
    const [, what, place] = /^(field|order)-(\d{1,4})$/.exec(name) ?? [];
    const value = textOf(form, name);
    if (what === 'field' && value.length <= 200 && isChoice(value, 'a column')) fields[Number(place)] = value;
    if (what === 'order' && (value === 'dmy' || value === 'mdy')) orders[Number(place)] = value;
  }
  const basis = textOf(form, 'basis');
  return {
    fields,
    orders,
    ...((basis === 'customer' || basis === 'consent' || basis === 'none') && { basis }),
    ...(textOf(form, 'has-headless') !== '' && { headless: textOf(form, 'headless') !== '' }),
  };
}
