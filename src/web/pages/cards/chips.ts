import { html } from 'hono/html';
import { FIELDS } from '../../../cards/fields.ts';
import type { Slot } from '../../../cards/slots.ts';
import type { Html } from '../../layout.ts';
import { pieces, said } from './said.js';

export interface FieldChip {
  path: string;
  label: string;
  /** What is written where it is not known; null for what is always known. */
  fallback: string | null;
}

const LABELS: Record<string, [label: string, fallback: string]> = {
  'customer.firstName': ['first name', 'friend'],
  'customer.name': ['whole name', 'friend'],
  'customer.lastName': ['family name', ''],
  'business.name': ['shop’s name', ''],
  'occasion.name': ['occasion', ''],
  'date.years': ['years', ''],
  'date.label': ['name of the day', 'your day'],
  years: ['years with us', ''],
  'purchase.category': ['what they bought', 'your purchase'],
  'purchase.day': ['day of the purchase', 'the other day'],
  'purchase.amount': ['amount', ''],
  personalLine: ['personal line', ''],
};

/** The fields that stand in words as chips, by what people call them. */
export const FIELD_CHIPS: readonly FieldChip[] = FIELDS.filter(({ path }) => LABELS[path]).map(({ path, always }) => {
  const [label = path, fallback = ''] = LABELS[path] ?? [];
  return { path, label, fallback: always ? null : fallback };
});

/** Words to be read only, with each field as people say it. */
export function spoken(text: string): Html {
  const parts = pieces(text).map((part, at) =>
    at % 2 === 1 ? html`<span class="chip">${said(part, FIELD_CHIPS)}</span>` : part,
  );
  return html`${parts}`;
}

/** Two texts that differ only in what people do not see of a code, such as the form of a word for one. */
export function saidAlike(one: string, other: string): boolean {
  const plain = (text: string) => pieces(text).map((part, at) => (at % 2 === 1 ? said(part, FIELD_CHIPS) : part));
  return plain(one).join('') === plain(other).join('');
}

/** What a place for words is called. */
export function slotLabel(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return SLOTS[name] ?? words.slice(0, 1).toUpperCase() + words.slice(1);
}

const SLOTS: Record<string, string> = {
  subject: 'Subject',
  preheader: 'Second line in the mailbox',
  headline: 'Headline',
  message: 'Message',
  signature: 'Signature',
  name: 'The name, if we know it',
  footerWhy: 'Why they get it',
  footerChoose: 'Link to their choices',
  footerView: 'Link to the browser view',
  footerUnsubscribe: 'Link to unsubscribe',
};

/** Puts a field where the cursor stands; without a script its code can be copied from here. */
export function chips(slot: Slot): Html | '' {
  if (slot.kind === 'address') return '';
  const codes = FIELD_CHIPS.map(({ path, label, fallback }) => html`<option value="${codeOf(path, fallback)}">${label}</option>`);
  return html`<label class="compose-insert">
    <span class="unseen">Put a field into the words above</span>
    <select data-insert="w-${slot.name}">
      <option value="">Add a field…</option>
      ${codes}
    </select>
  </label>`;
}

function codeOf(path: string, fallback: string | null): string {
  return fallback === null ? `{{${path}}}` : `{{fallback ${path} "${fallback}"}}`;
}
