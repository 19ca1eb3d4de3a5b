import { editCustomer } from '../../../customers/edit.ts';
import { textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import { kept } from './kept.ts';
import { customerPage } from './page.ts';

export async function postNotes(visit: Visit): Promise<Response> {
  const [id, form] = [visit.id('customer'), await visit.form()];
  if (id === undefined) return visit.missing();
  const [was, notes] = [textOf(form, 'was'), textOf(form, 'notes')];
  const saved = await editCustomer(visit.db, visit.business.id, id, { seen: { notes: was }, wanted: { notes } }, visit.actor);
  if (saved.ok) return saved.changed ? kept(visit, id, 'The notes were kept.') : after(visit, `/customers/${id}`);
  if (!('conflicts' in saved))
    return saved.reason.startsWith('There is no such')
      ? visit.missing()
      : customerPage(visit, { at: 'notes', form, problem: saved.reason });
  // The form shows what stands now beside what was typed, and carries the present text as its ground.
  const problem = `Somebody else changed the notes while you were typing. Theirs stand above; yours are below. Put together what is right, and keep it.`;
  return customerPage(visit, { at: 'notes', form: { ...form, was: saved.now.notes }, problem });
}
