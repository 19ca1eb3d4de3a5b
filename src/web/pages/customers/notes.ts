import { html } from 'hono/html';
import { editCustomer } from '../../../customers/edit.ts';
import type { Profile } from '../../../customers/profile.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { area, button, hidden } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { kept } from './dates.ts';
import { customerPage } from './page.ts';
import { type Trouble, troubleAt } from './trouble.ts';

const SHOWN = 240;

export function notesSection(visit: Visit, { customer, person }: Profile, trouble: Trouble | undefined): Html {
  const wrong = troubleAt(trouble, 'notes');
  const notes = person.notes ?? '';
  const long = notes.length > SHOWN;
  const value = wrong ? textOf(wrong.form, 'notes') : notes;
  return html`<section class="box customers-box" aria-labelledby="customers-notes">
    <h2 id="customers-notes">Notes</h2>
    ${notes === '' ? '' : html`<p class="customers-note"><bdi>${long ? `${notes.slice(0, SHOWN)}…` : notes}</bdi></p>`}
    <details class="customers-fold" ${wrong ? html`open` : ''}>
      <summary>${notes === '' ? 'Write a note' : 'Change the notes'}</summary>
      <form method="post" action="${visit.href(`/customers/${customer.id}/notes`)}" data-keep>
        ${hidden({ was: notes })}
        ${area({ name: 'notes', form: 'notes', label: 'Notes', value, rows: 5, maxlength: 10_000, hint: 'Only you and your colleagues see them.', problem: wrong?.problem })}
        ${button('Keep the notes', { kind: 'main' })}
      </form>
    </details>
  </section>`;
}

export async function postNotes(visit: Visit): Promise<Response> {
  const [id, form] = [visit.id('customer'), await visit.form()];
  if (id === undefined) return visit.missing();
  const [was, notes] = [textOf(form, 'was'), textOf(form, 'notes').replaceAll('\r\n', '\n')];
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
