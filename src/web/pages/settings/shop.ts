import { html } from 'hono/html';
import { businessById, changeBusiness, holdBusiness } from '../../../businesses/business.ts';
import { inOneCommit, type Refusal } from '../../../businesses/commit.ts';
import { type Conflict, type FilledIn, mergeSheet } from '../../../businesses/sheet.ts';
import { markEveryoneForReplan } from '../../../customers/replan.ts';
import { clash, readFilledIn, wasFields } from '../../clash.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { area, button, choice, field, hidden, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { shopFields } from './shop-form.ts';
import { changeOf, leapRules, optionsOf, policies, readSheet, sheetLabels, sheetOf, type ShopSheet } from './shop-sheet.ts';
import { settingsPage } from './tabs.ts';

export function shopPage(visit: Visit): Promise<Response> {
  const sheet = sheetOf(visit.business);
  return settingsPage(visit, '/settings', shopForm(visit, { sheet, seen: sheet }));
}

/** Saves the shop's facts. What another owner changed meanwhile stays; where both changed the same, both are shown. */
export async function shopPost(visit: Visit): Promise<Response> {
  const { seen, wanted } = readFilledIn(await visit.form(), readSheet);
  const saved = await save(visit, { seen, wanted });
  if (!saved.ok) return settingsPage(visit, '/settings', shopForm(visit, saved.state), { status: 422 });
  const { before, now, moved } = saved;
  const changed = (Object.keys(now) as (keyof ShopSheet)[]).filter((name) => now[name] !== before[name]);
  if (changed.length === 0) return after(visit, '/settings', { say: 'Nothing was different.' });
  const only = (sheet: ShopSheet) => Object.fromEntries(changed.map((name) => [name, sheet[name]]));
  const say = moved ? 'Saved. All coming cards are being planned anew.' : 'Saved.';
  return after(visit, '/settings', { say, undo: { path: '/settings', fields: { ...only(before), ...wasFields(only(now)) } } });
}

interface State {
  sheet: ShopSheet;
  /** What the form shows as its ground: what is changed here is changed from this. */
  seen: ShopSheet;
  refusal?: Refusal;
  conflicts?: Conflict<ShopSheet>[];
}

type Saved = { ok: true; before: ShopSheet; now: ShopSheet; moved: boolean } | { ok: false; state: State };

/** Where the shop's days or hours came to be others, all its customers are planned anew. */
function save({ db, business, actor }: Visit, { seen, wanted }: FilledIn<ShopSheet>): Promise<Saved> {
  return inOneCommit(db, async (trx): Promise<Saved> => {
    const before = sheetOf((await holdBusiness(trx, business.id)) ?? business);
    // A press that says no more than what it wants takes the shop as it is.
    const { merged, conflicts } = mergeSheet(before, { seen: { ...before, ...seen }, wanted });
    const again = { sheet: merged, seen: before, conflicts };
    if (conflicts.length > 0) return { ok: false, state: again };
    const changed = await changeBusiness(trx, business.id, changeOf(merged), actor);
    if (!changed.ok) return { ok: false, state: { ...again, refusal: changed } };
    if (changed.moved) await markEveryoneForReplan(trx, business.id, actor.now);
    return { ok: true, before, now: sheetOf((await businessById(trx, business.id)) ?? business), moved: changed.moved };
  });
}

function shopForm(visit: Visit, { sheet, seen, refusal, conflicts = [] }: State): Html {
  return html`<form class="stack" method="post" action="${visit.href('/settings')}" data-keep>
    ${hidden(wasFields(seen))} ${clashes(conflicts)}
    <section class="box">
      <h2>The shop</h2>
      ${shopFields(sheet, refusal, false)} ${sender(sheet, refusal)}
    </section>
    <section class="box">
      <h2>Happy customers</h2>
      ${happy(sheet, refusal)}
    </section>
    <section class="box">
      <h2>How Fondly decides</h2>
      ${decisions(sheet, refusal)}
    </section>
    <p class="settings-save">${button('Save', { kind: 'main' })}</p>
  </form>`;
}

function clashes(conflicts: Conflict<ShopSheet>[]): Html | '' {
  if (conflicts.length === 0) return '';
  return html`<section class="box">
    ${problemBox('Another owner changed the same while you were typing. Choose whose is to stand, and save again.')}
    ${conflicts.map((conflict) => clash(conflict, { label: sheetLabels[conflict.field], options: optionsOf(conflict.field, conflict.theirs) }))}
  </section>`;
}

function sender(sheet: ShopSheet, refusal: Refusal | undefined): Html {
  const at = (name: string) => (refusal?.about === name ? refusal.reason : undefined);
  return html`${field({
      name: 'fromName',
      label: sheetLabels.fromName,
      hint: 'What stands before the address in a mailbox. The shop’s name, unless you write another.',
      value: sheet.fromName,
      maxlength: 120,
    })}
    <div class="pair">
      ${field({
        name: 'replyTo',
        type: 'email',
        label: sheetLabels.replyTo,
        hint: 'The sender’s address, unless you write another.',
        value: sheet.replyTo,
        problem: at('replyTo'),
      })}
      ${field({
        name: 'alertEmail',
        type: 'email',
        label: sheetLabels.alertEmail,
        hint: 'A low answer in a survey is told here at once.',
        value: sheet.alertEmail,
        problem: at('alertEmail'),
      })}
    </div>`;
}

function happy(sheet: ShopSheet, refusal: Refusal | undefined): Html {
  const at = (name: string) => (refusal?.about === name ? refusal.reason : undefined);
  return html`${field({
    name: 'reviewUrl',
    type: 'url',
    label: sheetLabels.reviewUrl,
    hint: 'A link to your page on Google, Trustpilot or the like. Shown to whoever gave a good answer. Leave it empty for none.',
    value: sheet.reviewUrl,
    problem: at('reviewUrl'),
    placeholder: 'https://',
  })}
  ${field({
    name: 'referralLine',
    label: sheetLabels.referralLine,
    hint: 'Such as: “Bring a friend, and you both get a bunch of tulips.” Leave it empty for none.',
    value: sheet.referralLine,
    problem: at('referralLine'),
    maxlength: 300,
  })}`;
}

function decisions(sheet: ShopSheet, refusal: Refusal | undefined): Html {
  return html`${choice({
    name: 'uncertainPolicy',
    label: sheetLabels.uncertainPolicy,
    value: sheet.uncertainPolicy,
    options: policies,
  })}
  ${choice({
    name: 'leapRule',
    label: sheetLabels.leapRule,
    value: sheet.leapRule,
    options: leapRules,
  })}
  ${area({
    name: 'lostReasons',
    label: sheetLabels.lostReasons,
    hint: 'One reason on each line. Staff choose from these when a customer is lost.',
    value: sheet.lostReasons,
    rows: 6,
    problem: refusal?.about === 'lostReasons' ? refusal.reason : undefined,
  })}`;
}
