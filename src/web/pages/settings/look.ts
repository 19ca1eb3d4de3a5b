import { html } from 'hono/html';
import type { Outcome } from '../../../businesses/commit.ts';
import { changeColours, changeLogo } from '../../../businesses/look.ts';
import { keepPicture } from '../../../businesses/pictures.ts';
import { relookCards } from '../../../occasions/relook.ts';
import { wasFields } from '../../clash.ts';
import { type Form, textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import { asFields, besideOf, type ChosenLook, chosenOf, coloursForm, logoBox, readChosen, readSeen } from './look-form.ts';
import { settingsPage } from './tabs.ts';

export function lookPage(visit: Visit): Promise<Response> {
  const chosen = readChosen((name) => visit.c.req.query(name) ?? '') ?? chosenOf(visit.business);
  return settingsPage(visit, '/settings/look', content(visit, chosen), { wide: true });
}

/** The card beside the colours, as they are chosen and not saved yet. */
export function lookBeside(visit: Visit): Response | Promise<Response> {
  const chosen = readChosen((name) => visit.c.req.query(name) ?? '') ?? chosenOf(visit.business);
  return visit.c.html(besideOf(visit, chosen));
}

export async function lookPost(visit: Visit): Promise<Response> {
  const { chosen, problems, unfit } = await saveLook(visit);
  if (problems) return settingsPage(visit, '/settings/look', content(visit, chosen, problems), { wide: true, status: 422 });
  const { palette, accent, second } = chosenOf(visit.business);
  const fields = { palette, ...asFields({ accent, second }), ...wasFields(asFields(chosen)), file: visit.business.logo ?? '' };
  return after(visit, '/settings/look', {
    say: `The cards wear this look from now on.${exceptFor(unfit)}`,
    undo: { path: '/settings/look', fields },
  });
}

/** What is wrong with the parts of a look. */
interface Problems {
  colours?: string;
  logo?: string;
}

/** What was chosen; `unfit` are the cards that cannot wear it and stay as they are. */
interface Saved {
  chosen: ChosenLook;
  problems?: Problems;
  unfit: string[];
}

/** Sets the posted colours, and the logo where one came along, and publishes the cards so. */
export async function saveLook(visit: Visit): Promise<Saved> {
  const { db, site, business, actor } = visit;
  const form = await visit.form();
  const chosen = readChosen((name) => textOf(form, name)) ?? chosenOf(business);
  const logo = await postedLogo(visit, form);
  if (!logo.ok) return { chosen, problems: { logo: logo.reason }, unfit: [] };
  const coloured = await changeColours(db, business.id, { ...chosen, seen: readSeen(form) }, actor);
  if (!coloured.ok) return { chosen, problems: { colours: coloured.reason }, unfit: [] };
  const worn =
    logo.file === undefined ? ({ ok: true, changed: false } as const) : await changeLogo(db, business.id, logo.file, actor);
  if (!worn.ok) return { chosen, problems: { logo: worn.reason }, unfit: [] };
  const changed = coloured.changed || worn.changed;
  return { chosen, unfit: changed ? (await relookCards(db, site.workshop, business.id, actor)).unfit : [] };
}

// An upload, one of the shop's pictures by its file name (how a change is undone), or undefined where nothing was asked.
async function postedLogo({ db, business, actor }: Visit, form: Form): Promise<Outcome<{ file: string | null | undefined }>> {
  const upload = form['logo'];
  if (!(upload instanceof File) || upload.size === 0)
    return { ok: true, file: 'file' in form ? textOf(form, 'file') || null : undefined };
  return keepPicture(db, business.id, new Uint8Array(await upload.arrayBuffer()), 'logo', actor);
}

function exceptFor(unfit: string[]): string {
  return unfit.length === 0
    ? ''
    : ` Only ${unfit.map((name) => `“${name}”`).join(' and ')} could not be made so, and stays as it was.`;
}

function content(visit: Visit, chosen: ChosenLook, problems: Problems = {}): Html {
  return html`<div class="look">
    ${coloursForm(visit, '/settings/look', chosen, problems.colours, 'Use this look')}
    <div class="look-logo-box">${logoBox(visit, problems.logo)}</div>
  </div>`;
}
