import { html } from 'hono/html';
import { changeCustomer } from '../../../customers/customer.ts';
import { nameOf, type Profile } from '../../../customers/profile.ts';
import type { Basis } from '../../../customers/read-person.ts';
import { todayOf } from '../../days.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { area, button, choice, field, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { goBack, topOf } from './frame.ts';
import { kept } from './kept.ts';
import { lookUp } from './look-up.ts';

/** Why the shop may write to them. */
export async function basisPage(visit: Visit, trouble?: { form: Form; problem: string }): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { customer, person } = found.profile;
  const name = nameOf(person);
  const now = basisNow(visit, found.profile);
  const about = 'The law in many countries asks for this. Noting it once, with day and place, is enough.';
  const content = html`${topOf(visit, { id: customer.id, name }, html`Why may we write to <bdi>${name}</bdi>?`, about)}
    ${problemBox(trouble?.problem)}
    <form class="box" method="post" action="${visit.href(`/customers/${customer.id}/basis`)}">
      ${basisFields((of) => (trouble ? textOf(trouble.form, of) : (now[of] ?? '')))}
      <div class="actions">${button('Note it', { kind: 'main' })} ${goBack(visit, customer.id)}</div>
    </form>`;
  const title = `Why may we write to ${name}?`;
  return membersPage(visit, { title, section: 'customers', content, ...(trouble ? { status: 422 } : {}) });
}

function basisNow(visit: Visit, { customer, person }: Profile): Record<string, string> {
  return {
    kind: customer.basis_kind === 'none' ? 'consent' : customer.basis_kind,
    source: person.basis_source ?? '',
    wording: person.basis_wording ?? '',
    on: customer.basis_on ?? todayOf(visit),
  };
}

const KINDS = [
  { value: 'consent', label: 'They agreed', hint: 'In the shop, on a form, or by mail.' },
  { value: 'customer', label: 'They are a customer', hint: 'They bought here, and can say no at any time.' },
  { value: 'none', label: 'We may not', hint: 'No card goes to them.' },
];
const SOURCES = ['told us in the shop', 'sign-up card', 'by mail', 'on the phone'];

function basisFields(value: (field: string) => string): Html {
  const where = { name: 'source', label: 'Where, or how', list: SOURCES, hint: 'Such as “told us in the shop”.' };
  const words = { name: 'wording', label: 'What they agreed to', hint: 'The words on the form, if there was one.' };
  return html`${choice({ name: 'kind', label: 'Why', value: value('kind'), options: KINDS })}
    <div class="customers-pair">
      ${field({ name: 'on', label: 'Since which day', type: 'date', value: value('on') })}
      ${field({ ...where, value: value('source') })}
    </div>
    ${area({ ...words, value: value('wording') })}`;
}

export async function postBasis(visit: Visit): Promise<Response> {
  const [id, form] = [visit.id('customer'), await visit.form()];
  if (id === undefined) return visit.missing();
  const kind = textOf(form, 'kind');
  if (!isKind(kind)) return basisPage(visit, { form, problem: 'Choose why.' });
  const on = textOf(form, 'on');
  const basis: Basis = { kind, on: on === '' ? null : on, source: textOf(form, 'source'), wording: textOf(form, 'wording') };
  const saved = await changeCustomer(visit.db, visit.business.id, id, { basis }, visit.actor);
  if (!saved.ok)
    return saved.reason.startsWith('There is no such') ? visit.missing() : basisPage(visit, { form, problem: saved.reason });
  return saved.changed ? kept(visit, id, 'That was noted.') : after(visit, `/customers/${id}`);
}

function isKind(text: string): text is Basis['kind'] {
  return text === 'consent' || text === 'customer' || text === 'none';
}
