import { html } from 'hono/html';
import type { Outcome } from '../../../businesses/commit.ts';
import { changeColours, changeLogo } from '../../../businesses/look.ts';
import { keepPicture } from '../../../businesses/pictures.ts';
import { relookCards } from '../../../occasions/relook.ts';
import { wasFields } from '../../clash.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';
import { asFields, besideOf, type ChosenLook, chosenOf, coloursForm, logoForm, readChosen, readSeen } from './look-form.ts';
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
  const form = await visit.form();
  const chosen = readChosen((name) => textOf(form, name)) ?? chosenOf(visit.business);
  const saved = await saveColours(visit, chosen);
  if (!saved.ok)
    return settingsPage(visit, '/settings/look', content(visit, chosen, { colours: saved.reason }), { wide: true, status: 422 });
  const { palette, accent, second } = chosenOf(visit.business);
  const undo = { path: '/settings/look', fields: { palette, ...asFields({ accent, second }), ...wasFields(asFields(chosen)) } };
  return after(visit, '/settings/look', { say: `The cards wear these colours from now on.${exceptFor(saved.unfit)}`, undo });
}

/** `unfit` are the cards that cannot wear the look and stay as they are. */
type Worn = Outcome<{ unfit: string[] }>;

/** Sets the colours and publishes the cards in them. */
export async function saveColours(visit: Visit, chosen: ChosenLook): Promise<Worn> {
  const { db, business, actor } = visit;
  const seen = readSeen(await visit.form());
  return worn(visit, await changeColours(db, business.id, { ...chosen, seen }, actor));
}

export async function logoPost(visit: Visit): Promise<Response> {
  const taken = await takeLogo(visit);
  if (taken.ok) return sayLogo(visit, 'The logo stands on your cards from now on.', taken.unfit);
  const problems = { logo: taken.reason };
  return settingsPage(visit, '/settings/look', content(visit, chosenOf(visit.business), problems), { wide: true, status: 422 });
}

/** One of the shop's pictures by its file name, or none: how a change of the logo is undone. */
export async function logoUse(visit: Visit): Promise<Response> {
  const file = textOf(await visit.form(), 'file') || null;
  const used = await wearLogo(visit, file);
  if (!used.ok) return after(visit, '/settings/look', { say: used.reason });
  return sayLogo(visit, file === null ? 'The logo was taken away.' : 'The logo stands on your cards from now on.', used.unfit);
}

/** Keeps the posted picture, and publishes the cards with it. */
export async function takeLogo(visit: Visit): Promise<Worn> {
  const upload = (await visit.form())['logo'];
  const bytes = upload instanceof File ? new Uint8Array(await upload.arrayBuffer()) : new Uint8Array();
  const kept = await keepPicture(visit.db, visit.business.id, bytes, 'logo', visit.actor);
  return kept.ok ? wearLogo(visit, kept.file) : kept;
}

export async function wearLogo(visit: Visit, file: string | null): Promise<Worn> {
  return worn(visit, await changeLogo(visit.db, visit.business.id, file, visit.actor));
}

async function worn(visit: Visit, changed: Outcome<{ changed: boolean }>): Promise<Worn> {
  if (!changed.ok) return changed;
  const { db, site, business, actor } = visit;
  return { ok: true, unfit: changed.changed ? (await relookCards(db, site.workshop, business.id, actor)).unfit : [] };
}

function sayLogo(visit: Visit, say: string, unfit: string[]): Response {
  const undo = { path: '/settings/logo/use', fields: { file: visit.business.logo ?? '' } };
  return after(visit, '/settings/look', { say: say + exceptFor(unfit), undo });
}

function exceptFor(unfit: string[]): string {
  return unfit.length === 0
    ? ''
    : ` Only ${unfit.map((name) => `“${name}”`).join(' and ')} could not be made so, and stays as it was.`;
}

function content(visit: Visit, chosen: ChosenLook, problems: { colours?: string; logo?: string } = {}): Html {
  return html`<div class="look">
    ${coloursForm(visit, '/settings/look', chosen, problems.colours, 'Use these colours')}
    <div class="look-logo-box">${logoForm(visit, '/settings/logo', problems.logo)}</div>
  </div>`;
}
