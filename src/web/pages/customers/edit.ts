import { html } from 'hono/html';
import type { Conflict } from '../../../businesses/sheet.ts';
import { editCustomer, type Sheet, sheetOf } from '../../../customers/edit.ts';
import { nameOf, type Profile } from '../../../customers/profile.ts';
import { clash, readFilledIn, wasFields } from '../../clash.ts';
import { languageInEnglish, languageName } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { area, button, field, hidden, type Option, type Piece, problemBox, select } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { goBack, topOf } from './frame.ts';
import { kept } from './kept.ts';
import { lookUp } from './look-up.ts';

type Fields = Omit<Sheet, 'notes'>;
const NAMES: (keyof Fields)[] = [
  'givenName',
  'familyName',
  'email',
  'phone',
  'reference',
  'joinedOn',
  'language',
  'zone',
  'leapRule',
  'custom',
];

export async function editPage(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const sheet = sheetOf(found.profile);
  return draw(visit, found.profile, { sheet, seen: sheet });
}

/** Saves what was changed here. What somebody else changed meanwhile stays; where both changed the same, both are shown. */
export async function postEdit(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { db, business, actor } = visit;
  const { customer, person } = found.profile;
  const { seen, wanted } = readFilledIn(await visit.form(), readFields);
  const saved = await editCustomer(db, business.id, customer.id, { seen, wanted }, actor);
  if (!saved.ok && 'conflicts' in saved) {
    const { now, merged: sheet, conflicts, reason: problem } = saved;
    return draw(visit, found.profile, { sheet, seen: now, conflicts, problem });
  }
  const now = sheetOf(found.profile);
  const sheet = { ...now, ...wanted };
  if (!saved.ok) return draw(visit, found.profile, { sheet, seen: { ...now, ...seen }, problem: saved.reason });
  if (!saved.changed) return after(visit, `/customers/${customer.id}`);
  const name = nameOf({ ...person, given_name: sheet.givenName, family_name: sheet.familyName });
  return kept(visit, customer.id, `${name} was changed.`);
}

interface State {
  sheet: Sheet;
  /** What the form shows as its ground: what is changed here is changed from this. */
  seen: Sheet;
  conflicts?: Conflict<Sheet>[];
  problem?: string;
}

function draw(visit: Visit, profile: Profile, state: State): Promise<Response> {
  const { id } = profile.customer;
  const name = nameOf(profile.person);
  const { notes: _notes, ...seen } = state.seen;
  const content = html`${topOf(visit, { id, name }, html`Edit <bdi>${name}</bdi>`)} ${problemBox(state.problem)}
    <form class="box" method="post" action="${visit.href(`/customers/${id}/edit`)}" data-keep>
      ${hidden(wasFields(seen))}
      <div class="customers-pair">${who(state)}</div>
      <h2>How cards reach them</h2>
      <div class="customers-pair">${reach(visit, profile, state)}</div>
      ${clashAt(state, 'custom')}
      ${area({ name: 'custom', label: 'Fields of your own', value: state.sheet.custom, hint: 'One on each line: “Favourite flower: tulips”.' })}
      <div class="actions">${button('Keep', { kind: 'main' })} ${goBack(visit, id)}</div>
    </form>`;
  return membersPage(visit, { title: `Edit ${name}`, section: 'customers', content, ...(state.problem ? { status: 422 } : {}) });
}

type Look = Omit<Parameters<typeof field>[0], 'name' | 'value'>;

function text(state: State, name: keyof Fields, look: Look): Html {
  return html`<div>${clashAt(state, name)}${field({ name, value: state.sheet[name], autocomplete: 'off', ...look })}</div>`;
}

function who(state: State): Html[] {
  return [
    text(state, 'givenName', { label: 'First name', hint: 'Cards greet with it.' }),
    text(state, 'familyName', { label: 'Family name', hint: 'May stay empty.' }),
    text(state, 'email', { label: 'E-mail', type: 'email' }),
    text(state, 'phone', { label: 'Phone', type: 'tel' }),
    text(state, 'reference', { label: 'Your number for them' }),
    text(state, 'joinedOn', { label: 'Customer since', type: 'date' }),
  ];
}

function reach({ business }: Visit, { dates }: Profile, state: State): Piece[] {
  const { language, leapRule } = state.sheet;
  const leap = leapRule !== '' || dates.some(({ month, day }) => month === 2 && day === 29);
  const rule = { name: 'leapRule', label: 'Born on 29 February: other years', value: leapRule, options: leapRules };
  const spoken = languages(language);
  const hint = 'Where their morning is. Empty: the shop’s.';
  return [
    html`<div>
      ${clashAt(state, 'language', spoken)}${select({ name: 'language', label: 'Language', value: language, options: spoken })}
    </div>`,
    text(state, 'zone', { label: 'Time zone', list: zones(), placeholder: business.zone, hint }),
    leap ? html`<div>${clashAt(state, 'leapRule', leapRules)}${select(rule)}</div>` : hidden({ leapRule }),
  ];
}

function clashAt({ conflicts }: State, name: keyof Fields, options: readonly Option[] = []): Piece {
  const conflict = conflicts?.find(({ field: there }) => there === name);
  return conflict ? clash(conflict, { options }) : '';
}

function readFields(textOf_: (name: string) => string): Fields {
  return Object.fromEntries(NAMES.map((name) => [name, textOf_(name)])) as unknown as Fields;
}

const leapRules = [
  { value: '', label: 'As the shop does' },
  { value: 'feb28', label: '28 February' },
  { value: 'mar1', label: '1 March' },
];

const USUAL = 'en en-US de de-CH fr es it nl pl pt pt-BR sv da nb fi cs hu ro tr el uk ru ar he hi ja zh'.split(' ');

function languages(now: string): { value: string; label: string }[] {
  const tags = now === '' || USUAL.includes(now) ? USUAL : [now, ...USUAL];
  const own = tags.filter(isTag).map((tag) => ({ value: tag, label: `${languageInEnglish(tag)} · ${languageName(tag)}` }));
  return [{ value: '', label: 'The shop’s' }, ...own.toSorted((a, b) => a.label.localeCompare(b.label, 'en'))];
}

// What was typed into a form that was made up may be anything.
function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

let known: string[] | undefined;

function zones(): string[] {
  known ??= Intl.supportedValuesOf('timeZone');
  return known;
}
