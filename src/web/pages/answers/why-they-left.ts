import { html } from 'hono/html';
import { whyTheyLeft } from '../../../answers/follow-up-list.ts';
import type { Day } from '../../../database/schema.ts';
import type { Html } from '../../layout.ts';
import type { Visit } from '../../visit.ts';

/** Reasons by month, of the last 12 months; nothing where nobody left. */
export async function whyTheyLeftPart({ db, business }: Visit, today: Day): Promise<Html | ''> {
  const left = await whyTheyLeft(db, business.id, `${Number(today.slice(0, 4)) - 1}-${today.slice(5, 7)}-01`);
  if (left.length === 0) return '';
  const months = [...new Set(left.map(({ month }) => month))].toSorted().slice(-6);
  const reasons = Array.from(
    Map.groupBy(left, ({ reason }) => reason),
    ([reason, own]) => ({
      reason: reason ?? 'not known',
      total: own.reduce((sum, { count }) => sum + count, 0),
      by: new Map(own.map(({ month, count }) => [month, count])),
    }),
  ).toSorted((a, b) => b.total - a.total);
  return html`<section class="box answers-left">
    <h2>Why they left, in the last 12 months</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Why they left">
      <table>
        <thead>
          <tr>
            <th scope="col">Reason</th>
            ${months.map((month) => html`<th scope="col">${shortMonth(month)}</th>`)}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          ${reasons.map(
            ({ reason, total, by }) =>
              html`<tr>
                <th scope="row">${reason}</th>
                ${months.map((month) => html`<td>${by.get(month) ?? ''}</td>`)}
                <td><strong>${total}</strong></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function shortMonth(month: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(new Date(`${month}-01`));
}
