import { html } from 'hono/html';
import type { Business } from '../../../businesses/business.ts';
import { type Colours, lookFrom, PALETTES, remarkOn } from '../../../businesses/look.ts';
import { compileCard } from '../../../cards/compile.ts';
import { readGalleryCard } from '../../../cards/gallery.ts';
import { renderCard } from '../../../cards/render.ts';
import { wasFields } from '../../clash.ts';
import { type Form, textOf } from '../../forms.ts';
import { cardPage } from '../../headers.ts';
import type { Html } from '../../layout.ts';
import { button, hidden, icon } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { sampleData } from '../cards/samples.ts';

/** A name of a palette, 'own' or 'none', and the colours that stand in the two fields. */
export interface ChosenLook extends Colours {
  palette: string;
}

export function chosenOf({ accent, second }: Colours): ChosenLook {
  const known = PALETTES.find((palette) => palette.accent === accent && palette.second === second);
  return { palette: accent === null && second === null ? 'none' : (known?.name ?? 'own'), accent, second };
}

/** From a form or an address: undefined when nothing was chosen there. */
export function readChosen(get: (name: string) => string): ChosenLook | undefined {
  const palette = get('palette');
  if (palette === '') return undefined;
  const known = PALETTES.find(({ name }) => name === palette);
  if (known) return { palette, accent: known.accent, second: known.second };
  if (palette === 'none') return { palette, accent: null, second: null };
  const [accent, second] = [get('accent'), get('second')].map((text) => text.trim().toLowerCase());
  return { palette: 'own', accent: accent || null, second: second || null };
}

/** The colours that the form began with; undefined where a press does not say. */
export function readSeen(form: Form): Colours | undefined {
  if (!('was-accent' in form)) return undefined;
  return { accent: textOf(form, 'was-accent') || null, second: textOf(form, 'was-second') || null };
}

export function asFields({ accent, second }: Colours): Record<string, string> {
  return { accent: accent ?? '', second: second ?? '' };
}

/** Colours, with a card beside them that wears them at once; without a script at a press. */
export function coloursForm(visit: Visit, action: string, chosen: ChosenLook, problem: string | undefined, label: string): Html {
  return html`<form
      class="box look-colours"
      id="look"
      method="post"
      enctype="multipart/form-data"
      action="${visit.href(action)}"
      hx-get="${visit.href('/settings/look/beside')}"
      hx-trigger="change"
      hx-target="#look-beside"
      hx-swap="outerHTML"
    >
      <fieldset class="field">
        <legend>Colours</legend>
        <p class="hint">Every ready card takes them. Staff can still give one card colours of its own.</p>
        ${problem ? html`<p class="wrong-words" role="alert">${problem}</p>` : ''}
        <div class="look-palettes">
          ${palette(chosen, 'none', 'Each card’s own', ['#f4efe9', '#d8cabb'])}
          ${PALETTES.map(({ name, accent, second }) => palette(chosen, name, name, [accent, second]))}
          ${palette(chosen, 'own', 'Your own', [hexOr(chosen.accent, '#c8553d'), hexOr(chosen.second, '#f3d3c4')])}
        </div>
      </fieldset>
      <div class="look-own">
        ${colour('accent', 'Main colour', hexOr(chosen.accent, '#c8553d'))}
        ${colour('second', 'Second colour', hexOr(chosen.second, '#f3d3c4'))}
      </div>
      ${hidden(wasFields(asFields(visit.business)))}
      <p class="actions">
        ${button(label, { kind: 'main' })}
        <button class="quiet look-see" name="see" value="1" formmethod="get" formaction="${visit.c.req.path}">
          See it on a card
        </button>
      </p>
    </form>
    ${besideOf(visit, chosen)}`;
}

/** The card, and what is to be said about the colour. */
export function besideOf(visit: Visit, { accent, second }: Colours): Html {
  const query = new URLSearchParams({ accent: accent ?? '', second: second ?? '' }).toString();
  const remark = accent !== null && HEX.test(accent) ? remarkOn(accent) : undefined;
  return html`<div id="look-beside" class="look-beside">
    <div class="look-frame">
      <iframe
        title="A card in these colours"
        src="${visit.href(`/settings/look/card?${query}`)}"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        loading="lazy"
      ></iframe>
    </div>
    <p class="look-remark" role="status">${remark ?? 'These colours read well on every card.'}</p>
  </div>`;
}

/** The logo as it is, and the ways to change it. A file goes with the colours, so neither is lost by sending the other. */
export function logoBox({ business }: Visit, problem: string | undefined): Html {
  const own = business.logo;
  return html`<section class="box">
    <h2>Logo</h2>
    <p class="hint">
      A PNG, JPEG or WebP of at most 5 MB. It stands on every card, 120 pixels wide; we make it light and take out what a camera
      wrote into it.
    </p>
    ${own ? html`<p class="look-logo"><img src="/pictures/${business.id}/${own}" alt="The logo of ${business.name}" /></p>` : ''}
    <div class="look-upload">
      <div class="field ${problem ? 'wrong' : ''}">
        <label for="f-logo">${own ? 'Another logo' : 'Choose a file'}</label>
        ${problem ? html`<p class="wrong-words" id="f-logo-problem" role="alert">${problem}</p>` : ''}
        <input
          id="f-logo"
          name="logo"
          form="look"
          type="file"
          accept="image/png,image/jpeg,image/webp"
          ${problem ? html`aria-invalid="true" aria-describedby="f-logo-problem"` : ''}
        />
      </div>
      <button class="quiet" name="stay" value="1" form="look">${icon('upload')}Upload</button>
    </div>
    ${own ? html`<p><button class="quiet" name="file" value="" form="look">${icon('trash-2')}Take the logo away</button></p>` : ''}
  </section>`;
}

/** A ready card as it would be in colours that are not saved yet. */
export async function lookCard(visit: Visit): Promise<Response> {
  const { c, business } = visit;
  const colours = readChosen((name) => (name === 'palette' ? 'own' : (c.req.query(name) ?? '')));
  const html = await renderIn(visit, business, {
    accent: hexOr(colours?.accent ?? null, null),
    second: hexOr(colours?.second ?? null, null),
  });
  return html === undefined ? visit.missing() : cardPage(c, html, true);
}

async function renderIn({ site }: Visit, business: Business, colours: Colours): Promise<string | undefined> {
  const language = business.locale.split('-')[0] ?? 'en';
  const design = await readGalleryCard(SHOWN_CARD);
  const spoken = design?.words[language] ? language : 'en';
  const words = design?.words[spoken];
  if (!design || !words) return undefined;
  const compiled = await compileCard({ mjml: design.mjml, words, language: spoken, look: lookFrom({ ...business, ...colours }) });
  return compiled.ok ? renderCard(compiled.card, sampleData(site, business, 'everyday', spoken)).html : undefined;
}

/** It shows both colours, and words written in them. */
const SHOWN_CARD = 'birthday-balloons';

const HEX = /^#[0-9a-f]{6}$/;

function hexOr<T extends string | null>(text: string | null, other: T): string | T {
  return text !== null && HEX.test(text) ? text : other;
}

function palette(chosen: ChosenLook, value: string, name: string, [accent = '', second = '']: string[]): Html {
  return html`<label class="look-palette">
    <input type="radio" name="palette" value="${value}" ${chosen.palette === value ? html`checked` : ''} />
    <svg viewBox="0 0 48 32" width="48" height="32" aria-hidden="true">
      <rect width="48" height="32" rx="8" fill="${second}" />
      <path d="M8 0h20v32H8a8 8 0 0 1-8-8V8a8 8 0 0 1 8-8z" fill="${accent}" />
    </svg>
    <span>${name}</span>
  </label>`;
}

function colour(name: string, label: string, value: string): Html {
  return html`<div class="field">
    <label for="f-${name}">${label}</label>
    <input id="f-${name}" name="${name}" type="color" value="${value}" />
  </div>`;
}
