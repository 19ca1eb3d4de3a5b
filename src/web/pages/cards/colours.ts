import { html } from 'hono/html';
import { PALETTES, remarkOn } from '../../../businesses/look.ts';
import { companionOf, inkOn } from '../../../cards/colours.ts';
import { saveDraft } from '../../../occasions/card-drafts.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { button, field, hidden } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type AtDraft, draftAt, revIn } from './draft.ts';
import { pageAt, pressAt, undoOf } from './presses.ts';

const COLOURS = { accent: 'Main colour', second: 'Second colour' } as const;
type Name = keyof typeof COLOURS;

/** The card's own colours: the shop's and the ready ones at one press each, or any other, with what is to be said of the one it has. */
export function coloursForm(visit: Visit, at: AtDraft): Html {
  const worn = wornBy(visit, at);
  const without = (visit.business.accent ?? visit.business.second) ? 'The shop’s colours' : 'The design’s own colours';
  return html`<form class="box compose-colours" method="post" action="${pressAt(visit, at, 'colours')}">
    ${hidden({ rev: at.draft.rev })} ${colourChoice(visit, 'accent', worn)} ${colourChoice(visit, 'second', worn)}
    ${button(without, { name: 'do', value: 'shop', icon: 'palette' })}
  </form>`;
}

function colourChoice({ business }: Visit, name: Name, worn: Record<Name, string>): Html {
  const label = COLOURS[name];
  const swatches = swatchesFor(business, name);
  const other = !swatches.some(({ colour }) => colour === worn[name]);
  const remark = remarkOn(worn[name]);
  return html`<fieldset class="field">
    <legend>${label}</legend>
    <p class="compose-swatches">${swatches.map((swatch) => swatchButton(name, swatch, worn[name]))}</p>
    <p class="hint">${remark ?? 'Words in this colour read well on white.'}</p>
    <details ${other ? html`open` : ''}>
      <summary>Another colour</summary>
      <div class="compose-other">
        ${field({ name, label: `${label} of your own`, type: 'color', value: worn[name] })}
        ${button('Use it', { name: 'do', value: name, says: `Use it: ${label.toLowerCase()} of your own` })}
      </div>
    </details>
  </fieldset>`;
}

interface Swatch {
  colour: string;
  called: string;
}

/** The shop's own colours first, the one of this name before the other. */
function swatchesFor({ accent, second }: Visit['business'], name: Name): Swatch[] {
  const own = [
    { colour: accent, called: 'The shop’s main colour' },
    { colour: second, called: 'The shop’s second colour' },
  ].flatMap(({ colour, called }) => (colour === null ? [] : [{ colour, called }]));
  const shops = name === 'accent' ? own : own.toReversed();
  const ready = PALETTES.map((palette) => ({ colour: palette[name], called: palette.name }));
  const all = [...shops, ...ready];
  return all.filter(({ colour }, at) => all.findIndex((one) => one.colour === colour) === at);
}

function swatchButton(name: Name, { colour, called }: Swatch, worn: string): Html {
  const chosen = colour === worn;
  return html`<button
    class="compose-swatch"
    name="pick"
    value="${name} ${colour}"
    title="${called}"
    aria-label="${COLOURS[name]}: ${called}"
    aria-pressed="${String(chosen)}"
  >
    <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="${colour}" />
      ${chosen ? html`<path d="M9 17l5 5 9-11" fill="none" stroke="${inkOn(colour)}" stroke-width="3" stroke-linecap="round" />` : ''}
    </svg>
  </button>`;
}

/** What the card wears now: its own colours, else the shop's, else the design's. */
function wornBy({ business }: Visit, { draft }: AtDraft): Record<Name, string> {
  const own = draft.look.colours ?? {};
  const accent = own['accent'] ?? business.accent;
  const second = own['second'] ?? business.second ?? (accent && companionOf(accent));
  return { accent: accent ?? colourIn(draft.mjml, 'accent'), second: second ?? colourIn(draft.mjml, 'second') };
}

/** One colour of a card that became another; null is the shop's. */
export function colourChange(name: string, before: string | null, now: string | null): string {
  const known = (Object.keys(COLOURS) as Name[]).find((one) => one === name);
  const said = (colour: string | null): string => {
    if (colour === null) return 'the shop’s';
    return (known && PALETTES.find((palette) => palette[known] === colour)?.name) ?? colour;
  };
  return `${known ? COLOURS[known] : `Colour ${name}`}: ${said(before)} became ${said(now)}.`;
}

/** This card's own colours, or the shop's again. */
export async function changeCardColours(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const saved = await saveDraft(
    visit.db,
    visit.business.id,
    at.draft.cardId,
    { rev: revIn(form), change: { colours: chosenIn(form) } },
    visit.actor,
  );
  const page = pageAt(at);
  if (!saved.ok) return after(visit, page, { say: saved.reason });
  const before = at.draft.look.colours;
  const fields = before ? { ...before, do: 'set' } : { do: 'shop' };
  return after(visit, page, { say: 'The colours were changed.', undo: undoOf(at, saved.rev, { path: 'colours', fields }) });
}

/** One colour by its swatch or of the member's own, both as they were (how a press is undone), or none, for the shop's. */
function chosenIn(form: Form): Record<string, string | null> {
  const [picked = '', swatch = ''] = textOf(form, 'pick').split(' ');
  if (Object.hasOwn(COLOURS, picked)) return { [picked]: swatch };
  const what = textOf(form, 'do');
  if (Object.hasOwn(COLOURS, what)) return { [what]: textOf(form, what) };
  return Object.fromEntries(Object.keys(COLOURS).map((name) => [name, (what === 'set' && textOf(form, name)) || null]));
}

/** What the design has of its own where nobody chose a colour: the colour itself, or the shade of it that is read. */
function colourIn(mjml: string, name: string): string {
  const own = [name, `${name}Ink`, `${name}[A-Z][a-z]+`].map(
    (of) => new RegExp(`\\[\\[colour\\.${of}\\|(#[0-9a-fA-F]{6})`).exec(mjml)?.[1],
  );
  return own.find((colour) => colour !== undefined) ?? '#a83f28';
}
