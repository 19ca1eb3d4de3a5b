import { html } from 'hono/html';
import { remarkOn } from '../../../businesses/look.ts';
import { saveDraft } from '../../../occasions/card-drafts.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import { button, field, hidden } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type AtDraft, draftAt, revIn } from './draft.ts';
import { pageAt, pressAt, undoOf } from './presses.ts';

const COLOURS = { accent: 'Main colour', second: 'Second colour' } as const;

/** The card's own colours, with what is to be said of each. */
export function coloursForm(visit: Visit, at: AtDraft): Html {
  const [{ business }, { draft }] = [visit, at];
  const lines = Object.entries(COLOURS).map(([name, label]) => {
    const value = draft.look.colours?.[name] ?? business[name as keyof typeof COLOURS] ?? colourIn(draft.mjml, name);
    const remark = remarkOn(value);
    return html`${field({ name, label, type: 'color', value, ...(remark && { hint: remark }) })}`;
  });
  return html`<form class="box" method="post" action="${pressAt(visit, at, 'colours')}">
    ${hidden({ rev: draft.rev })}
    <div class="pair">${lines}</div>
    <div class="actions">
      ${button('Use these colours', { name: 'do', value: 'set', icon: 'palette' })}
      ${button('The shop’s colours', { name: 'do', value: 'shop' })}
    </div>
  </form>`;
}

/** This card's own colours, or the shop's again. */
export async function changeCardColours(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const own = textOf(form, 'do') === 'set';
  const colours = Object.fromEntries(Object.keys(COLOURS).map((name) => [name, (own && textOf(form, name)) || null]));
  const saved = await saveDraft(
    visit.db,
    visit.business.id,
    at.draft.cardId,
    { rev: revIn(form), change: { colours } },
    visit.actor,
  );
  const page = pageAt(at);
  if (!saved.ok) return after(visit, page, { say: saved.reason });
  const before = at.draft.look.colours;
  const fields = before ? { ...before, do: 'set' } : { do: 'shop' };
  return after(visit, page, { say: 'The colours were changed.', undo: undoOf(at, saved.rev, { path: 'colours', fields }) });
}

/** What the design has of its own where nobody chose a colour: the colour itself, or the shade of it that is read. */
function colourIn(mjml: string, name: string): string {
  const own = [name, `${name}Ink`, `${name}[A-Z][a-z]+`].map(
    (of) => new RegExp(`\\[\\[colour\\.${of}\\|(#[0-9a-fA-F]{6})`).exec(mjml)?.[1],
  );
  return own.find((colour) => colour !== undefined) ?? '#a83f28';
}
