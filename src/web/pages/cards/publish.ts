import { html } from 'hono/html';
import { checkBeforePublishing, type Finding } from '../../../occasions/card-checks.ts';
import { readDraft } from '../../../occasions/card-drafts.ts';
import { publishDraft } from '../../../occasions/cards-publish.ts';
import { languageName } from '../../days.ts';
import type { Html } from '../../layout.ts';
import { after, membersPage } from '../../members-page.ts';
import { button, hidden, icon, problemBox } from '../../parts.ts';
import type { Visit } from '../../visit.ts';
import { slotLabel } from './chips.ts';
import { revIn } from './draft.ts';

/** The list of checks, a test to oneself, and the button that publishes. */
export async function publishPage(visit: Visit): Promise<Response> {
  return draw(visit, undefined);
}

async function draw(visit: Visit, refused: { reason: string; findings: Finding[] } | undefined): Promise<Response> {
  const id = visit.id('card');
  const draft = id === undefined ? undefined : await readDraft(visit.db, visit.business.id, id);
  if (!draft) return visit.missing();
  const path = `/cards/${draft.cardId}`;
  const content = html`<p class="back"><a href="${visit.href(`${path}/edit`)}">Back to the words</a></p>
    <div class="head">
      <div>
        <h1>Check and publish</h1>
        <p>
          “${draft.name}”, made for every customer whom it will reach. Customers get the new version from then on; what was sent
          stays as it was.
        </p>
      </div>
    </div>
    ${problemBox(refused && 'It cannot be published yet. The list says why.')}
    <section class="box" aria-live="polite">
      ${refused ? list(visit, draft.cardId, refused.findings, undefined) : waiting(visit, `${path}/checks`)}
    </section>
    <section class="box">
      <h2>Send it to yourself</h2>
      ${testForm(visit, draft.cardId, Object.keys(draft.words))}
    </section>
    <section class="box">
      <h2>Publish</h2>
      <p class="quiet">
        ${draft.changed ? 'As a new version, which nobody can change afterwards.' : 'Nothing was changed since the last version.'}
      </p>
      <form method="post" action="${visit.href(`${path}/publish`)}">
        ${hidden({ rev: draft.rev })} ${button('Publish this card', { kind: 'main', icon: 'check' })}
      </form>
    </section>`;
  const title = `Publish “${draft.name}”`;
  return membersPage(visit, { title, section: 'cards', content, ...(refused && { status: 422 as const }) });
}

function waiting({ href }: Visit, path: string): Html {
  return html`<div hx-get="${href(path)}" hx-trigger="load" hx-swap="outerHTML">
    <h2>Checks</h2>
    <p>Making it for every customer… this takes a moment where there are many.</p>
    <noscript><a href="${href(path)}">Show the list</a></noscript>
  </div>`;
}

function testForm({ href, member, business }: Visit, cardId: string, languages: string[]): Html {
  const own = [business.locale, business.locale.split('-')[0], 'en'].find((code) => languages.includes(code ?? ''));
  return html`<form class="compose-test" method="post" action="${href(`/cards/${cardId}/test`)}">
    <p>To ${member.email}</p>
    <label class="field"
      >In
      <select name="language">
        ${languages.map((code) => html`<option value="${code}" ${code === own ? html`selected` : ''}>${languageName(code)}</option>`)}
      </select></label
    >
    ${button('Send a test', { icon: 'send' })}
  </form>`;
}

/** What would go wrong, and for whom; for the page's own request, or as a page of its own. */
export async function checksPage(visit: Visit): Promise<Response> {
  const { db, site, business, now } = visit;
  const id = visit.id('card');
  const draft = id === undefined ? undefined : await readDraft(db, business.id, id);
  if (!draft || id === undefined) return visit.missing();
  const { findings, customers } = await checkBeforePublishing(db, site.workshop, business.id, draft, { cardId: id }, now);
  const lines = list(visit, id, findings, customers);
  // Without a script it is a page of its own.
  const content = visit.fragment
    ? lines
    : html`<p class="back"><a href="${visit.href(`/cards/${id}/publish`)}">Check and publish</a></p>
        <div class="head"><h1>${draft.name}</h1></div>
        ${lines}`;
  return membersPage(visit, { title: 'Checks', section: 'cards', content });
}

function list(visit: Visit, cardId: string, findings: Finding[], customers: number | undefined): Html {
  const stops = findings.filter(({ kind }) => kind === 'stops');
  const warns = findings.filter(({ kind }) => kind === 'warns');
  const made =
    customers === undefined
      ? ''
      : `Made for ${customers.toLocaleString('en')} ${customers === 1 ? 'customer' : 'customers'} and looked at. `;
  const verdict =
    stops.length > 0
      ? 'These keep it from being published.'
      : warns.length > 0
        ? 'It can be published. Better mend these first.'
        : 'Nothing is wrong with it.';
  return html`<div>
    <h2>Checks</h2>
    <p>${stops.length === 0 ? icon('check') : icon('triangle-alert')} ${made}${verdict}</p>
    <ul class="compose-findings">
      ${[...stops, ...warns].map((finding) => line(visit, cardId, finding))}
    </ul>
  </div>`;
}

function line({ href }: Visit, cardId: string, { kind, sentence, repair, where, customers }: Finding): Html {
  const place = [
    where?.language && languageName(where.language),
    where?.slot && slotLabel(where.slot),
    where?.line && `line ${where.line}`,
  ];
  const to = where?.line
    ? `/cards/${cardId}/source`
    : `/cards/${cardId}/edit${where?.language ? `?language=${where.language}` : ''}${where?.slot ? `#w-${where.slot}` : ''}`;
  return html`<li class="${kind}">
    <p><strong>${sentence}</strong> ${repair}</p>
    ${customers ? html`<p class="quiet">See it as ${customers.sample.map(({ id, name }, at) => html`${at > 0 ? ', ' : ''}<a href="${href(`/cards/${cardId}/edit?${new URLSearchParams({ ...(where?.language && { language: where.language }), as: id }).toString()}`)}">${name || 'somebody without a name'}</a>`)}${customers.count > customers.sample.length ? ' and others' : ''}</p>` : ''}
    <p>
      <a href="${href(to)}">Mend it</a
      >${place.some(Boolean) ? html` <span class="quiet">${place.filter(Boolean).join(', ')}</span>` : ''}
    </p>
  </li>`;
}

/** Publishes what was looked at; what stops it is listed. */
export async function publish(visit: Visit): Promise<Response> {
  const { db, site, business, actor } = visit;
  const id = visit.id('card');
  const form = await visit.form();
  if (id === undefined || !(await readDraft(db, business.id, id))) return visit.missing();
  const published = await publishDraft(db, site.workshop, business.id, { cardId: id, rev: revIn(form) }, actor);
  if (published.ok)
    return after(visit, `/cards/${id}`, { say: `Version ${published.version} is published. Customers get it from now on.` });
  return published.findings.length === 0 ? after(visit, `/cards/${id}/edit`, { say: published.reason }) : draw(visit, published);
}
