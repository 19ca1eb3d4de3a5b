import type { Context } from 'hono';
import { html } from 'hono/html';
import { confirmSignUp, findSignUp, signUp, type SignUpFault } from '../../answers/sign-up.ts';
import { type Business, findBusiness } from '../../businesses/business.ts';
import { limitKey, takeTry } from '../../businesses/sign-in-limits.ts';
import { type LinkTarget, readLink } from '../../links/token.ts';
import { dayIn, type Form, readForm, shown, textOf } from '../forms.ts';
import { type Html, noticePage, sheetPage } from '../layout.ts';
import { networkOf } from '../networks.ts';
import type { Site } from '../site.ts';
import { fill, type Speech, speak, speakAsAsked } from '../words.ts';
import { dayFields, wrongDay } from './day-fields.ts';

/** The shop's own form, for a code on the counter: in the visitor's language. */
export function joinForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const business = await findBusiness(site.db, c.req.param('slug') ?? '');
    if (!business) return c.notFound();
    const speech = speechFor(c);
    return c.html(c.req.query('sent') === undefined ? formPage(business, speech) : sentPage(business, speech));
  };
}

/** From one network: a shop's counter is one, and so is a flood. */
const LIMIT = { most: 60, minutes: 60 };

export function joinPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const business = await findBusiness(site.db, c.req.param('slug') ?? '');
    if (!business) return c.notFound();
    const speech = speechFor(c);
    const say = speech.words.join;
    const shop = business.name;
    const busy = () => c.html(noticePage({ title: say.busyTitle, text: say.busy, shop, speech }), 429);
    if (await takeTry(site.db, limitKey(site.secretKeys, 'join', networkOf(c, site)), LIMIT, site.now())) return busy();
    const form = await readForm(c);
    if (textOf(form, 'consent') !== 'yes') return c.html(formPage(business, speech, form, 'consent'), 422);
    const done = await signUp(site.db, business.id, wishIn(form, business, speech), site.now());
    if (!done.ok) return done.fault === 'busy' ? busy() : c.html(formPage(business, speech, form, done.fault), 422);
    return shown(c, { sent: '1' });
  };
}

/** The link in the letter asks once more, because mail filters open every link. */
export function confirmForm(site: Site) {
  return async (c: Context): Promise<Response> => {
    const found = await foundBy(site, c);
    if (!found) return c.notFound();
    return c.html(found.confirmed ? donePage(found) : confirmPage(found));
  };
}

export function confirmPost(site: Site) {
  return async (c: Context): Promise<Response> => {
    const found = await foundBy(site, c);
    const done = found && (await confirmSignUp(site.db, found.link, site.now()));
    return done?.ok ? shown(c, { done: '1' }) : c.notFound();
  };
}

interface Found {
  link: LinkTarget;
  shop: string;
  language: string;
  confirmed: boolean;
}

async function foundBy(site: Site, c: Context): Promise<Found | undefined> {
  const link = readLink(site.keys, 'confirm', c.req.param('token') ?? '');
  const found = link && (await findSignUp(site.db, link, site.now()));
  return link && found && { link, ...found };
}

function speechFor(c: Context): Speech {
  return speakAsAsked(c.req.header('accept-language'));
}

function wishIn(form: Form, { name: shop }: Business, { language, words }: Speech) {
  return {
    email: textOf(form, 'email'),
    givenName: textOf(form, 'given'),
    familyName: textOf(form, 'family'),
    birthday: dayIn(form),
    language,
    wording: fill(words.join.consent, { shop }),
  };
}

function formPage(business: Business, speech: Speech, form: Form = {}, fault?: SignUpFault | 'consent'): Html {
  const { name: shop, country } = business;
  const say = speech.words.join;
  const typed = dayIn(form);
  const day = wrongDay(typed, speech.words);
  const problems = { email: say.wrongEmail, name: say.wrongName, day, consent: say.noConsent };
  const content = html`${fault ? html`<p class="problem" role="alert">${problems[fault]}</p>` : ''}
    <h1>${fill(say.title, { shop })}</h1>
    <p>${say.lead}</p>
    <form method="post" class="lines">
      ${line('given', say.given, form, html`required autocomplete="given-name"`)}
      ${line('family', say.family, form, html`autocomplete="family-name"`)}
      ${line('email', say.email, form, html`required type="email" autocomplete="email" dir="ltr"`)}
      <fieldset>
        <legend>${say.birthday}</legend>
        ${dayFields('b', typed, speech, country)}
      </fieldset>
      <label class="choice"
        ><input type="checkbox" name="consent" value="yes" required ${textOf(form, 'consent') === 'yes' ? 'checked' : ''} /><span
          >${fill(say.consent, { shop })}</span
        ></label
      >
      <button type="submit">${say.button}</button>
    </form>`;
  return sheetPage({ title: fill(say.title, { shop }), shop, content, speech });
}

function sentPage({ name: shop }: Business, speech: Speech): Html {
  const { sentTitle, sent } = speech.words.join;
  return noticePage({ title: sentTitle, text: fill(sent, { shop }), shop, speech });
}

function line(name: string, label: string, form: Form, more: Html): Html {
  return html`<label for="${name}"
    >${label} <input id="${name}" name="${name}" maxlength="254" value="${textOf(form, name)}" ${more}
  /></label>`;
}

function confirmPage({ shop, language }: Found): Html {
  const speech = speak(language);
  const { confirmTitle, confirmText, confirmButton } = speech.words.join;
  const content = html`<h1>${confirmTitle}</h1>
    <p>${fill(confirmText, { shop })}</p>
    <form method="post"><button type="submit">${confirmButton}</button></form>`;
  return sheetPage({ title: confirmTitle, shop, content, speech });
}

function donePage({ shop, language }: Found): Html {
  const speech = speak(language);
  const { doneTitle, done } = speech.words.join;
  return noticePage({ title: doneTitle, text: fill(done, { shop }), shop, speech });
}
