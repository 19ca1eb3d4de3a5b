import { html } from 'hono/html';
import { authorsOf } from '../../../businesses/authors.ts';
import { findCard, listVersions, type ShelfCard, type VersionLine } from '../../../occasions/card-shelf.ts';
import { plainly } from '../../../touchpoints/preview.ts';
import { languageName, moment } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import { button, hidden, pill, press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type Published, renderPublished } from './frames.ts';
import { SAMPLES } from './samples.ts';

const views = [
  { name: 'desktop', label: 'Desktop' },
  { name: 'phone', label: 'Phone' },
  { name: 'text', label: 'Plain text' },
] as const;

/** One card as customers get it, and where it comes from and goes. */
export async function showCard(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const card = id && (await findCard(visit.db, visit.business.id, id));
  if (!card) return visit.missing();
  const [shown, versions] = await Promise.all([
    renderPublished(visit, card.id),
    listVersions(visit.db, visit.business.id, card.id),
  ]);
  const nameOf = await authorsOf(visit.db, visit.business.id);
  const lines = versions.map((version) => ({ ...version, by: nameOf(version.by) }));
  const content = html`<p class="back"><a href="${visit.href('/cards')}">Your cards</a></p>
    <div class="head">
      <div>
        <h1>${card.name}</h1>
        <p>${card.usedBy.length === 0 ? 'No occasion sends it now.' : `Sent on: ${card.usedBy.join(', ')}.`}</p>
      </div>
      ${press(visit.href(`/cards/${card.id}/edit`), 'Change this card', { kind: 'main', icon: 'pencil' })}
    </div>
    <div class="cards-show">
      <div>
        ${shown ? preview(visit, card, shown) : desk(visit.href(`/cards/${card.id}/draft/preview`), 'desktop', card.name)}
      </div>
      <aside class="box">${history(visit, card, lines, shown?.version)}</aside>
    </div>`;
  return membersPage(visit, { title: card.name, section: 'cards', wide: true, content });
}

type Query = (change: Record<string, string>) => string;

function preview(visit: Visit, card: ShelfCard, shown: Published): Html {
  const { c } = visit;
  const view = views.find(({ name }) => name === c.req.query('view'))?.name ?? 'desktop';
  const now = { view, language: shown.language, as: c.req.query('as') ?? 'everyday', version: String(shown.version) };
  const query: Query = (change) => new URLSearchParams({ ...now, ...change }).toString();
  const at = visit.href(`/cards/${card.id}`);
  return html`${switches(at, card, now)}
    <nav class="tabs" aria-label="Views">
      ${views.map(({ name, label }) => html`<a href="${at}?${query({ view: name })}" ${name === view ? html`aria-current="page"` : ''}>${label}</a>`)}
    </nav>
    <p class="cards-subject"><span class="quiet">Subject</span> ${shown.subject}</p>
    ${shown.errors.map((error) => html`<p class="problem">${plainly(error)}</p>`)}
    ${view === 'text' ? html`<pre class="plain" tabindex="0">${shown.text}</pre>` : desk(`${at}/preview?${query({})}`, view, card.name)}`;
}

function desk(src: string, view: string, name: string): Html {
  return html`<div class="desk ${view}">
    <iframe
      src="${src}"
      title="The card “${name}”"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
    ></iframe>
  </div>`;
}

function switches(at: string, card: ShelfCard, now: { view: string; version: string; as: string; language: string }): Html {
  const people = SAMPLES.map(({ name, label }) => option(name, label, now.as));
  const languages = card.languages.map((name) => option(name, languageName(name), now.language));
  return html`<form class="cards-as" method="get" action="${at}">
    ${hidden({ version: now.version, view: now.view })}
    <label
      >Seen by
      <select name="as">
        ${people}
      </select></label
    >
    <label
      >In
      <select name="language">
        ${languages}
      </select></label
    >
    ${button('Show')}
  </form>`;
}

function option(value: string, label: string, chosen: string): Html {
  return html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`;
}

function history(visit: Visit, card: ShelfCard, versions: VersionLine[], shown: number | undefined): Html {
  const { business, href, now } = visit;
  const lines = versions.map(
    ({ n, at, by }) =>
      html`<li>
        <a href="${href(`/cards/${card.id}?version=${n}`)}" ${n === shown ? html`aria-current="true"` : ''}>Version ${n}</a>
        ${n === card.version ? pill('sent now', 'good') : ''}
        <span class="quiet">${moment(at, business.zone, now)}, by ${by}</span>
        ${n > 1 ? html`<a href="${href(`/cards/${card.id}/compare?from=${n - 1}&to=${n}`)}">What changed</a>` : ''}
      </li>`,
  );
  return html`<h2>Versions</h2>
    ${
      versions.length === 0
        ? html`<p class="quiet">Not published yet, so nobody gets it.</p>`
        : html`<ol class="cards-versions">
            ${lines}
          </ol>`
    }
    <div class="cards-acts">
      ${press(href(`/cards/${card.id}/copy`), 'Make a copy', { icon: 'copy' })}
      ${
        card.archived
          ? press(href(`/cards/${card.id}/archive`), 'Back on the shelf', { icon: 'archive-restore', fields: { do: 'back' } })
          : press(href(`/cards/${card.id}/archive`), 'Put away', { icon: 'archive', fields: { do: 'away' } })
      }
    </div>`;
}
