import { html } from 'hono/html';
import type { Profile } from '../../../customers/profile.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { area, button, hidden } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
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
