import { html } from 'hono/html';
import { lookFrom } from '../../../businesses/look.ts';
import { escapeHtml } from '../../../cards/handlebars.ts';
import { describeProblem, type Problem } from '../../../cards/problems.ts';
import type { RenderedCard } from '../../../cards/render.ts';
import { localDayOf } from '../../../calendar/instant.ts';
import { searchCustomers } from '../../../customers/search.ts';
import { occasionsOf } from '../../../occasions/card-checks.ts';
import { reachedAs } from '../../../occasions/card-checks-reach.ts';
import { lookTogether } from '../../../occasions/card-look.ts';
import type { Draft } from '../../../occasions/card-drafts.ts';
import { loadTouchpoint } from '../../../touchpoints/load.ts';
import { mergeData } from '../../../touchpoints/prepare.ts';
import { comingWith } from '../../../touchpoints/coming-with.ts';
import { paperLinks, plainly } from '../../../touchpoints/preview.ts';
import type { MergeData } from '../../../cards/fields.ts';
import { textOf } from '../../forms.ts';
import { livePage, withPicturesFromHere } from '../../headers.ts';
import type { Html } from '../../layout.ts';
import { hidden } from '../../parts.ts';
import { idIn, type Visit } from '../../visit.ts';
import { type AtDraft, draftAt, wordsIn } from './draft.ts';
import { sampleData, SAMPLES } from './samples.ts';

/** Somebody whom a card can be shown as: one of our awkward people, or a customer who is about to get it. */
interface ShownAs {
  value: string;
  label: string;
  /** Looked for by name. */
  found?: boolean;
}

/** The awkward people, this shop's own customers whom the card is going to reach next, and whoever was looked for by name. */
export async function people(visit: Visit, cardId: string): Promise<ShownAs[]> {
  const { c, db, business, now } = visit;
  const today = localDayOf(now, business.zone);
  const next = await comingWith(db, business.id, cardId, 12);
  const [asked, q] = [idIn(c.req.query('as') ?? ''), c.req.query('find')?.trim() ?? ''];
  const wanted = asked !== undefined && next.every(({ id }) => id !== asked) ? { only: asked } : undefined;
  const searches = [...(q ? [{ q }] : []), ...(wanted ? [wanted] : [])];
  const found = await Promise.all(searches.map((search) => searchCustomers(db, business.id, { ...search, today, now }, 8)));
  const theirs = found.flatMap(({ customers }, at) =>
    customers.map(({ id, givenName, familyName }) => ({
      value: id,
      label: `${[givenName, familyName].filter(Boolean).join(' ') || 'Somebody without a name'} (your customer)`,
      found: q !== '' && at === 0,
    })),
  );
  return [
    ...theirs,
    ...SAMPLES.map(({ name, label }) => ({ value: name, label })),
    ...next.map(({ id, name }) => ({ value: id, label: `${name} (your customer)` })),
  ];
}

/** The card beside the words: subject as in a mailbox, then the card itself at the width that is chosen. */
export function previewPane(visit: Visit, { draft, language }: AtDraft, known: ShownAs[]): Html {
  const { c } = visit;
  const found = c.req.query('find') ? known.find((one) => one.found) : undefined;
  const as = found?.value ?? c.req.query('as') ?? 'everyday';
  const src = visit.href(`/cards/${draft.cardId}/draft/preview?${new URLSearchParams({ language, as }).toString()}`);
  return html`<section class="compose-preview" aria-label="How it looks">
    ${viewsForm(visit, draft, { language, as, known })}
    <p class="compose-mailbox"><strong>${visit.business.from_name}</strong> <span class="compose-subject"></span></p>
    <div class="compose-problems" role="status"></div>
    <div class="desk desktop">
      <iframe
        src="${src}"
        title="The card as it is now"
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
      ></iframe>
    </div>
    <pre class="plain compose-plain" tabindex="0" hidden></pre>
  </section>`;
}

function viewsForm(
  { c, href }: Visit,
  draft: Draft,
  { language, as, known }: { language: string; as: string; known: ShownAs[] },
): Html {
  const people = known.map(
    ({ value, label }) => html`<option value="${value}" ${value === as ? html`selected` : ''}>${label}</option>`,
  );
  return html`<form class="compose-views" id="compose-views" method="get" action="${href(`/cards/${draft.cardId}/edit`)}">
    ${hidden({ language })}
    <label
      >Seen by
      <select name="as">
        ${people}
      </select></label
    >
    <label
      ><span class="unseen">Find a customer to see it as</span
      ><input type="search" name="find" placeholder="Find a customer…" maxlength="100"
    /></label>
    ${c.req.query('find') && known.every((one) => !one.found) ? html`<p role="status">Nobody is called “${c.req.query('find')}”.</p>` : ''}
    <label
      >On
      <select name="view">
        <option value="desktop">a desk</option>
        <option value="phone">a phone</option>
        <option value="text">plain text</option>
      </select></label
    >
    <label
      >By
      <select name="scheme">
        <option value="light">day</option>
        <option value="dark">night</option>
      </select></label
    >
    <noscript><button>Show</button></noscript>
  </form>`;
}

/** The saved draft, for the frame; a script goes on from there. */
export async function draftPreview(visit: Visit): Promise<Response> {
  const at = await draftAt(visit);
  if (!at) return visit.missing();
  const made = await makeDraft(visit, at.draft, at.language, at.draft.words[at.language] ?? {}, visit.c.req.query('as') ?? '');
  return livePage(visit.c, made.html === '' ? unmade(made.problems) : made.html);
}

/** The card with words that are not saved yet, as the page's script takes it: in JSON, with what is wrong; `html` is '' when it cannot be made. */
export async function livePreview(visit: Visit): Promise<Response> {
  const form = await visit.form();
  const language = textOf(form, 'language');
  const at = await draftAt(visit, language);
  if (!at) return visit.missing();
  const words = { ...at.draft.words[language], ...wordsIn(form) };
  const made = await makeDraft(visit, at.draft, language, words, textOf(form, 'as'));
  return visit.c.json({ ...made, html: withPicturesFromHere(made.html) });
}

interface Made extends Omit<RenderedCard, 'errors'> {
  /** Sentences. */
  problems: string[];
}

/** A draft with these words, for one customer or one of SAMPLES. */
export async function makeDraft(
  visit: Visit,
  draft: Draft,
  language: string,
  words: Record<string, string>,
  as: string,
): Promise<Made> {
  const { site, business } = visit;
  const look = lookTogether(lookFrom(business), draft.look);
  const compiled = await site.workshop.compile({ mjml: draft.mjml, words, language, look });
  if (!compiled.ok) return { subject: '', html: '', text: '', problems: [...new Set(compiled.problems.map(describeProblem))] };
  const card = await site.workshop.render(compiled.card, await dataFor(visit, draft.cardId, as, language));
  return { ...card, problems: card.errors.map(plainly) };
}

/** What is wrong with a design, each with its line where it has one. */
export async function compileProblems(
  { site, business }: Visit,
  draft: Draft,
  language: string,
  mjml: string,
): Promise<Problem[]> {
  const look = lookTogether(lookFrom(business), draft.look);
  const compiled = await site.workshop.compile({ mjml, words: draft.words[language] ?? {}, language, look });
  return compiled.ok
    ? []
    : compiled.problems.map((problem) => ({
        ...problem,
        message: problem.where === 'card' ? problem.message : describeProblem(problem),
      }));
}

async function dataFor(visit: Visit, cardId: string, as: string, language: string): Promise<MergeData> {
  const { site, db, business, now } = visit;
  const id = idIn(as);
  if (id === undefined) return sampleData(site, business, as, language);
  const load = await loadTouchpoint(db, business.id, id);
  if (load?.person) return mergeData({ links: paperLinks(`${site.publicUrl}/pictures/`) }, load, language);
  const [occasion] = await occasionsOf(db, business.id, { cardId });
  const customer = await reachedAs(db, business, occasion, id, now);
  const everyday = sampleData(site, business, 'everyday', language);
  return customer ? { ...customer.dataIn(language), links: everyday.links } : everyday;
}

// In a frame that may load nothing, not even our own style.
function unmade(problems: string[]): string {
  const words = problems.map((problem) => `<p>${escapeHtml(problem)}</p>`).join('');
  const head = '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Not yet</title>';
  const body = `<body style="margin:2rem;font:17px/1.5 system-ui,sans-serif"><h1>Not yet</h1>${words}</body>`;
  return `<!doctype html><html lang="en"><head>${head}</head>${body}</html>`;
}
