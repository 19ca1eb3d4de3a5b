import { html } from 'hono/html';
import type { Business, BusinessChange } from '../../../businesses/business.ts';
import type { Refusal } from '../../../businesses/commit.ts';
import { listCountries, readLocale, zoneOfCountry } from '../../../businesses/place.ts';
import { zoneMeant } from '../../../calendar/instant.ts';
import { languageName } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { area, field, type Option, problemBox, select } from '../../parts.ts';

/** A shop's facts as they stand in a form. */
export interface ShopValues {
  name: string;
  postalAddress: string;
  zone: string;
  country: string;
  language: string;
  fromName: string;
  from: string;
}

export const shopLabels: Record<keyof ShopValues, string> = {
  name: 'Name of the shop',
  postalAddress: 'Postal address',
  zone: 'Time zone',
  country: 'Country',
  language: 'Language of the shop',
  fromName: 'Sender’s name',
  from: 'Cards come from',
};

/** In which languages the ready cards are worded. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'el', 'zh', 'ar'];

export function shopValuesOf(business: Business): ShopValues {
  return {
    name: business.name,
    postalAddress: business.postal_address,
    zone: business.zone,
    country: business.country,
    language: business.locale.split('-')[0] ?? 'en',
    fromName: business.from_name,
    from: business.from_address,
  };
}

export function readShopValues(textOf: (name: string) => string): ShopValues {
  const text = (name: keyof ShopValues) => textOf(name).trim().slice(0, 2000);
  const country = text('country');
  return {
    name: text('name'),
    postalAddress: textOf('postalAddress').trim().slice(0, 1000),
    // Somebody whose browser says nothing still has it from the country, where that has but one.
    zone: zoneMeant(text('zone')) ?? (text('zone') || (zoneOfCountry(country) ?? '')),
    country,
    language: text('language'),
    fromName: text('fromName'),
    from: text('from'),
  };
}

/** What the verbs take: left out where it follows from the rest. */
export function asChange(values: ShopValues): BusinessChange & { name: string; zone: string; postalAddress: string } {
  const locale = readLocale(values.country ? `${values.language}-${values.country}` : values.language);
  return {
    name: values.name,
    zone: values.zone,
    postalAddress: values.postalAddress,
    from: { name: values.fromName || values.name, address: values.from },
    ...(values.country && { country: values.country }),
    ...(locale && { locale }),
  };
}

/** The fields themselves; the sentence of a refusal stands at the field that it is about. `guess`: the browser may say where it is. */
export function shopFields(values: ShopValues, refusal: Refusal | undefined, guess: boolean): Html {
  const at = (name: string) => (refusal?.about === name ? refusal.reason : undefined);
  return html`${refusal && !FIELDS.has(refusal.about ?? '') ? problemBox(refusal.reason) : ''}
    ${field({
      name: 'name',
      label: shopLabels.name,
      hint: 'As customers know it. It stands on every card.',
      value: values.name,
      problem: at('name'),
      required: true,
      autocomplete: 'organization',
      maxlength: 120,
    })}
    ${area({
      name: 'postalAddress',
      label: shopLabels.postalAddress,
      hint: 'Under every card in small letters: the law in many countries wants it.',
      value: values.postalAddress,
      problem: at('postalAddress'),
      required: true,
      maxlength: 1000,
    })}
    <div class="pair">
      ${select({ name: 'country', label: shopLabels.country, hint: 'Whose holidays and habits it keeps.', value: values.country, options: countries(), problem: at('country') })}
      ${zoneField(values.zone, at('zone'), guess)}
    </div>
    ${languageAndSender(values, at)}`;
}

const FIELDS = new Set([
  'name',
  'postalAddress',
  'country',
  'zone',
  'locale',
  'from',
  'replyTo',
  'alertEmail',
  'reviewUrl',
  'referralLine',
  'lostReasons',
]);

function languageAndSender(values: ShopValues, at: (name: string) => string | undefined): Html {
  return html`${select({
    name: 'language',
    label: shopLabels.language,
    hint: 'A customer with a language of their own gets cards in that one.',
    value: values.language,
    options: languages(values.language),
    problem: at('locale'),
  })}
  ${field({
    name: 'from',
    type: 'email',
    label: shopLabels.from,
    hint: 'The address that customers see as the sender. Best is one of the shop’s own domain.',
    value: values.from,
    problem: at('from'),
    required: true,
    autocomplete: 'email',
  })}`;
}

/** What may be chosen for a field; nothing where people write. */
export function shopOptions(field: string, value: string): Option[] {
  if (field === 'country') return countries();
  return field === 'language' ? languages(value) : [];
}

function countries(): Option[] {
  return [
    { value: '', label: 'As the time zone says' },
    ...listCountries().map(({ code, name }) => ({ value: code, label: name })),
  ];
}

function languages(value: string): Option[] {
  const all = LANGUAGES.includes(value) || value === '' ? LANGUAGES : [...LANGUAGES, value];
  return all.map((code) => ({ value: code, label: languageName(code) }));
}

/** Filled in by the browser, which knows where it is; any zone may be typed. */
function zoneField(zone: string, problem: string | undefined, guess: boolean): Html {
  const described = problem
    ? html`aria-invalid="true" aria-describedby="f-zone-hint f-zone-problem"`
    : html`aria-describedby="f-zone-hint"`;
  return html`<div class="field ${problem ? 'wrong' : ''}">
    <label for="f-zone">${shopLabels.zone}</label>
    <p class="hint" id="f-zone-hint">By whose clock the shop lives.</p>
    ${problem ? html`<p class="wrong-words" id="f-zone-problem" role="alert">${problem}</p>` : ''}
    <input
      id="f-zone"
      name="zone"
      value="${zone}"
      list="f-zone-list"
      autocomplete="off"
      data-zone="${guess && zone === '' ? '' : 'kept'}"
      ${described}
    />
    <datalist id="f-zone-list">
      ${Intl.supportedValuesOf('timeZone').map((name) => html`<option value="${name}"></option>`)}
    </datalist>
  </div>`;
}
