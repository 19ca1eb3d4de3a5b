import { moneyText, readAmount } from '../../../customers/amount.ts';
import { addPurchase, isPurchaseOf, voidPurchase } from '../../../customers/purchases.ts';
import { textOf } from '../../forms.ts';
import type { Visit } from '../../visit.ts';
import { kept } from './kept.ts';
import { lookUp } from './look-up.ts';
import { customerPage } from './page.ts';

export async function postPurchase(visit: Visit): Promise<Response> {
  const [id, form] = [visit.id('customer'), await visit.form()];
  if (id === undefined) return visit.missing();
  const currency = textOf(form, 'currency').trim().toUpperCase();
  const typed = textOf(form, 'amount').trim();
  const amount = readAmount(typed, currency);
  const wrong = (problem: string): Promise<Response> => customerPage(visit, { at: 'purchase', form, problem });
  if (typed === '') return wrong('Say how much it was, such as 48.50.');
  if (amount === undefined) return wrong(`“${typed.slice(0, 40)}” is no amount. Write it like 48.50.`);
  const [category, reference] = [textOf(form, 'category').trim(), textOf(form, 'reference').trim()];
  const asked = {
    on: textOf(form, 'on'),
    amount,
    currency,
    ...(category ? { category } : {}),
    ...(reference ? { reference } : {}),
  };
  const added = await addPurchase(visit.db, visit.business.id, id, asked, visit.actor);
  if (!added.ok) return added.reason.startsWith('There is no such') ? visit.missing() : wrong(added.reason);
  const money = moneyText(amount, currency, visit.business.country);
  if (!added.added) return wrong('This order number is here already, so it was not counted again.');
  return kept(visit, id, `${money} was added.`);
}

export async function postVoid(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const purchase = visit.id('purchase');
  const { customer } = found.profile;
  if (purchase === undefined || !(await isPurchaseOf(visit.db, visit.business.id, customer.id, purchase))) return visit.missing();
  const voided = await voidPurchase(visit.db, visit.business.id, purchase, visit.actor);
  if (!voided.ok) return visit.missing();
  return kept(
    visit,
    customer.id,
    voided.changed ? 'The purchase was taken back. It counts no more.' : 'It was taken back already.',
  );
}
