import { removeDate, setDate } from '../../../customers/dates.ts';
import type { Profile } from '../../../customers/profile.ts';
import { type Form, textOf } from '../../forms.ts';
import { after } from '../../members-page.ts';
import { idIn, type Visit } from '../../visit.ts';
import { readTypedDate } from './date-fields.ts';
import { mark } from './dates.ts';
import { kept } from './kept.ts';
import { lookUp } from './look-up.ts';
import { customerPage } from './page.ts';
import { dayName, yearlyText } from './words.ts';

type Dated = Profile['dates'][number];

/** Adds a day or changes one. Who changes one that somebody else changed meanwhile sees both. */
export async function postDate(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const [{ id }, form] = [found.profile.customer, await visit.form()];
  const known = textOf(form, 'date') === '' ? undefined : dateIn(found.profile, form);
  if (known === null)
    return after(visit, `/customers/${id}`, {
      say: 'Somebody else removed this day meanwhile. Add it again if it is right.',
    });
  const at = known ? `date ${known.id}` : 'date';
  const typed = readTypedDate(form, '', known);
  if (typed === undefined || typeof typed === 'string')
    return customerPage(visit, { at, form, problem: typed ?? 'Give the day and the month.' });
  if (known && meanwhile(form, known, typed)) {
    const now = `Somebody else changed this to ${yearlyText(known, business.country)} while you were typing. Keep yours by pressing once more.`;
    return customerPage(visit, { at, form, problem: now });
  }
  const set = await setDate(db, business.id, id, typed, actor);
  if (!set.ok) return customerPage(visit, { at, form, problem: set.reason });
  if (!set.changed) return after(visit, `/customers/${id}`);
  return kept(visit, id, `${dayName(typed)}: ${yearlyText(typed, business.country)}.`);
}

export async function postRemoveDate(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { id } = found.profile.customer;
  const known = dateIn(found.profile, await visit.form());
  if (known === null) return after(visit, `/customers/${id}`, { say: 'This day was removed already.' });
  const removed = await removeDate(visit.db, visit.business.id, id, known, visit.actor);
  return removed.ok ? kept(visit, id, `${dayName(known)} was removed.`) : visit.missing();
}

function dateIn({ dates }: Profile, form: Form): Dated | null {
  const id = idIn(textOf(form, 'date'));
  return dates.find((date) => date.id === id) ?? null;
}

function meanwhile(form: Form, now: Dated, wanted: { month: number; day: number; year?: number | null }): boolean {
  return textOf(form, 'was') !== mark(now) && mark(now) !== mark(wanted);
}
