import { html } from 'hono/html';
import { unworded } from '../../../cards/copied.ts';
import { type Slot, slotsOf } from '../../../cards/slots.ts';
import { type Draft, openDraft } from '../../../occasions/card-drafts.ts';
import { composer } from '../../assets.ts';
import { languageInEnglish, languageName } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, hidden, icon, linkButton, pill, select } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { type AtDraft, draftAt } from './draft.ts';
import { chips, FIELD_CHIPS, slotLabel, spoken } from './chips.ts';
import { designTools } from './design.ts';
import { people, previewPane } from './preview.ts';

/** Begins to change a card, or goes on where somebody left off. */
export async function beginDraft(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const draft = id && (await openDraft(visit.db, visit.business.id, id, visit.actor));
  return draft ? after(visit, `/cards/${draft.cardId}/edit`) : visit.missing();
}

/** Words, colours and blocks at the left, the card as its customers will see it at the right. */
export async function composePage(visit: Visit): Promise<Response> {
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const { draft } = at;
  const path = `/cards/${draft.cardId}`;
  const content = html`<p class="back"><a href="${visit.href(path)}">${draft.name}</a></p>
    <div class="head">
      <div>
        <h1>Change the card</h1>
        <p>Nobody gets what you write here until you publish it.</p>
      </div>
      <div class="actions">
        <p class="compose-here" hx-post="${visit.href(`${path}/here`)}" hx-trigger="load, every 20s" hx-swap="innerHTML"></p>
        ${linkButton(visit.href(`${path}/publish`), 'Check and publish', { kind: 'main', icon: 'check' })}
      </div>
    </div>
    <div class="compose">
      <div class="compose-words">
        ${draft.source === 'mjml' ? bySource(visit, draft) : ''} ${languages(visit, at)} ${wordsForm(visit, at)}
      </div>
      ${previewPane(visit, at, await people(visit, draft.cardId))}
      <div class="compose-design">${designTools(visit, at)}</div>
    </div>`;
  const title = `Change “${draft.name}”`;
  return membersPage(visit, { title, section: 'cards', wide: true, scripts: [composer], content });
}

function bySource({ href }: Visit, draft: Draft): Html {
  return html`<p class="compose-note">
    ${icon('info')} This card’s source was edited by hand.
    <a href="${href(`/cards/${draft.cardId}/source`)}">Open the source</a>
  </p>`;
}

/** One line for each language that the card speaks, with what is missing in it, and those that it could speak too. */
function languages(visit: Visit, at: AtDraft): Html {
  const { draft, language } = at;
  const lines = Object.keys(draft.words)
    .toSorted()
    .map((code) => {
      const current = code === language ? html`aria-current="page"` : '';
      return html`<a href="${visit.href(`/cards/${draft.cardId}/edit?language=${code}`)}" ${current} lang="${code}"
        >${languageName(code)}${lacking(draft, code).map((words) => html` <span lang="en" dir="ltr">${pill(words, 'warn')}</span>`)}</a
      >`;
    });
  return html`<nav class="tabs" aria-label="Languages of the card">${lines}</nav>
    ${otherLanguages(visit, at)}`;
}

/** What is not worded yet, and what still stands as it was copied from the English. */
function lacking(draft: Draft, code: string): string[] {
  const { missing, copied } = unworded(draft.mjml, draft.words, code);
  return [
    ...(missing.length > 0 ? [`${missing.length} missing`] : []),
    ...(copied.length > 0 ? [`${copied.length} still English`] : []),
  ];
}

// What most customers of a shop speak somewhere; the codes are BCP 47.
const SPOKEN =
  'af ar bg bn ca cs cy da de el en es et eu fa fi fil fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms mt nb nl pl pt pt-BR ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh zh-TW'.split(
    ' ',
  );

function otherLanguages(visit: Visit, { draft, language }: AtDraft): Html {
  const asked = visit.c.req.query('language') ?? '';
  const wanted = isLanguage(asked) && !Object.hasOwn(draft.words, asked) ? asked : '';
  const more = [...new Set([...SPOKEN, ...(wanted ? [wanted] : [])])].filter((code) => !Object.hasOwn(draft.words, code));
  const options = more.map((code) => ({ value: code, label: languageInEnglish(code) }));
  options.sort((a, b) => a.label.localeCompare(b.label, 'en'));
  const action = visit.href(`/cards/${draft.cardId}/languages`);
  return html`<details class="compose-more" ${wanted ? html`open` : ''}>
    <summary>Add or take away a language</summary>
    <form method="post" action="${action}">
      ${hidden({ rev: draft.rev, do: 'add' })}
      ${select({ name: 'language', label: 'Another language', hint: 'It begins with the English words, for you to write over.', value: wanted, options })}
      ${button('Add')}
    </form>
    <form method="post" action="${action}">
      ${hidden({ rev: draft.rev, language, do: 'remove' })} ${button(`Take ${languageInEnglish(language)} away`)}
    </form>
  </details>`;
}

function isLanguage(code: string): boolean {
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code);
}

function wordsForm(visit: Visit, { draft, language }: AtDraft): Html {
  const { slots } = slotsOf(draft.mjml);
  const shown = slots.filter((slot) => !slot.hidden && slot.kind !== 'footer');
  const footer = slots.filter((slot) => slot.kind === 'footer');
  const words = draft.words[language] ?? {};
  const base = draft.words['en'] ?? {};
  const line = (slot: Slot): Html => wordField(slot, words[slot.name] ?? '', language === 'en' ? undefined : base[slot.name]);
  return html`<form
    id="compose"
    method="post"
    action="${visit.href(`/cards/${draft.cardId}/draft`)}"
    data-preview="${visit.href(`/cards/${draft.cardId}/draft/preview`)}"
    data-fields="${JSON.stringify(FIELD_CHIPS)}"
    lang="${language}"
  >
    ${hidden({ rev: draft.rev, language })}
    <div class="compose-bar">
      <span class="compose-undo" hidden>
        ${button(html`Undo`, { icon: 'undo-2', name: 'undo' })} ${button(html`Redo`, { icon: 'redo-2', name: 'redo' })}
      </span>
      <output class="quiet compose-saved">Saved</output>
    </div>
    <div class="compose-conflict" role="alert" hidden></div>
    ${shown.map(line)}
    <details class="compose-more">
      <summary>The footer’s words</summary>
      <p class="quiet">Leave them empty for the usual ones.</p>
      ${footer.map(line)}
    </details>
    <div class="actions compose-save">${button('Save', { kind: 'main', name: 'do', value: 'save' })}</div>
  </form>`;
}

function wordField(slot: Slot, text: string, english: string | undefined): Html {
  const id = `w-${slot.name}`;
  const rows = slot.kind === 'message' || slot.kind === 'text' ? 4 : 1;
  return html`<div class="field compose-field">
    <label id="${id}-label" for="${id}">${slotLabel(slot.name)}</label>
    ${english === undefined ? '' : html`<p class="hint compose-english" lang="en" dir="ltr">${spoken(english)}</p>`}
    <textarea
      id="${id}"
      name="w.${slot.name}"
      rows="${rows}"
      dir="auto"
      maxlength="4000"
      data-slot="${slot.kind}"
      ${slot.lines ? '' : html`data-line`}
    >
${text}</textarea>
    ${chips(slot)}
  </div>`;
}
