import { html } from 'hono/html';
import { authorsOf } from '../../../businesses/authors.ts';
import { archiveCard, unarchiveCard } from '../../../occasions/cards-archive.ts';
import { bringBack } from '../../../occasions/card-drafts.ts';
import { startCard } from '../../../occasions/card-start.ts';
import { findCard, listVersions } from '../../../occasions/card-shelf.ts';
import {
  type CardDifference,
  compareVersions,
  type Line,
  type WordDifference,
} from '../../../occasions/card-versions-compare.ts';
import { languageName, moment } from '../../days.ts';
import { textOf } from '../../forms.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { press } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { colourChange } from './colours.ts';
import { saidAlike, slotLabel, spoken } from './chips.ts';

/** Two versions side by side: how each looks, and which words differ. */
export async function comparePage(visit: Visit): Promise<Response> {
  const { c, db, business, href } = visit;
  const id = visit.id('card');
  const card = id && (await findCard(db, business.id, id));
  const [from, to] = [Number(c.req.query('from') ?? 0), Number(c.req.query('to') ?? 0)];
  const difference = card && (await compareVersions(db, business.id, card.id, from, to));
  if (!card || !difference) return visit.missing();
  const versions = await listVersions(db, business.id, card.id);
  const nameOf = await authorsOf(db, business.id);
  const side = (n: number): Html => {
    const version = versions.find((one) => one.n === n);
    return html`<section>
      <h2>Version ${n}</h2>
      <p class="quiet">${version ? `${moment(version.at, business.zone, visit.now)}, by ${nameOf(version.by)}` : ''}</p>
      <div class="desk phone">
        <iframe
          src="${href(`/cards/${card.id}/preview?version=${n}`)}"
          title="Version ${n}"
          sandbox="allow-popups"
          referrerpolicy="no-referrer"
        ></iframe>
      </div>
      ${press(href(`/cards/${card.id}/versions/${n}`), 'Bring this one back', { icon: 'undo-2', says: `Bring this one back: version ${n}` })}
    </section>`;
  };
  const content = html`<p class="back"><a href="${href(`/cards/${card.id}`)}">${card.name}</a></p>
    <h1>What changed</h1>
    ${differences(difference)}
    <div class="cards-sides">${side(from)} ${side(to)}</div>`;
  return membersPage(visit, { title: `What changed in “${card.name}”`, section: 'cards', wide: true, content });
}

function differences({ words, added, removed, colours, design }: CardDifference): Html {
  const none = words.length + added.length + removed.length + colours.length === 0 && design === null;
  return html`${none ? html`<p>Both say the same.</p>` : ''}
  ${added.map((code) => html`<p>New language: ${languageName(code)}</p>`)}
  ${removed.map((code) => html`<p>Taken away: ${languageName(code)}</p>`)}
  ${colours.map(({ name, before, after: now }) => html`<p>${colourChange(name, before, now)}</p>`)}
  ${words.length === 0 ? '' : wordTable(words)} ${design ? designLines(design) : ''}`;
}

function wordTable(words: WordDifference[]): Html {
  const rows = words.map(({ language, slot, before, after: now }) => {
    // Codes that people say alike are shown as they are written: something differs in them.
    const say = saidAlike(before ?? '', now ?? '') ? String : spoken;
    return html`<tr>
      <th scope="row">${slotLabel(slot)} <span class="quiet">${languageName(language)}</span></th>
      <td lang="${language}" dir="auto"><del>${say(before ?? '')}</del></td>
      <td lang="${language}" dir="auto"><ins>${say(now ?? '')}</ins></td>
    </tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Words that differ">
    <table class="cards-words">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const SIGNS = { same: '  ', in: '+ ', out: '- ' } as const;

function designLines(lines: Line[]): Html {
  const near = lines.filter(
    (line, at) => lines.slice(Math.max(0, at - 2), at + 3).some(({ kind }) => kind !== 'same') || line.kind !== 'same',
  );
  return html`<details class="compose-more">
    <summary>The design differs</summary>
    <pre class="plain" tabindex="0">${near.map(({ kind, text }) => `${SIGNS[kind]}${text}\n`).join('')}</pre>
  </details>`;
}

/** An old version as the draft again; publishing it makes a new version. */
export async function bringVersionBack(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const n = Number(visit.c.req.param('n'));
  if (id === undefined || !Number.isInteger(n) || n < 1 || n > 1_000_000) return visit.missing();
  const brought = await bringBack(visit.db, visit.business.id, id, n, visit.actor);
  if (!brought.ok) return visit.missing();
  return after(visit, `/cards/${id}/edit`, { say: `Version ${n} is the draft now. Publish it, and customers get it again.` });
}

export async function copyCard(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const copied = id === undefined ? undefined : await startCard(visit.db, visit.business.id, { copyOf: id }, visit.actor);
  if (!copied?.ok) return visit.missing();
  return after(visit, `/cards/${copied.cardId}/edit`, { say: 'This is the copy. Name it, word it, publish it.' });
}

/** Puts a card away, or on the shelf again. */
export async function archive(visit: Visit): Promise<Response> {
  const { db, business, actor } = visit;
  const id = visit.id('card');
  const back = textOf(await visit.form(), 'do') === 'back';
  if (id === undefined || !(await findCard(db, business.id, id))) return visit.missing();
  const done = await (back ? unarchiveCard : archiveCard)(db, business.id, id, actor);
  if (!done.ok) return after(visit, `/cards/${id}`, { say: done.reason });
  const undo = { path: `/cards/${id}/archive`, fields: { do: back ? 'away' : 'back' } };
  return after(visit, '/cards', { say: back ? 'The card is on the shelf again.' : 'The card was put away.', undo });
}
