import { html } from 'hono/html';
import type { UnderstoodColumn } from '../../../customers/import/answers.ts';
import { slug } from '../../../customers/import/column-names.ts';
import type { Html } from '../../layout.ts';
import { count, number } from './words.ts';

const groups: [name: string, choices: [value: string, label: string][]][] = [
  [
    'Names',
    [
      ['given', 'First name'],
      ['family', 'Family name'],
      ['name', 'Whole name'],
      ['middle', 'Middle name'],
    ],
  ],
  [
    'To reach them',
    [
      ['email', 'E-mail address'],
      ['phone', 'Phone'],
      ['language', 'Language'],
      ['zone', 'Time zone'],
    ],
  ],
  [
    'Days to remember',
    [
      ['birthday', 'Birthday'],
      ['date:anniversary/wedding', 'Wedding day'],
      ['anniversary', 'Anniversary'],
      ['date:name-day', 'Name day'],
      ['joined', 'Customer since'],
    ],
  ],
  [
    'About them',
    [
      ['reference', 'Your number for them'],
      ['notes', 'Notes'],
      ['mail wanted', 'Whether they want mail'],
      ['unsubscribed', 'When they unsubscribed'],
      ['bounced', 'When their address failed'],
    ],
  ],
];

const known = new Set(groups.flatMap(([, choices]) => choices.map(([value]) => value)));

/** Everything that a column can be, the present choice chosen. */
export function choiceOptions(column: UnderstoodColumn): Html[] {
  const { choice, name } = column;
  const own = ownChoices(column);
  return [
    ...groups.map(
      ([group, choices]) =>
        html`<optgroup label="${group}">
          ${[...choices, ...(group === 'Days to remember' ? own : [])].map(([value, label]) => option(value, label, choice))}
        </optgroup>`,
    ),
    html`<optgroup label="Anything else">
      ${choice === 'event' ? option('event', 'A day and what it is called', choice) : ''}
      ${option('custom', `Keep it as “${name.trim().slice(0, 40) || 'own field'}”`, choice)}
      ${option('ignore', 'Leave it out', choice)}
    </optgroup>`,
  ];
}

/** What choosing this does, in numbers from the file. */
export function whatItDoes({ field, filled, emails, days, choice }: UnderstoodColumn, rows: number): string {
  if (choice === 'ignore') return 'Left out.';
  if (filled === 0) return 'Empty in every row.';
  if (field.is === 'email') return counted(emails, filled, 'is an e-mail address', 'are e-mail addresses', rows);
  if (field.is === 'date' || field.is === 'joined' || field.is === 'event value')
    return counted(days, filled, 'can be read as a day', 'can be read as days', rows);
  return filled >= rows ? 'Every row has one.' : `${number(filled)} of ${count(rows, 'row')} have one.`;
}

function counted(good: number, filled: number, one: string, many: string, rows: number): string {
  const without = rows > filled ? `; ${count(rows - filled, 'row')} without` : '';
  if (good === filled)
    return `${filled === 1 ? 'The only one' : `All ${number(filled)}`} ${filled === 1 ? one : many}${without}.`;
  return `${number(good)} of ${number(filled)} ${many}; you will be asked about the rest${without}.`;
}

// A day of the shop's own is called as its column is, unless it is chosen as something else already.
function ownChoices({ choice, name }: UnderstoodColumn): [string, string][] {
  const own = `date:${slug(name) || 'day'}`;
  const chosen: [string, string][] =
    choice.startsWith('date:') && !known.has(choice) ? [[choice, `A day called “${choice.slice(5)}”`]] : [];
  return known.has(own) || own === choice || slug(name) === ''
    ? chosen
    : [...chosen, [own, `A day called “${name.trim().slice(0, 40)}”`]];
}

function option(value: string, label: string, choice: string): Html {
  return html`<option value="${value}" ${value === choice ? html`selected` : ''}>${label}</option>`;
}
