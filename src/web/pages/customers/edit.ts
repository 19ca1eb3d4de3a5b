import { html } from 'hono/html';
import { type Conflict, editCustomer, type Sheet, type SheetField, sheetOf } from '../../../customers/edit.ts';
import { nameOf, type Profile } from '../../../customers/profile.ts';
import { languageName } from '../../days.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { area, button, field, hidden, type Piece, problemBox, select } from '../../parts.ts';
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
  const { notes: _notes, ...sheet } = sheetOf(found.profile);
  return draw(visit, found.profile, { sheet, seen: sheet });
}

/** Saves what was changed here. What somebody else changed meanwhile stays; where both changed the same, both are shown. */
export async function postEdit(visit: Visit): Promise<Response> {
  const found = await lookUp(visit);
  if ('answer' in found) return found.answer;
  const { db, business, actor } = visit;
  const { customer, person } = found.profile;
  const form = await visit.form();
  const [sheet, seen] = [readFields(form, ''), readFields(form, 'was-')];
  const wanted = { ...sheet, ...theirsChosen(form, seen) };
  const saved = await editCustomer(db, business.id, customer.id, { seen, wanted }, actor);
  if (!saved.ok && 'conflicts' in saved) {
    const { notes: _notes, ...now } = saved.now;
    return draw(visit, found.profile, {
      sheet: rebased(wanted, seen, now),
      seen: now,
      conflicts: saved.conflicts,
      problem: saved.reason,
    });
  }
  if (!saved.ok) return draw(visit, found.profile, { sheet, seen, problem: saved.reason });
  if (!saved.changed) return after(visit, `/customers/${customer.id}`);
  const name = nameOf({ ...person, given_name: wanted.givenName, family_name: wanted.familyName });
  return kept(visit, customer.id, `${name} was changed.`);
}

interface State {
  sheet: Fields;
  /** What the form shows as its ground: what is changed here is changed from this. */
  seen: Fields;
  conflicts?: Conflict[];
  problem?: string;
}

function draw(visit: Visit, profile: Profile, state: State): Promise<Response> {
  const { id } = profile.customer;
  const name = nameOf(profile.person);
  const content = html`${topOf(visit, { id, name }, html`Edit <bdi>${name}</bdi>`)} ${problemBox(state.problem)}
    <form class="box" method="post" action="${visit.href(`/customers/${id}/edit`)}" data-keep>
      ${hidden(Object.fromEntries(NAMES.map((field_) => [`was-${field_}`, state.seen[field_]])))}
      <div class="customers-pair">${who(state)}</div>
      <h2>How cards reach them</h2>
      <div class="customers-pair">${reach(visit, profile, state)}</div>
      ${clash(state, 'custom')}
      ${area({ name: 'custom', label: 'Fields of your own', value: state.sheet.custom, hint: 'One on each line: “Favourite flower: tulips”.' })}
      <div class="actions">${button('Keep', { kind: 'main' })} ${goBack(visit, id)}</div>
    </form>`;
  return membersPage(visit, { title: `Edit ${name}`, section: 'customers', content, ...(state.problem ? { status: 422 } : {}) });
}

type Look = Omit<Parameters<typeof field>[0], 'name' | 'value'>;

function text(state: State, name: keyof Fields, look: Look): Html {
  return html`<div>${clash(state, name)}${field({ name, value: state.sheet[name], autocomplete: 'off', ...look })}</div>`;
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
  const hint = 'Where their morning is. Empty: the shop’s.';
  return [
    html`<div>
      ${clash(state, 'language')}${select({ name: 'language', label: 'Language', value: language, options: languages(language) })}
    </div>`,
    text(state, 'zone', { label: 'Time zone', list: zones(), placeholder: business.zone, hint }),
    leap ? html`<div>${clash(state, 'leapRule')}${select(rule)}</div>` : hidden({ leapRule }),
  ];
}

/** Both values side by side, and whose is to stand. */
function clash({ conflicts }: State, field_: SheetField): Piece {
  const conflict = conflicts?.find(({ field: name }) => name === field_);
  if (!conflict) return '';
  const shown = (value: string): Html => (value === '' ? html`<em>nothing</em>` : html`<bdi>${value}</bdi>`);
  return html`<fieldset class="customers-clash">
    <legend>Two of you changed this</legend>
    <label class="option"
      ><input type="radio" name="keep-${field_}" value="yours" checked /><span
        >Yours, as below: ${shown(conflict.yours)}</span
      ></label
    >
    <label class="option"
      ><input type="radio" name="keep-${field_}" value="theirs" /><span>Theirs: ${shown(conflict.theirs)}</span></label
    >
  </fieldset>`;
}

function readFields(form: Form, prefix: string): Fields {
  const entries = NAMES.map((field_) => [field_, textOf(form, prefix + field_).replaceAll('\r\n', '\n')]);
  return Object.fromEntries(entries) as Fields;
}

function theirsChosen(form: Form, seen: Fields): Partial<Fields> {
  const chosen = NAMES.filter((field_) => textOf(form, `keep-${field_}`) === 'theirs');
  return Object.fromEntries(chosen.map((field_) => [field_, seen[field_]]));
}

/** What was typed, on the ground of what stands now: fields that were not touched here show what others made of them. */
function rebased(wanted: Fields, seen: Fields, now: Fields): Fields {
  return Object.fromEntries(
    NAMES.map((field_) => [field_, wanted[field_].trim() === seen[field_].trim() ? now[field_] : wanted[field_]]),
  ) as unknown as Fields;
}

const leapRules = [
  { value: '', label: 'As the shop does' },
  { value: 'feb28', label: '28 February' },
  { value: 'mar1', label: '1 March' },
];

const USUAL = 'en en-US de de-CH fr es it nl pl pt pt-BR sv da nb fi cs hu ro tr el uk ru ar he hi ja zh'.split(' ');

function languages(now: string): { value: string; label: string }[] {
  const tags = now === '' || USUAL.includes(now) ? USUAL : [now, ...USUAL];
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const own = tags.filter(isTag).map((tag) => ({ value: tag, label: `${names.of(tag) ?? tag} · ${languageName(tag)}` }));
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
