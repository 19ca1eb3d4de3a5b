import { html } from 'hono/html';
import type { Words } from '../../../cards/words.ts';
import { authorsOf } from '../../../businesses/authors.ts';
import { type Draft, readDraft, saveDraft } from '../../../occasions/card-drafts.ts';
import type { Theirs } from '../../../occasions/card-drafts-changes.ts';
import { sayHere } from '../../../occasions/card-drafts-presence.ts';
import { moment } from '../../days.ts';
import { type Form, textOf } from '../../forms.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, hidden } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { slotLabel, spoken } from './chips.ts';

/** A draft and the language in which it is looked at. */
export interface AtDraft {
  draft: Draft;
  language: string;
}

/** The draft that an address names, in the language that `wanted`, the address or the shop asks for; undefined when there is none. */
export async function draftAt(visit: Visit, wanted = visit.c.req.query('language')): Promise<AtDraft | undefined> {
  const id = visit.id('card');
  const draft = id === undefined ? undefined : await readDraft(visit.db, visit.business.id, id);
  if (!draft) return undefined;
  const asked = [wanted, visit.business.locale, visit.business.locale.split('-')[0], 'en', ...Object.keys(draft.words)];
  const language = asked.find((code) => code !== undefined && Object.hasOwn(draft.words, code)) ?? 'en';
  return { draft, language };
}

/** The words of a form: each field `w.<name>`. */
export function wordsIn(form: Form): Words {
  const spoken = Object.entries(form).flatMap(([name, text]) =>
    name.startsWith('w.') && typeof text === 'string' ? [[name.slice(2), text]] : [],
  );
  return Object.fromEntries(spoken) as Words;
}

/** Keeps what was written. To the page's script it answers in JSON; else with the page again, or with both texts where two people wrote the same. */
export async function saveWords(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const form = await visit.form();
  const language = textOf(form, 'language');
  const at = await draftAt(visit, language);
  if (id === undefined || !at || at.language !== language) return visit.missing();
  const words = changedWords(form, at);
  const change = { words: { [language]: words } };
  const saved = await saveDraft(visit.db, visit.business.id, id, { rev: revIn(form), change }, visit.actor);
  const nameOf = await authorsOf(visit.db, visit.business.id);
  const theirs = saved.theirs.map((their) => ({ ...their, by: nameOf(their.by) }));
  if (visit.c.req.header('accept') === 'application/json')
    return visit.c.json({ ...saved, theirs, time: moment(visit.now, visit.business.zone, visit.now).slice(-5) });
  if (saved.ok)
    return after(visit, `/cards/${id}/edit?language=${language}`, { say: 'Saved. Nobody gets it until you publish it.' });
  return bothTexts(visit, at, { ...saved, theirs });
}

export function revIn(form: Form): number {
  const rev = Number(textOf(form, 'rev'));
  return Number.isInteger(rev) && rev > 0 ? rev : 0;
}

// What stands in the form as it did in the draft that it was made from is no change of this person's.
function changedWords(form: Form, { draft, language }: AtDraft): Record<string, string | null> {
  const known = draft.words[language] ?? {};
  const before = shownBefore(textOf(form, 'before'));
  const changed = Object.entries(wordsIn(form)).filter(([name, text]) => text !== (before[name] ?? known[name] ?? ''));
  return Object.fromEntries(changed.map(([name, text]) => [name, text === '' ? null : text]));
}

function shownBefore(text: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(text) as Record<string, unknown> | null) };
  } catch {
    return {};
  }
}

function bothTexts(
  visit: Visit,
  { draft, language }: AtDraft,
  saved: { reason: string; rev: number; theirs: Theirs[] },
): Promise<Response> {
  const mine = saved.theirs.filter(({ what }) => what === 'word');
  const content = html`<div class="head">
      <div>
        <h1>Two of you wrote the same</h1>
        <p>${saved.reason}</p>
      </div>
    </div>
    ${mine.map(
      ({ slot = '', text, yours, by }) =>
        html`<section class="box">
          <h2>${slotLabel(slot)}</h2>
          <h3>${by} wrote</h3>
          <p class="compose-text">${spoken(text ?? '')}</p>
          <h3>You wrote</h3>
          <p class="compose-text">${spoken(yours ?? '')}</p>
          <form method="post" action="${visit.href(`/cards/${draft.cardId}/draft`)}">
            ${hidden({ rev: saved.rev, language, [`w.${slot}`]: yours ?? '' })} ${button('Use mine', { kind: 'main' })}
          </form>
        </section>`,
    )}
    <p><a href="${visit.href(`/cards/${draft.cardId}/edit?language=${language}`)}">Keep theirs</a></p>`;
  return membersPage(visit, { title: 'Two of you wrote the same', section: 'cards', content, status: 409 });
}

/** Says that a member has this card open, and answers who else has. */
export async function hereNow(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  if (id === undefined || !(await readDraft(visit.db, visit.business.id, id))) return visit.missing();
  const others = await sayHere(visit.db, visit.business.id, id, null, visit.actor);
  const nameOf = await authorsOf(visit.db, visit.business.id);
  const names = new Intl.ListFormat('en').format(others.map(({ by }) => nameOf(by)));
  const words = others.length === 0 ? '' : `${names} ${others.length === 1 ? 'has' : 'have'} this card open too.`;
  return visit.c.html(html`${words}`);
}

/** A language more or less. A new one begins with the English words, to be written over. */
export async function changeLanguages(visit: Visit): Promise<Response> {
  const id = visit.id('card');
  const form = await visit.form();
  const at = await draftAt(visit);
  if (id === undefined || !at) return visit.missing();
  const language = textOf(form, 'language').trim();
  const taking = textOf(form, 'do') === 'remove';
  const words = taking ? null : { ...(at.draft.words['en'] ?? at.draft.words[at.language]), ...at.draft.words[language] };
  if (taking && Object.keys(at.draft.words).length === 1 && at.draft.words[language])
    return after(visit, `/cards/${id}/edit`, { say: 'A card needs one language at least.' });
  const saved = await saveDraft(
    visit.db,
    visit.business.id,
    id,
    { rev: revIn(form), change: { words: { [language]: words } } },
    visit.actor,
  );
  const say = saved.ok
    ? taking
      ? 'The language was taken away.'
      : 'The language was added, with English words to write over.'
    : saved.reason;
  return after(visit, `/cards/${id}/edit${saved.ok && !taking ? `?language=${encodeURIComponent(language)}` : ''}`, { say });
}

/** What the shop calls this card; its customers never see it. */
export async function renameCard(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const { cardId } = at.draft;
  const change = { name: textOf(form, 'name') };
  const saved = await saveDraft(visit.db, visit.business.id, cardId, { rev: revIn(form), change }, visit.actor);
  return after(visit, `/cards/${cardId}/edit`, { say: saved.ok ? 'The card has its new name.' : saved.reason });
}
