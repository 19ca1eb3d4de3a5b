import { html } from 'hono/html';
import { CURRENCIES, currencyOf, moneyText } from '../../../customers/amount.ts';
import type { Profile, Purchase } from '../../../customers/profile.ts';
import { dayWords, todayOf } from '../../days.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { button, field, icon, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type Trouble, troubleAt } from './trouble.ts';
import { many } from './words.ts';

export function purchasesSection(visit: Visit, profile: Profile, trouble: Trouble | undefined): Html {
  const { purchases, bought } = profile;
  const { country } = visit.business;
  const sums = bought.sums.map(({ amount, currency }) => moneyText(amount, currency, country)).join(' and ');
  const more = bought.count - purchases.filter(({ voided_at }) => voided_at === null).length;
  return html`<section class="box customers-box" aria-labelledby="customers-purchases">
    <h2 id="customers-purchases">Purchases</h2>
    <p class="quiet">
      ${bought.count === 0 ? 'None yet. A purchase brings a thank-you card, and later a question how it was.' : `${many(bought.count, 'purchase', 'purchases')}, ${sums}.`}
    </p>
    <ul class="customers-lines">
      ${purchases.map((purchase) => row(visit, profile, purchase))}
    </ul>
    ${more > 0 ? html`<p class="quiet">And ${many(more, 'older one', 'older ones')}, in the story.</p>` : ''}
    ${addForm(visit, profile, troubleAt(trouble, 'purchase'))}
  </section>`;
}

function row(
  visit: Visit,
  { customer }: Profile,
  { id, on, amount, currency, category, reference, voided_at: voided }: Purchase,
): Html {
  const money = moneyText(amount, currency, visit.business.country);
  const what = [category, reference].filter(Boolean).join(', ');
  const day = dayWords(on, todayOf(visit));
  return html`<li class="${voided ? 'voided' : ''}">
    <strong>${voided ? html`<s>${money}</s>` : money}</strong>
    <span>${day}</span>
    <p class="quiet"><bdi>${what}</bdi>${voided ? ' Taken back.' : ''}</p>
    ${voided ? '' : press(visit.href(`/customers/${customer.id}/purchases/${id}/void`), 'Take back', { says: `Take back ${money} of ${day}` })}
  </li>`;
}

function addForm(visit: Visit, { customer, purchases }: Profile, wrong: Trouble | undefined): Html {
  const typed = (name: string, usual: string): string => (wrong ? textOf(wrong.form, name) : usual);
  const form = 'purchase';
  return html`<details class="customers-fold" ${wrong ? html`open` : ''}>
    <summary>${icon('plus')}Add a purchase</summary>
    <form method="post" action="${visit.href(`/customers/${customer.id}/purchases`)}">
      ${wrong ? html`<p class="problem" role="alert">${wrong.problem}</p>` : ''}
      <div class="customers-two">
        ${field({ form, name: 'amount', label: 'Amount', inputmode: 'decimal', required: true, value: typed('amount', '') })}
        ${field({ form, name: 'currency', label: 'Currency', list: CURRENCIES, maxlength: 3, required: true, value: typed('currency', purchases[0]?.currency ?? currencyOf(visit.business.country)) })}
      </div>
      ${field({ form, name: 'on', label: 'Day', type: 'date', required: true, value: typed('on', todayOf(visit)) })}
      ${field({ form, name: 'category', label: 'What it was', value: typed('category', ''), list: categories(purchases), maxlength: 200, hint: 'Cards may speak of it: “a bouquet”. May stay empty.' })}
      ${field({ form, name: 'reference', label: 'Order number', value: typed('reference', ''), maxlength: 200, hint: 'If there is one: the same number is never counted twice.' })}
      ${button('Add the purchase', { kind: 'main' })}
    </form>
  </details>`;
}

function categories(purchases: Purchase[]): string[] {
  return [...new Set(purchases.map(({ category }) => category).filter((category) => category !== null))];
}
