import { html } from 'hono/html';
import { eraseCustomer } from '../../../customers/erase.ts';
import { nameOf, type Profile } from '../../../customers/profile.ts';
import { removeMails } from '../../../mail/outbox.ts';
import { textOf } from '../../forms.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, check, linkButton, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { lookUp } from './look-up.ts';
import { many } from './words.ts';

export async function erasePage(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  return 'answer' in found ? found.answer : draw(visit, found.profile);
}

/** Asks, because it cannot be undone: who it is, and what goes. */
function draw(visit: Visit, { customer, person, dates, bought }: Profile, problem?: string): Promise<Response> {
  const name = nameOf(person);
  const at = `/customers/${customer.id}`;
  const content = html`<div class="head">
      <div>
        <h1>Erase <bdi>${name}</bdi>?</h1>
      </div>
    </div>
    ${problemBox(problem)}
    <form class="box" method="post" action="${visit.href(`${at}/erase`)}">
      <p>
        What goes, for good and everywhere: name, e-mail, phone, notes, ${many(dates.length, 'date', 'dates')}, every card as it
        was written, answers and what they wrote, and the history of this page.
      </p>
      <p>
        What stays, without a name: that cards went out on certain days, and ${many(bought.count, 'purchase', 'purchases')} with
        day and amount, for the books. Their address stays blocked by a mark that nobody can read, so that no later import brings
        them back.
      </p>
      <p>
        Do they want to have their data first? <a href="${visit.href(`${at}/export.csv`)}">As a table</a> or
        <a href="${visit.href(`${at}/export.json`)}">as JSON</a>.
      </p>
      <p class="customers-warning"><strong>This cannot be undone.</strong></p>
      ${check({ name: 'sure', label: `Erase ${name}`, checked: false })}
      <div class="actions">
        ${button(html`Erase`, { kind: 'danger', icon: 'user-round-x', says: `Erase ${name}` })}
        ${linkButton(visit.href(at), 'Keep them')}
      </div>
    </form>`;
  return membersPage(visit, { title: `Erase ${name}?`, section: 'customers', content, ...(problem ? { status: 422 } : {}) });
}

export async function postErase(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  if (textOf(await visit.form(), 'sure') === '') return draw(visit, found.profile, 'Tick the box to say that you mean it.');
  const erased = await eraseCustomer(visit.db, visit.business.id, found.profile.customer.id, visit.actor);
  if (!erased.ok) return visit.missing();
  // After the commit: what was written to a file goes too, and erasing again would name it once more.
  await removeMails(visit.site.outboxFolder, erased.messageIds);
  return after(visit, '/customers', { say: 'The person was erased.' });
}
