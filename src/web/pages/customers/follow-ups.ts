import { html } from 'hono/html';
import type { FollowUpLine, Profile } from '../../../customers/profile.ts';
import { dayWords, todayOf } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { button, choice, hidden, icon, type Piece, pill, select } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { dayOf, reasonNames } from './words.ts';

/** Open tasks about this customer, each to be closed here. */
export function followUpsSection(visit: Visit, profile: Profile): Piece {
  if (profile.followUps.length === 0) return '';
  return html`<section class="customers-tasks" aria-labelledby="customers-tasks">
    <h2 id="customers-tasks">Get in touch</h2>
    ${profile.followUps.map((task) => row(visit, profile, task))}
  </section>`;
}

function row(visit: Visit, { customer }: Profile, task: FollowUpLine): Html {
  const { lost_reasons: reasons } = visit.business;
  const late = task.dueOn < todayOf(visit);
  return html`<div class="customers-task">
    <p>
      ${icon('message-circle-heart')} Because of ${reasonNames[task.reason] ?? task.reason}, since ${dayOf(task.openedAt, visit)}.
      ${pill(late ? `Was due ${dayWords(task.dueOn, todayOf(visit))}` : `Due ${dayWords(task.dueOn, todayOf(visit))}`, late ? 'bad' : 'warn')}
    </p>
    <details class="customers-fold">
      <summary>Close with what came of it</summary>
      <form method="post" action="${visit.href(`/follow-ups/${task.id}/close`)}">
        ${hidden({ back: `/customers/${customer.id}` })}
        ${choice({
          name: 'outcome',
          label: 'What came of it?',
          value: 'solved',
          options: [
            { value: 'solved', label: 'Solved', hint: 'All is well again.' },
            { value: 'made good', label: 'Made good', hint: 'They got something for it.' },
            { value: 'no answer', label: 'No answer', hint: 'They could not be reached.' },
            { value: 'lost', label: 'Lost', hint: 'They will not come back.' },
          ],
        })}
        ${select({
          name: 'lostReason',
          form: task.id,
          label: 'If lost: why',
          value: '',
          options: [{ value: '', label: 'Not known' }, ...reasons.map((reason) => ({ value: reason, label: reason }))],
        })}
        ${button('Close', { kind: 'main' })}
      </form>
    </details>
  </div>`;
}
