import { html } from 'hono/html';
import { addCustomer, type NewCustomer } from '../../../customers/customer.ts';
import type { NewDate } from '../../../customers/dates.ts';
import { type LineRead, readLine } from '../../../customers/one-line.ts';
import { todayOf } from '../../days.ts';
import { type Form, textOf } from '../../forms.ts';
import { membersPage } from '../../members-page.ts';
import { area, button, field, linkButton, type Piece, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { asTyped, dateFields, readTypedDate, type TypedDate, typedDate } from './date-fields.ts';
import { kept } from './kept.ts';
import { listPage } from './list.ts';

/** One line: added at once where nothing is in doubt, else shown as it was understood. */
export async function postLine(visit: Visit): Promise<Response> {
  const line = textOf(await visit.form(), 'line');
  const read = readLine(line, { country: visit.business.country, today: todayOf(visit) });
  if (!read.ok) return listPage(visit, { line, problem: read.reason });
  if (read.questions.length > 0) return formPage(visit, sheetOf(read.customer), { understood: read });
  const added = await addCustomer(visit.db, visit.business.id, read.customer, visit.actor);
  if (!added.ok) return listPage(visit, { line, problem: added.reason, ...(added.existing ? { existing: added.existing } : {}) });
  const told = read.understood.filter(({ what }) => what !== 'First name' && what !== 'Family name');
  const rest =
    told.length > 0
      ? `: ${told.map(({ what, text }) => (what === 'E-mail' ? text : `${what.toLowerCase()} ${text}`)).join(', ')}.`
      : '.';
  return addedAnswer(visit, added, `${nameIn(read.customer)} was added${rest}`);
}

export function newPage(visit: Visit): Promise<Response> {
  return formPage(visit, { ...EMPTY, dates: [{ what: 'Birthday', day: '', month: '', year: '' }] });
}

/** The whole form. What is wrong is said at its field; nothing typed is lost. */
export async function postNew(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const sheet = readSheet(form);
  const dates = sheet.dates.map((_, n) => readTypedDate(form, `${n}-`));
  const wrong = dates.flatMap((date, n) => (typeof date === 'string' ? [{ n, text: date }] : []));
  if (wrong[0]) return formPage(visit, sheet, { dateProblem: wrong[0] });
  const asked = { ...fieldsOf(sheet), dates: dates.filter((date): date is NewDate => typeof date === 'object') };
  const added = await addCustomer(visit.db, visit.business.id, asked, visit.actor);
  if (!added.ok)
    return formPage(visit, sheet, { problem: added.reason, ...(added.existing ? { existing: added.existing } : {}) });
  return addedAnswer(visit, added, `${nameIn(asked)} was added.`);
}

function addedAnswer(visit: Visit, { id, sharing }: { id: string; sharing: string[] }, say: string): Promise<Response> {
  const shared = sharing.length === 0 ? '' : ' Somebody else has this address too: both get their own cards.';
  return kept(visit, id, say + shared, `/customers?added=${id}`);
}

interface AddSheet {
  givenName: string;
  familyName: string;
  email: string;
  phone: string;
  reference: string;
  joinedOn: string;
  notes: string;
  dates: TypedDate[];
}

const EMPTY: AddSheet = {
  givenName: '',
  familyName: '',
  email: '',
  phone: '',
  reference: '',
  joinedOn: '',
  notes: '',
  dates: [],
};
const BLANK: TypedDate = { what: '', day: '', month: '', year: '' };
const MOST_DATES = 6;

interface FormTrouble {
  understood?: Extract<LineRead, { ok: true }>;
  problem?: string;
  existing?: string;
  dateProblem?: { n: number; text: string };
}

function formPage(visit: Visit, sheet: AddSheet, trouble: FormTrouble = {}): Promise<Response> {
  const { href } = visit;
  const dates = [...sheet.dates, BLANK].slice(0, MOST_DATES);
  const content = html`<div class="head">
      <div><h1>${trouble.understood ? 'Is this right?' : 'A new customer'}</h1></div>
    </div>
    ${doubts(trouble)} ${problem(visit, trouble)}
    <form class="box" method="post" action="${href('/customers/new')}" data-keep>
      <div class="customers-pair">
        ${field({ name: 'givenName', label: 'First name', value: sheet.givenName, autocomplete: 'off', hint: 'Cards greet with it.' })}
        ${field({ name: 'familyName', label: 'Family name', value: sheet.familyName, autocomplete: 'off', hint: 'May stay empty.' })}
        ${field({ name: 'email', label: 'E-mail', type: 'email', value: sheet.email, autocomplete: 'off' })}
        ${field({ name: 'phone', label: 'Phone', type: 'tel', value: sheet.phone, autocomplete: 'off' })}
      </div>
      <h2>Their days</h2>
      ${dates.map((typed, n) => dateFields(visit, { form: `d${n}`, prefix: `${n}-`, typed, problem: trouble.dateProblem?.n === n ? trouble.dateProblem.text : undefined }))}
      <h2>For the shop</h2>
      <div class="customers-pair">
        ${field({ name: 'joinedOn', label: 'Customer since', type: 'date', value: sheet.joinedOn || todayOf(visit) })}
        ${field({ name: 'reference', label: 'Your number for them', value: sheet.reference, hint: 'If you have one.' })}
      </div>
      ${area({ name: 'notes', label: 'Notes', value: sheet.notes, hint: 'Only you and your colleagues see them.' })}
      <div class="actions">
        ${button('Add', { kind: 'main', icon: 'user-plus' })} ${linkButton(href('/customers'), 'Not now')}
      </div>
    </form>`;
  const bad = trouble.problem !== undefined || trouble.dateProblem !== undefined || trouble.understood !== undefined;
  return membersPage(visit, { title: 'A new customer', section: 'customers', content, ...(bad ? { status: 422 } : {}) });
}

function doubts({ understood }: FormTrouble): Piece {
  if (!understood) return '';
  return html`<div class="customers-doubts" role="status">
    <p>Nothing is kept yet. Look at what is below, mend what is not meant so, and press Add.</p>
    <ul>
      ${understood.questions.map(({ about, text }) => html`<li><strong>${about}.</strong> ${text}</li>`)}
    </ul>
  </div>`;
}

function problem({ href }: Visit, trouble: FormTrouble): Piece {
  if (!trouble.existing) return problemBox(trouble.problem);
  return html`<p class="problem" role="alert">
    ${trouble.problem} <a href="${href(`/customers/${trouble.existing}`)}">See who is here already</a>
  </p>`;
}

function sheetOf(customer: NewCustomer): AddSheet {
  const { givenName, familyName, email, phone, reference, joinedOn, notes, dates } = customer;
  const text = (value: string | null | undefined): string => value ?? '';
  return {
    givenName: text(givenName),
    familyName: text(familyName),
    email: text(email),
    phone: text(phone),
    reference: text(reference),
    joinedOn: text(joinedOn),
    notes: text(notes),
    dates: (dates ?? []).map(asTyped),
  };
}

function readSheet(form: Form): AddSheet {
  const text = (name: string): string => textOf(form, name);
  const dates = Array.from({ length: MOST_DATES }, (_, n) => typedDate(form, `${n}-`));
  const last = dates.findLastIndex(({ what, day, month, year }) => day + month + year !== '' || what !== '');
  return {
    givenName: text('givenName'),
    familyName: text('familyName'),
    email: text('email'),
    phone: text('phone'),
    reference: text('reference'),
    joinedOn: text('joinedOn'),
    notes: text('notes'),
    dates: dates.slice(0, last + 1),
  };
}

function fieldsOf({ joinedOn, dates: _dates, ...sheet }: AddSheet): NewCustomer {
  return { ...sheet, ...(joinedOn === '' ? {} : { joinedOn }) };
}

function nameIn({ givenName, familyName, email }: NewCustomer): string {
  return [givenName?.trim(), familyName?.trim()].filter(Boolean).join(' ') || email || 'The customer';
}
