import { html } from 'hono/html';
import { toldByOther } from '../../../customers/dates.ts';
import { mergeCustomers } from '../../../customers/merge.ts';
import { MERGE_UNDO_DAYS, openMerge } from '../../../customers/merge-memory.ts';
import { findProfile, nameOf, type Profile } from '../../../customers/profile.ts';
import { planWith } from '../../../touchpoints/plan.ts';
import { languageInEnglish, todayOf } from '../../days.ts';
import type { Form } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, linkButton, type Piece } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { topOf } from './frame.ts';
import { lookUp } from './look-up.ts';
import { undoPath } from './merge-undo.ts';
import { basisNames, dayName, many, yearlyText } from './words.ts';

/** Both side by side, field by field. */
export async function comparePage(visit: Visit): Promise<Response> {
  const pair = await bothOf(visit);
  if ('answer' in pair) return pair.answer;
  const { keep, other } = pair;
  const { href } = visit;
  const [name, others] = [nameOf(keep.person), nameOf(other.person)];
  const about =
    'Choose what is right where they differ. Purchases, answers, cards, notes, stops and history of both come together.';
  const content = html`${topOf(visit, { id: keep.customer.id, name }, 'One person, two entries?', about)}
    <form method="post" action="${href(`/customers/${keep.customer.id}/merge/${other.customer.id}`)}">
      ${compareTable(visit, pair)}
      <p class="quiet">
        Afterwards there is one entry, and the other’s address leads to it. It can be undone for ${MERGE_UNDO_DAYS} days.
      </p>
      <div class="actions">
        ${button('They are the same: join them', { kind: 'main', icon: 'git-merge' })}
        ${linkButton(href(`/customers/${keep.customer.id}/merge`), 'Choose another')}
      </div>
    </form>`;
  return membersPage(visit, { title: `Join ${name} and ${others}`, section: 'customers', content, wide: true });
}

function compareTable(visit: Visit, { keep, other }: { keep: Profile; other: Profile }): Html {
  return html`<div class="scroll">
    <table class="customers-compare">
      <thead>
        <tr>
          <th scope="col"><span class="unseen">Field</span></th>
          <th scope="col">This entry</th>
          <th scope="col">The other</th>
        </tr>
      </thead>
      <tbody>
        ${fieldsOf(visit, keep, other).map(compareRow)} ${plainRow('What is kept', weight(keep), weight(other))}
      </tbody>
    </table>
  </div>`;
}

export async function postMerge(visit: Visit): Promise<Response> {
  const pair = await bothOf(visit);
  if ('answer' in pair) return pair.answer;
  const { keep, other } = pair;
  const chosen = chosenFrom(await visit.form(), fieldsOf(visit, keep, other));
  const { db, business, actor, now } = visit;
  const ids = [keep.customer.id, other.customer.id] as const;
  const merged = await planWith(db, business.id, [...ids], now, (trx) => mergeCustomers(trx, business.id, ...ids, actor, chosen));
  if (!merged.ok) return after(visit, `/customers/${keep.customer.id}`, { say: merged.reason });
  const open = await openMerge(db, business.id, merged.id, now);
  const undo = open && { undo: { path: undoPath(merged.id, open.id) } };
  return after(visit, `/customers/${merged.id}`, { say: joinedWords(nameOf(keep.person), nameOf(other.person)), ...undo });
}

function joinedWords(one: string, two: string): string {
  return one === two ? `The two entries of ${one} are one customer now.` : `${one} and ${two} are one customer now.`;
}

async function bothOf(visit: Visit): Promise<{ keep: Profile; other: Profile } | { answer: Response }> {
  const found = await lookUp(visit);
  if ('answer' in found) return found;
  const id = visit.id('other');
  const other =
    id === undefined || id === found.profile.customer.id
      ? undefined
      : await findProfile(visit.db, visit.business.id, id, todayOf(visit));
  if (other === undefined || 'movedTo' in other) return { answer: await visit.missing() };
  return { keep: found.profile, other };
}

interface Compared {
  /** As the form and the verb name it. */
  name: string;
  label: string;
  one: string;
  two: string;
  /** The other told it themselves, so it is right until somebody says otherwise. */
  told?: boolean;
}

function fieldsOf(visit: Visit, keep: Profile, other: Profile): Compared[] {
  const plain: [name: 'given_name' | 'family_name' | 'email' | 'phone' | 'reference' | 'language' | 'zone', label: string][] = [
    ['given_name', 'First name'],
    ['family_name', 'Family name'],
    ['email', 'E-mail'],
    ['phone', 'Phone'],
    ['reference', 'Your number'],
    ['language', 'Language'],
    ['zone', 'Time zone'],
  ];
  const text = (value: string | null, name: string): string =>
    value !== null && name === 'language' ? languageInEnglish(value) : (value ?? '');
  const own = plain.map(([name, label]) => ({
    name,
    label,
    one: text(keep.person[name], name),
    two: text(other.person[name], name),
  }));
  const basis = { name: 'basis', label: 'Why we may write', one: basisText(keep), two: basisText(other) };
  return [...own, ...datesOf(visit, keep, other), basis].filter(({ one, two }) => one !== '' || two !== '');
}

function datesOf({ business }: Visit, keep: Profile, other: Profile): Compared[] {
  const key = ({ kind, label }: { kind: string; label: string }): string => `${kind}/${label}`;
  const told = toldByOther(keep.dates, other.dates);
  const all = new Map([...keep.dates, ...other.dates].map((date) => [key(date), date]));
  const text = (of: Profile, name: string): string => {
    const date = of.dates.find((one) => key(one) === name);
    return date ? yearlyText(date, business.country) : '';
  };
  return Array.from(all, ([name, date]) => ({
    name: `date:${name}`,
    label: dayName(date),
    one: text(keep, name),
    two: text(other, name),
    told: told.has(`date:${name}`),
  }));
}

function basisText({ customer }: Profile): string {
  return customer.basis_kind === 'none' ? '' : (basisNames[customer.basis_kind] ?? customer.basis_kind);
}

// Where one has nothing, the other fills it: only where both say something there is a choice.
function compareRow({ name, label, one, two, told = false }: Compared): Html {
  if (one === two || one === '' || two === '') return plainRow(label, one, two, one === '' && two !== '');
  const pick = (value: string, from: 'one' | 'two'): Html =>
    html`<td>
      <label class="option">
        <input
          type="radio"
          name="${name}"
          value="${from}"
          aria-label="${label}: ${value}"
          ${(from === 'two') === told ? html`checked` : ''}
        /><span><bdi>${value}</bdi>${told && from === 'two' ? html` <small>told by themselves</small>` : ''}</span>
      </label>
    </td>`;
  return html`<tr class="differs">
    <th scope="row">${label}</th>
    ${pick(one, 'one')}${pick(two, 'two')}
  </tr>`;
}

function plainRow(label: string, one: Piece, two: Piece, taken = false): Html {
  return html`<tr>
    <th scope="row">${label}</th>
    <td><bdi>${one}</bdi></td>
    <td><bdi>${two}</bdi>${taken ? html` <small>is taken over</small>` : ''}</td>
  </tr>`;
}

function weight({ bought, customer }: Profile): string {
  const purchases = bought.count === 0 ? 'no purchases' : many(bought.count, 'purchase', 'purchases');
  return customer.since_on ? `${purchases}, since ${customer.since_on.slice(0, 4)}` : purchases;
}

function chosenFrom(form: Form, rows: Compared[]): Set<string> {
  return new Set(rows.map(({ name }) => name).filter((name) => form[name] === 'two'));
}
