import { html } from 'hono/html';
import { type Business, type BusinessChange, changeBusiness } from '../../../businesses/business.ts';
import { inOneCommit, type Refusal } from '../../../businesses/commit.ts';
import { markEveryoneForReplan } from '../../../customers/replan.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { area, button, choice, field } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { asChange, readShopValues, shopFields, type ShopValues, shopValuesOf } from './shop-form.ts';
import { settingsPage } from './tabs.ts';

/** Everything that the form holds, as text. */
interface Values extends ShopValues {
  replyTo: string;
  alertEmail: string;
  reviewUrl: string;
  referralLine: string;
  lostReasons: string;
  uncertainPolicy: string;
  leapRule: string;
}

export function shopPage(visit: Visit): Promise<Response> {
  return settingsPage(visit, '/settings', shopForm(visit, valuesOf(visit.business), undefined));
}

/** Saves the shop's facts. Where its days or hours came to be others, all its customers are planned anew. */
export async function shopPost(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const values = readValues(await visit.form());
  const outcome = await inOneCommit(db, async (trx) => {
    const changed = await changeBusiness(trx, business.id, wanted(values), actor);
    if (changed.ok && changed.moved) await markEveryoneForReplan(trx, business.id, actor.now);
    return changed;
  });
  if (!outcome.ok) return settingsPage(visit, '/settings', shopForm(visit, values, outcome), { status: 422 });
  if (!outcome.changed) return after(visit, '/settings', { say: 'Nothing was different.' });
  const say = outcome.moved ? 'Saved. All coming cards are being planned anew.' : 'Saved.';
  return after(visit, '/settings', { say, undo: { path: '/settings', fields: { ...valuesOf(business) } } });
}

function valuesOf(business: Business): Values {
  return {
    ...shopValuesOf(business),
    replyTo: business.reply_to ?? '',
    alertEmail: business.alert_email ?? '',
    reviewUrl: business.review_url ?? '',
    referralLine: business.referral_line ?? '',
    lostReasons: business.lost_reasons.join('\n'),
    uncertainPolicy: business.uncertain_policy,
    leapRule: business.leap_rule,
  };
}

function readValues(form: Form): Values {
  const text = (name: keyof Values) => textOf(form, name).trim().slice(0, 2000);
  return {
    ...readShopValues(form),
    replyTo: text('replyTo'),
    alertEmail: text('alertEmail'),
    reviewUrl: text('reviewUrl'),
    referralLine: text('referralLine'),
    lostReasons: text('lostReasons'),
    uncertainPolicy: text('uncertainPolicy'),
    leapRule: text('leapRule'),
  };
}

function wanted(values: Values): BusinessChange {
  return {
    ...asChange(values),
    replyTo: values.replyTo || null,
    alertEmail: values.alertEmail || null,
    reviewUrl: values.reviewUrl || null,
    referralLine: values.referralLine || null,
    lostReasons: [...new Set(values.lostReasons.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean),
    uncertainPolicy: values.uncertainPolicy === 'retry' ? 'retry' : 'ask',
    leapRule: values.leapRule === 'mar1' ? 'mar1' : 'feb28',
  };
}

function shopForm(visit: Visit, values: Values, refusal: Refusal | undefined): Html {
  return html`<form class="stack" method="post" action="${visit.href('/settings')}" data-keep>
    <section class="box">
      <h2>The shop</h2>
      ${shopFields(values, refusal, false)} ${sender(values, refusal)}
    </section>
    <section class="box">
      <h2>Happy customers</h2>
      ${happy(values, refusal)}
    </section>
    <section class="box">
      <h2>How Fondly decides</h2>
      ${policies(values, refusal)}
    </section>
    <p class="settings-save">${button('Save', { kind: 'main' })}</p>
  </form>`;
}

function sender(values: Values, refusal: Refusal | undefined): Html {
  const at = (name: string) => (refusal?.about === name ? refusal.reason : undefined);
  return html`${field({
      name: 'fromName',
      label: 'Sender’s name',
      hint: 'What stands before the address in a mailbox. The shop’s name, unless you write another.',
      value: values.fromName,
      maxlength: 120,
    })}
    <div class="pair">
      ${field({
        name: 'replyTo',
        type: 'email',
        label: 'Replies go to',
        hint: 'The sender’s address, unless you write another.',
        value: values.replyTo,
        problem: at('replyTo'),
      })}
      ${field({
        name: 'alertEmail',
        type: 'email',
        label: 'Tell us of trouble at',
        hint: 'A low answer in a survey is told here at once.',
        value: values.alertEmail,
        problem: at('alertEmail'),
      })}
    </div>`;
}

function happy(values: Values, refusal: Refusal | undefined): Html {
  const at = (name: string) => (refusal?.about === name ? refusal.reason : undefined);
  return html`${field({
    name: 'reviewUrl',
    type: 'url',
    label: 'Where they may praise you in public',
    hint: 'A link to your page on Google, Trustpilot or the like. Shown to whoever gave a good answer. Leave it empty for none.',
    value: values.reviewUrl,
    problem: at('reviewUrl'),
    placeholder: 'https://',
  })}
  ${field({
    name: 'referralLine',
    label: 'A line about bringing a friend',
    hint: 'Such as: “Bring a friend, and you both get a bunch of tulips.” Leave it empty for none.',
    value: values.referralLine,
    problem: at('referralLine'),
    maxlength: 300,
  })}`;
}

function policies(values: Values, refusal: Refusal | undefined): Html {
  return html`${choice({
    name: 'uncertainPolicy',
    label: 'When the line breaks and nobody knows whether a card arrived',
    value: values.uncertainPolicy,
    options: [
      { value: 'ask', label: 'Ask us', hint: 'It waits on the home page until somebody decides.' },
      { value: 'retry', label: 'Send it once more', hint: 'Nobody is missed; in rare cases somebody gets the same card twice.' },
    ],
  })}
  ${choice({
    name: 'leapRule',
    label: 'Birthdays on 29 February, in years without one',
    value: values.leapRule,
    options: [
      { value: 'feb28', label: 'On 28 February' },
      { value: 'mar1', label: 'On 1 March' },
    ],
  })}
  ${area({
    name: 'lostReasons',
    label: 'Why customers leave',
    hint: 'One reason on each line. Staff choose from these when a customer is lost.',
    value: values.lostReasons,
    rows: 6,
    problem: refusal?.about === 'lostReasons' ? refusal.reason : undefined,
  })}`;
}
